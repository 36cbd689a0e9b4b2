package io.attx.coordinator.runtime;

import io.attx.BranchRef;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.RowDecision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operator wants to be done with the dirty rows of one branch. Immutable.
 *
 * @param branch which
 * @param report the report that the operator saw; 0 takes the one there is
 * @param rows decisions about single rows
 * @param table limits {@code others} to the dirty rows of this table; null for all tables
 * @param others what to do with all other dirty rows; null leaves them open
 * @param operator who
 * @param reason why
 */
public record ResolveRequest(
    BranchRef branch,
    int report,
    List<Row> rows,
    @Nullable String table,
    @Nullable ResolveAction others,
    String operator,
    String reason) {
  /** Copies the list. */
  public ResolveRequest {
    rows = List.copyOf(rows);
  }

  /**
   * A decision about one row.
   *
   * @param row the row's name, or enough of its beginning to tell it from the others
   * @param action anything but RETRY
   * @param values what to set, for VALUES
   */
  public record Row(String row, ResolveAction action, List<RowDecision.ColumnText> values) {
    /** Copies the list. */
    public Row {
      values = List.copyOf(values);
    }
  }
}
