package io.attx.coordinator.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lines of cells in columns, for people. */
final class TextTable {
  private static final int MAX_CELL = 60;

  private final List<String[]> lines = new ArrayList<>();
  private final String indent;

  TextTable(String indent, String... heads) {
    this.indent = indent;
    lines.add(heads);
  }

  void line(Object... cells) {
    lines.add(Arrays.stream(cells).map(TextTable::cell).toArray(String[]::new));
  }

  /** One line, without what a terminal would obey, and not too wide. */
  static String cell(Object value) {
    String text = plain(String.valueOf(value));
    return text.length() <= MAX_CELL ? text : text.substring(0, MAX_CELL - 1) + "…";
  }

  /** Control characters come from data and could play tricks on a terminal. */
  static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              boolean control =
                  Character.isISOControl(c) || Character.getType(c) == Character.FORMAT;
              if (control) {
                plain.append(c == '\n' ? "\\n" : c == '\t' ? "\\t" : String.format("\\u%04x", c));
              } else {
                plain.appendCodePoint(c);
              }
            });
    return plain.toString();
  }

  @Override
  public String toString() {
    int columns = lines.get(0).length;
    int[] widths = new int[columns];
    for (String[] line : lines) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], line[i].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] line : lines) {
      StringBuilder one = new StringBuilder(indent);
      for (int i = 0; i < columns; i++) {
        one.append(line[i]).append(" ".repeat(widths[i] - line[i].length() + 2));
      }
      text.append(one.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }
}
