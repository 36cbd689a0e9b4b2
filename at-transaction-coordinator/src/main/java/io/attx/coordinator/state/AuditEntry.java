package io.attx.coordinator.state;

import io.attx.BranchId;
import io.attx.Xid;
import io.attx.protocol.Limits;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.RowDecision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of the audit trail: what a person decided, or what came of it. Never changed; there is
 * no command that could.
 *
 * @param number 1, 2, 3 and so on without a gap
 * @param atMillis when, by the wall clock of the leader; for people, nothing follows from it
 * @param event what
 * @param operator who
 * @param reason why
 * @param xid the transaction
 * @param branch the branch; null where it is about the whole transaction
 * @param resolution the number of the decision that was or is carried out; 0 for none
 * @param rows what was decided about single rows
 * @param others what was decided about all other dirty rows, or null
 * @param outcome what came of it, for people
 * @param digest SHA-256 over the digest of the entry before and all of the above, 64 hexadecimal
 *     digits: an export in which something was changed or left out does not fit together
 */
public record AuditEntry(
    long number,
    long atMillis,
    Event event,
    String operator,
    String reason,
    Xid xid,
    @Nullable BranchId branch,
    long resolution,
    List<Row> rows,
    @Nullable ResolveAction others,
    String outcome,
    String digest) {
  /** Copies the list. */
  public AuditEntry {
    rows = List.copyOf(rows);
  }

  /** What happened. */
  public enum Event {
    /** A person asked for the rollback of a transaction. */
    ROLLBACK,
    /** A person decided about dirty rows. */
    DECISION,
    /** A decision about dirty rows was carried out, or could not be. */
    END
  }

  /**
   * A decision about one row.
   *
   * @param row names it within its branch
   * @param table schema and table
   * @param key names and values of its key columns
   * @param action what to do
   * @param seen digest of the row as the person saw it
   * @param values what to set; long ones cut at {@link Limits#MAX_NAME} characters
   */
  public record Row(
      String row,
      String table,
      String key,
      ResolveAction action,
      String seen,
      List<RowDecision.ColumnText> values) {
    /** Copies the list. */
    public Row {
      values = List.copyOf(values);
    }
  }

  /** A bound on the memory that it takes. */
  int characters() {
    int sum = 400 + operator.length() + reason.length() + outcome.length();
    for (Row row : rows) {
      sum += 200 + row.table.length() + row.key.length();
      for (RowDecision.ColumnText value : row.values) {
        String text = value.text();
        sum += value.column().length() + (text == null ? 0 : text.length());
      }
    }
    return sum;
  }

  AuditEntry withDigest(String computed) {
    return new AuditEntry(
        number,
        atMillis,
        event,
        operator,
        reason,
        xid,
        branch,
        resolution,
        rows,
        others,
        outcome,
        computed);
  }
}
