package io.attx.datasource.conformance;

import io.attx.databases.DatabaseKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The list of statements of one database with their verdicts, as the file beside it says. */
final class SupportList {
  private SupportList() {}

  /** What becomes of a statement inside of a global transaction. */
  enum Verdict {
    /** It changes rows, and a rollback restores them. */
    UNDONE,
    /** It changes nothing. */
    RUNS,
    /** It does not execute. */
    REFUSED
  }

  /**
   * One statement.
   *
   * @param section the heading that it stands under
   * @param reason part of the message of a refusal; empty for all else
   */
  record Entry(String section, Verdict verdict, String sql, String reason) {
    @Override
    public String toString() {
      return sql;
    }
  }

  static List<Entry> of(DatabaseKind kind) {
    List<Entry> entries = new ArrayList<>();
    String section = "";
    for (String line : read(kind.name().toLowerCase(Locale.ROOT) + ".txt").split("\n")) {
      if (line.startsWith("# ")) {
        section = line.substring(2);
      } else if (!line.isBlank()) {
        entries.add(entry(section, line));
      }
    }
    return entries;
  }

  private static Entry entry(String section, String line) {
    int space = line.indexOf(' ');
    Verdict verdict = Verdict.valueOf(line.substring(0, space).toUpperCase(Locale.ROOT));
    int arrow = line.lastIndexOf(" => ");
    boolean refused = verdict == Verdict.REFUSED;
    if (refused != arrow > 0) {
      throw new IllegalArgumentException("a refusal and only a refusal has a reason: " + line);
    }
    return new Entry(
        section,
        verdict,
        (refused ? line.substring(space, arrow) : line.substring(space)).strip(),
        refused ? line.substring(arrow + 4) : "");
  }

  /** The text of a file beside the lists. */
  static String read(String file) {
    try (InputStream in = SupportList.class.getResourceAsStream(file)) {
      return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
