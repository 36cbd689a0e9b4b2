package io.attx.datasource.undo;

import io.attx.protocol.ResolveAction;
import io.attx.protocol.RowDecision;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person decided about the dirty rows of one branch. Immutable.
 *
 * @param rows by the name of the row
 * @param others about all other dirty rows; RETRY leaves them to the declared policies, null holds
 *     them
 */
public record OperatorDecisions(Map<String, RowDecision> rows, @Nullable ResolveAction others) {
  /** No person: the declared policies decide. */
  public static final OperatorDecisions NONE = new OperatorDecisions(Map.of(), ResolveAction.RETRY);

  /** Copies the map. */
  public OperatorDecisions {
    rows = Map.copyOf(rows);
  }

  /** As they came. */
  public static OperatorDecisions of(Iterable<RowDecision> rows, @Nullable ResolveAction others) {
    Map<String, RowDecision> byName = new LinkedHashMap<>();
    rows.forEach(row -> byName.put(row.row(), row));
    return new OperatorDecisions(byName, others);
  }

  /** Whether a branch that cannot be undone at all ends with its rows as they are. */
  boolean keepsWhatCannotBeUndone() {
    return others == ResolveAction.KEEP;
  }
}
