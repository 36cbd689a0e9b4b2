package io.attx.datasource.metadata;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A trigger of a table.
 *
 * @param name its name
 * @param events what fires it
 * @param changesRow whether it can change the row that it fires for
 * @param mayFail whether it can raise an error of its own
 * @param writes why it may change other rows, or cannot be told not to; null when it does not
 * @param mentioned the columns of the new row that it names, in lower case
 */
public record TriggerMetadata(
    String name,
    Set<Event> events,
    boolean changesRow,
    boolean mayFail,
    @Nullable String writes,
    Set<String> mentioned) {
  /** Copies the sets. */
  public TriggerMetadata {
    events = Set.copyOf(events);
    mentioned = Set.copyOf(mentioned);
  }

  /** What fires a trigger. */
  public enum Event {
    INSERT,
    UPDATE,
    DELETE
  }

  /** Whether the same statement has the same effect with and without it. */
  public boolean isHarmless() {
    return !changesRow && !mayFail && writes == null;
  }

  /** Whether it names a column of the new row. */
  public boolean mentions(String column) {
    return mentioned.contains(column.toLowerCase(Locale.ROOT));
  }

  /** The same, with what it writes elsewhere, and that it may fail, accepted. */
  TriggerMetadata accepted() {
    return new TriggerMetadata(name, events, changesRow, false, null, mentioned);
  }
}
