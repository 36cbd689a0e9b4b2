package io.attx.datasource.branch;

import io.attx.BranchRef;
import io.attx.GlobalStatus;
import io.attx.Xid;
import io.attx.client.ResourceManager;
import io.attx.datasource.undo.BranchRollback;
import io.attx.datasource.undo.OperatorDecisions;
import io.attx.datasource.undo.UndoOrder;
import io.attx.dirty.DirtyChain;
import io.attx.dirty.DirtyPolicies;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchResult;
import io.attx.protocol.BranchResult.Outcome;
import io.attx.protocol.DirtyCases;
import io.attx.protocol.FetchValue;
import io.attx.protocol.FetchedValue;
import io.attx.protocol.ResolveBranch;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Carries out phase two on threads of its own: rollbacks and sweeps on workers, deletions on the
 * {@link UndoCleaner}. Commands of one resource may run at the same time; the coordinator sends
 * those that depend on each other one after the other. Thread-safe.
 */
final class PhaseTwo implements ResourceManager, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PhaseTwo.class);
  private static final int WORKERS = 3;
  private static final int MAX_QUEUED = 10_000;
  private static final long IDLE_MILLIS = 200;
  private static final long STOP_MILLIS = 5_000;

  private final DataSource pool;
  private final AtResource resource;
  private final UndoCleaner cleaner;
  private final UndoSweep sweep;
  private final LinkedBlockingQueue<Work> queue = new LinkedBlockingQueue<>(MAX_QUEUED);
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  /** One piece of work that needs a connection. */
  private interface Work {
    void run(HeldConnection held) throws SQLException;
  }

  PhaseTwo(DataSource pool, AtResource resource) {
    this.pool = pool;
    this.resource = resource;
    this.cleaner = new UndoCleaner(pool, resource);
    this.sweep = new UndoSweep(resource);
  }

  /** Starts the threads. */
  void start() {
    for (int i = 1; i <= WORKERS; i++) {
      start("attx-phase-two-" + i, this::work);
    }
    start("attx-undo-cleaner", cleaner);
  }

  private void start(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  @Override
  public void phaseTwo(List<BranchCommand> commands, Consumer<BranchResult> results) {
    for (BranchCommand command : commands) {
      boolean accepted =
          switch (command.action()) {
            case COMMIT -> cleaner.offer(command, results);
            case FORGET -> cleaner.offer(command, results);
            case ROLLBACK -> {
              resource
                  .openBranches()
                  .forbid(command.ref().xid(), "the global transaction is rolling back");
              yield queue.offer(held -> rollback(command, results, held));
            }
          };
      if (!accepted) {
        results.accept(
            new BranchResult(
                command.ref(), command.resource(), Outcome.RETRY, "too much phase-two work"));
      }
    }
  }

  @Override
  public void decided(Xid xid, GlobalStatus status) {
    resource.openBranches().forbid(xid, "the global transaction is " + status);
  }

  @Override
  public void connected() {
    requestSweep();
  }

  /** Looks for undo rows that were left behind, soon. */
  void requestSweep() {
    if (!stopped && sweep.request() && !queue.offer(sweep::run)) {
      sweep.cancelRequest();
    }
  }

  private void work() {
    HeldConnection held = new HeldConnection(pool, false);
    try {
      while (!stopped) {
        Work work = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        if (work == null) {
          held.release();
          work = queue.take();
        }
        run(work, held);
      }
    } catch (InterruptedException stop) {
      LOG.debug("{} stops", Thread.currentThread().getName());
    } finally {
      held.release();
    }
  }

  private static void run(Work work, HeldConnection held) {
    try {
      work.run(held);
    } catch (SQLException | RuntimeException failure) {
      held.discard();
      LOG.warn("phase-two work failed and will be repeated", failure);
    }
  }

  @Override
  public void resolve(ResolveBranch order, Consumer<BranchResult> results) {
    if (!queue.offer(held -> resolve(order, results, held))) {
      results.accept(resolved(order, Outcome.RETRY, "too much phase-two work", DirtyCases.NONE));
    }
  }

  @Override
  public void fetch(FetchValue question, Consumer<FetchedValue> answer) {
    if (!queue.offer(held -> fetch(question, answer, held))) {
      answer.accept(FetchedValue.problem(question, "too much phase-two work; try again"));
    }
  }

  private void fetch(FetchValue question, Consumer<FetchedValue> answer, HeldConnection held) {
    FetchedValue found;
    try {
      found = held.session(resource.rollback()).fetch(question);
    } catch (SQLException | RuntimeException failure) {
      held.discard();
      LOG.warn("a value of branch {} could not be read now", question.ref(), failure);
      found = FetchedValue.problem(question, shorten(failure));
    }
    answer.accept(found);
  }

  private void rollback(
      BranchCommand command, Consumer<BranchResult> results, HeldConnection held) {
    UndoOrder order =
        new UndoOrder(
            command.ref(),
            command.locallyCommitted(),
            policies(command.dirtyPolicy(), command.ref()),
            OperatorDecisions.NONE);
    Result result = undo(order, held);
    results.accept(
        new BranchResult(
            command.ref(), command.resource(), result.outcome, result.detail, 0, result.cases));
  }

  private void resolve(ResolveBranch order, Consumer<BranchResult> results, HeldConnection held) {
    UndoOrder undo =
        new UndoOrder(
            order.ref(),
            order.locallyCommitted(),
            policies(order.dirtyPolicy(), order.ref()),
            OperatorDecisions.of(order.rows(), order.others()));
    Result result = undo(undo, held);
    LOG.info(
        "resolution {} of branch {} by {} ({}): {} {}",
        order.resolution(),
        order.ref(),
        order.operator(),
        order.reason(),
        result.outcome,
        result.detail);
    results.accept(resolved(order, result.outcome, result.detail, result.cases));
  }

  private static BranchResult resolved(
      ResolveBranch order, Outcome outcome, String detail, DirtyCases cases) {
    return new BranchResult(
        order.ref(), order.resource(), outcome, detail, order.resolution(), cases);
  }

  /** A text that this version does not understand must not let a policy win that was not meant. */
  private static DirtyPolicies policies(String text, BranchRef ref) {
    try {
      return DirtyPolicies.parse(text);
    } catch (IllegalArgumentException wrong) {
      LOG.error(
          "dirty rows of branch {} are held, because its policy is not understood", ref, wrong);
      return new DirtyPolicies(Map.of(), DirtyChain.HOLD);
    }
  }

  private record Result(Outcome outcome, String detail, DirtyCases cases) {
    Result(Outcome outcome, String detail) {
      this(outcome, detail, DirtyCases.NONE);
    }
  }

  private Result undo(UndoOrder order, HeldConnection held) {
    try (var scope = MDC.putCloseable("attx.xid", order.branch().xid().toString())) {
      return resultOf(order.branch(), held.session(resource.rollback()).rollback(order));
    } catch (SQLException | RuntimeException failure) {
      held.discard();
      LOG.warn("branch {} could not be rolled back now", order.branch(), failure);
      return new Result(Outcome.RETRY, shorten(failure));
    }
  }

  private Result resultOf(BranchRef ref, BranchRollback.Outcome outcome) {
    if (outcome instanceof BranchRollback.Outcome.Undone undone) {
      return new Result(Outcome.UNDONE, resource.notices().undone(ref, undone));
    }
    if (outcome instanceof BranchRollback.Outcome.Quarantined stuck) {
      resource.notices().quarantined(ref, stuck);
      return new Result(
          Outcome.QUARANTINED, stuck.detail(), resource.dirtyReport().cases(stuck.rows()));
    }
    if (outcome instanceof BranchRollback.Outcome.Refused refused) {
      return new Result(Outcome.RESOLUTION_REFUSED, refused.detail());
    }
    if (outcome instanceof BranchRollback.Outcome.Retry retry) {
      LOG.info("branch {} is rolled back later: {}", ref, retry.detail());
      return new Result(Outcome.RETRY, retry.detail());
    }
    return new Result(Outcome.FENCED, "");
  }

  static String shorten(Throwable failure) {
    String text = failure.toString();
    return text.length() > 500 ? text.substring(0, 500) : text;
  }

  /** Stops the threads; commands that are left are sent again by the coordinator to others. */
  @Override
  public void close() {
    stopped = true;
    threads.forEach(Thread::interrupt);
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS);
    try {
      for (Thread thread : threads) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        thread.join(Math.max(1, left));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
