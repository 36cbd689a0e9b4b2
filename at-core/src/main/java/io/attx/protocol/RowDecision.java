package io.attx.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person decided about one dirty row.
 *
 * @param row which row, as {@link DirtyCase#row}
 * @param action anything but RETRY
 * @param expectedNow the {@link DirtyCase#now} that the person saw; a row that has changed since is
 *     not touched
 * @param values for VALUES at least one, otherwise none
 */
public record RowDecision(
    String row, ResolveAction action, String expectedNow, List<ColumnText> values) {
  /** Copies and checks. */
  public RowDecision {
    values = List.copyOf(values);
    if (!DirtyCase.isDigest(row) || !DirtyCase.isDigest(expectedNow)) {
      throw new IllegalArgumentException(
          "a row and its state are named by 8 to 64 hexadecimal digits, not by \""
              + row
              + "\" and \""
              + expectedNow
              + "\"");
    }
    if (action == ResolveAction.RETRY) {
      throw new IllegalArgumentException("RETRY is for whole branches, not for row " + row);
    }
    if ((action == ResolveAction.VALUES) == values.isEmpty()
        || values.size() > Limits.MAX_CASE_COLUMNS) {
      throw new IllegalArgumentException(
          "row " + row + ": " + values.size() + " values do not go with " + action);
    }
  }

  /**
   * One value.
   *
   * @param column its name
   * @param text as the database writes it; null for SQL NULL
   */
  public record ColumnText(String column, @Nullable String text) {}
}
