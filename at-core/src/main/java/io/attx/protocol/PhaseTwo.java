package io.attx.protocol;

import java.util.List;

/**
 * Phase-two work for this session. Results arrive later as {@link PhaseTwoResults}.
 *
 * @param commands at least one; they may be carried out in any order
 */
public record PhaseTwo(List<BranchCommand> commands) implements Push {
  /** Copies the list. */
  public PhaseTwo {
    commands = List.copyOf(commands);
  }
}
