package io.attx.undolog;

import java.util.List;

/**
 * Everything that one branch changed, in the order in which it happened. Immutable.
 *
 * @param entries in execution order
 */
public record UndoLog(List<UndoEntry> entries) {
  /** Copies the list. */
  public UndoLog {
    entries = List.copyOf(entries);
  }
}
