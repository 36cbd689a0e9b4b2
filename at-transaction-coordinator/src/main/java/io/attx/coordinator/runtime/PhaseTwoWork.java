package io.attx.coordinator.runtime;

import io.attx.LocalEnd;
import io.attx.coordinator.state.Branch;
import io.attx.coordinator.state.Resolution;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.ResolveBranch;
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

  /** A person's decision to be carried out instead of the action; null for commands. */
  final @Nullable Resolution resolution;

  final PhaseTwoQueue home;
  Stage stage = Stage.READY;
  int attempts;
  @Nullable Client sentTo;

  /** Why it could not be done the last time; empty before. */
  String obstacle = "";

  /** Carries out a person's decision. */
  PhaseTwoWork(Branch branch, Resolution resolution, PhaseTwoQueue home) {
    this.branch = branch;
    this.action = BranchCommand.Action.ROLLBACK;
    this.resolution = resolution;
    this.home = home;
  }

  PhaseTwoWork(Branch branch, BranchCommand.Action action, PhaseTwoQueue home) {
    this.branch = branch;
    this.action = action;
    this.resolution = null;
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
        branch.end() == LocalEnd.LOCALLY_COMMITTED,
        branch.transaction().dirtyPolicy());
  }

  ResolveBranch order(Resolution decision) {
    return new ResolveBranch(
        decision.number(),
        branch.ref(),
        branch.resource(),
        branch.end() == LocalEnd.LOCALLY_COMMITTED,
        branch.transaction().dirtyPolicy(),
        decision.rows(),
        decision.others(),
        decision.operator(),
        decision.reason());
  }

  @Override
  void fire() {
    home.timeIsUp(this);
  }
}
