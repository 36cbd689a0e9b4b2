package io.attx.coordinator.runtime;

import io.attx.GlobalStatus;
import io.attx.ResourceId;
import io.attx.coordinator.state.Branch;
import io.attx.coordinator.state.BranchState;
import io.attx.coordinator.state.CoordinatorState;
import io.attx.coordinator.state.Quarantine;
import io.attx.coordinator.state.Resolution;
import io.attx.coordinator.state.Transaction;
import io.attx.protocol.BranchCommand.Action;
import io.attx.protocol.BranchResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Turns decided transactions into phase-two work: which branch may be worked on now. Branches of
 * one transaction that share a resource are undone strictly in reverse order of their registration.
 */
final class PhaseTwoDispatcher {
  private final CoordinatorState state;
  private final EventLoop loop;
  private final TimerQueue timers;
  private final LogClock clock;
  private final RandomGenerator random;
  private final CoordinatorSettings.PhaseTwo limits;
  private final Map<ResourceId, PhaseTwoQueue> queues = new LinkedHashMap<>();

  PhaseTwoDispatcher(
      CoordinatorState state,
      EventLoop loop,
      TimerQueue timers,
      LogClock clock,
      RandomGenerator random,
      CoordinatorSettings.PhaseTwo limits) {
    this.state = state;
    this.loop = loop;
    this.timers = timers;
    this.clock = clock;
    this.random = random;
    this.limits = limits;
  }

  Collection<PhaseTwoQueue> queues() {
    return queues.values();
  }

  /** All work that the state asks for; called once, by a new leader. */
  void rebuild() {
    for (Transaction transaction : state.transactions()) {
      for (Branch branch : transaction.branches()) {
        branch.attach(null);
      }
      if (transaction.status().isDecided()) {
        decided(transaction);
      }
      for (Branch branch : transaction.branches()) {
        if (branch.state() == BranchState.UNDONE) {
          forgetWhenReleasable(branch);
        }
      }
    }
  }

  /** A transaction was decided. */
  void decided(Transaction transaction) {
    List<Branch> branches = transaction.branches();
    if (transaction.status() == GlobalStatus.COMMITTING) {
      for (int i = 0; i < branches.size(); i++) {
        if (branches.get(i).state() != BranchState.FORGOTTEN) {
          add(branches.get(i), Action.COMMIT);
        }
      }
    } else if (transaction.status() == GlobalStatus.ROLLING_BACK) {
      Set<ResourceId> seen = new HashSet<>();
      for (int i = branches.size() - 1; i >= 0; i--) {
        Branch branch = branches.get(i);
        if (!branch.state().isUndone() && seen.add(branch.resource())) {
          rollBack(branch);
        }
      }
    }
  }

  private void rollBack(Branch branch) {
    if (branch.state() != BranchState.QUARANTINED) {
      add(branch, Action.ROLLBACK);
    } else {
      resolve(branch);
    }
  }

  /** A branch was recorded as undone: its marker may go, and the branch before it may be undone. */
  void undone(Branch branch) {
    done(branch);
    forgetWhenReleasable(branch);
    List<Branch> branches = branch.transaction().branches();
    for (int i = branches.size() - 1; i >= 0; i--) {
      Branch earlier = branches.get(i);
      if (!earlier.state().isUndone() && earlier.resource().equals(branch.resource())) {
        if (earlier.attachment() == null) {
          rollBack(earlier);
        }
        return;
      }
    }
  }

  /** The marker of an undone branch may be deleted, now or at a time that is known now. */
  void forgetWhenReleasable(Branch branch) {
    if (branch.isReleasable(clock.now())) {
      done(branch);
      add(branch, Action.FORGET);
    } else if (branch.releasableAt() > 0) {
      done(branch);
      PhaseTwoQueue queue = queue(branch.resource());
      queue.addDelayed(
          new PhaseTwoWork(branch, Action.FORGET, queue), clock.nanosUntil(branch.releasableAt()));
    }
  }

  /** The branch needs a person. */
  void quarantined(Branch branch) {
    done(branch);
  }

  /** A person has decided about a branch in quarantine; work on an older decision ends. */
  void resolve(Branch branch) {
    Quarantine quarantine = branch.quarantine();
    Resolution decision = quarantine == null ? null : quarantine.running();
    if (decision != null) {
      done(branch);
      PhaseTwoQueue queue = queue(branch.resource());
      queue.add(new PhaseTwoWork(branch, decision, queue));
    }
  }

  /** The work of a resource, or null where there was none. */
  @Nullable PhaseTwoQueue find(ResourceId resource) {
    return queues.get(resource);
  }

  /** Nothing is left to do for the branch. */
  void done(Branch branch) {
    PhaseTwoWork work = workOf(branch);
    if (work != null) {
      work.home.done(work);
    }
  }

  /** A client could not carry out a command now. */
  void retryLater(Branch branch, BranchResult result) {
    PhaseTwoWork work = workOf(branch);
    Resolution decision = work == null ? null : work.resolution;
    if (work != null && (decision == null ? 0 : decision.number()) == result.resolution()) {
      work.obstacle = result.detail();
      work.home.retryLater(work);
    }
  }

  private void add(Branch branch, Action action) {
    PhaseTwoQueue queue = queue(branch.resource());
    queue.add(new PhaseTwoWork(branch, action, queue));
  }

  /** The client serves exactly these resources from now on. */
  void serve(Client client, Collection<ResourceId> resources) {
    for (PhaseTwoQueue queue : queues.values()) {
      if (queue.serves(client) && !resources.contains(queue.resource())) {
        queue.removeServer(client);
        resend(queue, client);
      }
    }
    for (ResourceId resource : resources) {
      PhaseTwoQueue queue = queue(resource);
      if (!queue.serves(client)) {
        queue.addServer(client);
      }
      resend(queue, null);
    }
  }

  private void resend(PhaseTwoQueue queue, @Nullable Client lost) {
    for (Transaction transaction : state.transactions()) {
      if (transaction.status().isDecided()) {
        for (Branch branch : transaction.branches()) {
          PhaseTwoWork work = workOf(branch);
          if (work != null && work.home == queue) {
            queue.resend(work, lost);
          }
        }
      }
    }
  }

  /**
   * Whether nothing can go on for a transaction that rolls back, because for each resource the next
   * branch is in quarantine.
   */
  static boolean isStuck(Transaction transaction) {
    if (transaction.quarantined() == 0) {
      return false;
    }
    List<ResourceId> seen = new ArrayList<>();
    List<Branch> branches = transaction.branches();
    for (int i = branches.size() - 1; i >= 0; i--) {
      Branch branch = branches.get(i);
      if (!branch.state().isUndone() && !seen.contains(branch.resource())) {
        seen.add(branch.resource());
        if (branch.state() != BranchState.QUARANTINED) {
          return false;
        }
      }
    }
    return true;
  }

  private static @Nullable PhaseTwoWork workOf(Branch branch) {
    return branch.attachment() instanceof PhaseTwoWork work ? work : null;
  }

  private PhaseTwoQueue queue(ResourceId resource) {
    PhaseTwoQueue queue = queues.get(resource);
    if (queue == null) {
      queue = new PhaseTwoQueue(resource, loop, timers, random, limits);
      queues.put(resource, queue);
    }
    return queue;
  }
}
