package io.attx.coordinator.runtime;

import io.attx.coordinator.state.Branch;
import io.attx.protocol.BranchCommand;
import org.jspecify.annotations.Nullable;

/** One thing to be done in phase two for one branch; attached to the branch until it is done. */
final class PhaseTwoWork extends Timed {
  /** Where it is. */
  enum Stage {
    /** In the queue of its resource. */
    READY,
    /** Pushed to a client; the timer repeats it. */
    SENT,
    /** Its time has not come; the timer brings it back. */
    DELAYED,
    /** Over. */
    DONE
  }

  final Branch branch;
  final BranchCommand.Action action;
  final PhaseTwoQueue home;
  Stage stage = Stage.READY;
  int attempts;
  @Nullable Client sentTo;

  PhaseTwoWork(Branch branch, BranchCommand.Action action, PhaseTwoQueue home) {
    this.branch = branch;
    this.action = action;
    this.home = home;
  }

  boolean isUrgent() {
    return action == BranchCommand.Action.ROLLBACK;
  }

  BranchCommand command() {
    return new BranchCommand(
        branch.ref(),
        branch.resource(),
        action,
        branch.end() == io.attx.LocalEnd.LOCALLY_COMMITTED);
  }

  @Override
  void fire() {
    home.timeIsUp(this);
  }
}
