package io.attx.dirty;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One step of a chain: what to do, and with which columns. Immutable.
 *
 * @param action what to do
 * @param names the columns that it is limited to, empty for the whole row; for {@link
 *     Action#HANDLER} the one name of the handler
 */
public record DirtyPolicy(Action action, List<PolicyName> names) {
  /** Checks what belongs together. */
  public DirtyPolicy {
    names = List.copyOf(names);
    if (action == Action.DELTA && names.isEmpty()) {
      throw new IllegalArgumentException("delta needs the columns that it counts: delta(balance)");
    }
    if (action == Action.HANDLER && names.size() != 1) {
      throw new IllegalArgumentException("handler needs the name of one handler: handler(mine)");
    }
  }

  /** Whether it settles a whole row, so that nothing behind it is ever asked. */
  boolean endsChain() {
    return names.isEmpty() && action != Action.MERGE;
  }

  /** The columns that it is limited to; empty for the whole row. */
  public List<PolicyName> columns() {
    return action == Action.HANDLER ? List.of() : names;
  }

  @Override
  public String toString() {
    return names.isEmpty()
        ? action.word()
        : action.word()
            + names.stream().map(PolicyName::toString).collect(Collectors.joining(",", "(", ")"));
  }

  /** What can be done with a dirty row. */
  public enum Action {
    /** A person decides: the branch is quarantined with nothing changed. */
    HOLD("hold"),
    /** What is there stays. */
    KEEP_CURRENT("keep"),
    /** What was there before the branch comes back. */
    RESTORE_BEFORE("restore"),
    /** Columns that only the branch changed go back, columns that only others changed stay. */
    MERGE("merge"),
    /** Numbers lose exactly what the branch added: {@code now - (after - before)}, always. */
    DELTA("delta"),
    /** A handler of the application decides. */
    HANDLER("handler");

    private final String word;

    Action(String word) {
      this.word = word;
    }

    /** How it is written. */
    public String word() {
      return word;
    }
  }
}
