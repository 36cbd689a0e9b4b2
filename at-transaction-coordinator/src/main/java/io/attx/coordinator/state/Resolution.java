package io.attx.coordinator.state;

import io.attx.protocol.ResolveAction;
import io.attx.protocol.RowDecision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person's decision about a branch in quarantine, complete and to be carried out. Immutable.
 *
 * @param number of the decision, never used twice in an incarnation
 * @param rows about single rows
 * @param others about dirty rows that are not among them, or null
 * @param operator who
 * @param reason why
 */
public record Resolution(
    long number,
    List<RowDecision> rows,
    @Nullable ResolveAction others,
    String operator,
    String reason) {
  /** Copies the list. */
  public Resolution {
    rows = List.copyOf(rows);
  }

  /** How it ended. */
  public enum End {
    /** The branch is undone. */
    UNDONE,
    /** Rows have changed since, or are not decided: nothing was changed, there is a new report. */
    HELD,
    /** It cannot be carried out; nothing was changed. */
    REFUSED,
    /** A newer decision took its place. */
    REPLACED
  }
}
