package io.attx.datasource.restored;

import java.util.Map;
import java.util.TreeMap;

/** How often statements of each shape were executed, refused and so on. */
final class Statistics {
  private static final int MAX_SAMPLES = 40;

  /** What became of a statement. */
  enum End {
    /** Executed and recorded. */
    EXECUTED,
    /** Executed, and it changed at least one row. */
    CHANGED,
    /** Refused by the proxy before it executed. */
    REFUSED,
    /** Another global transaction holds a lock that it needs. */
    CONFLICT,
    /** The database did not want it. */
    FAILED
  }

  private final Map<String, int[]> byShape = new TreeMap<>();
  private final Map<String, String> samples = new TreeMap<>();
  int sequences;
  int restored;
  int branches;

  void count(Shape shape, End end) {
    byShape.computeIfAbsent(shape.name(), name -> new int[End.values().length])[end.ordinal()]++;
  }

  /** Keeps one example of each kind of message. */
  void sample(String kind, String text) {
    if (samples.size() < MAX_SAMPLES) {
      samples.putIfAbsent(kind, text);
    }
  }

  /** The share of statements of a shape that were executed, of those that conflicts let through. */
  double executed(String shape) {
    int[] counts = byShape.getOrDefault(shape, new int[End.values().length]);
    int done = counts[End.EXECUTED.ordinal()];
    int not = counts[End.REFUSED.ordinal()] + counts[End.FAILED.ordinal()];
    return done + not == 0 ? 1 : (double) done / (done + not);
  }

  int total(String shape, End end) {
    return byShape.getOrDefault(shape, new int[End.values().length])[end.ordinal()];
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(sequences)
        .append(" sequences, ")
        .append(branches)
        .append(" branches, ")
        .append(restored)
        .append(" rollbacks compared\n");
    byShape.forEach(
        (shape, counts) -> {
          text.append("  ").append(shape).append(':');
          for (End end : End.values()) {
            text.append(' ').append(end).append(' ').append(counts[end.ordinal()]);
          }
          text.append('\n');
        });
    samples.forEach(
        (kind, sample) ->
            text.append("  e.g. ").append(kind).append(": ").append(sample).append('\n'));
    return text.toString();
  }
}
