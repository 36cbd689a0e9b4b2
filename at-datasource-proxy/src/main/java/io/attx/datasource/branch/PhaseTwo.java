package io.attx.datasource.branch;

import io.attx.BranchRef;
import io.attx.GlobalStatus;
import io.attx.Xid;
import io.attx.client.ResourceManager;
import io.attx.datasource.undo.BranchRollback;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchResult;
import io.attx.protocol.BranchResult.Outcome;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
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

  private void rollback(
      BranchCommand command, Consumer<BranchResult> results, HeldConnection held) {
    BranchRef ref = command.ref();
    BranchResult result;
    try (var scope = MDC.putCloseable("attx.xid", ref.xid().toString())) {
      BranchRollback.Outcome outcome =
          held.session(resource.rollback()).rollback(ref, command.locallyCommitted());
      result = resultOf(command, outcome);
    } catch (SQLException | RuntimeException failure) {
      held.discard();
      LOG.warn("branch {} could not be rolled back now", ref, failure);
      result = new BranchResult(ref, command.resource(), Outcome.RETRY, shorten(failure));
    }
    results.accept(result);
  }

  private static BranchResult resultOf(BranchCommand command, BranchRollback.Outcome outcome) {
    BranchRef ref = command.ref();
    if (outcome instanceof BranchRollback.Outcome.Quarantined stuck) {
      LOG.error("branch {} cannot be undone and waits for a person: {}", ref, stuck.detail());
      return new BranchResult(ref, command.resource(), Outcome.QUARANTINED, stuck.detail());
    }
    if (outcome instanceof BranchRollback.Outcome.Retry retry) {
      LOG.info("branch {} is rolled back later: {}", ref, retry.detail());
      return new BranchResult(ref, command.resource(), Outcome.RETRY, retry.detail());
    }
    boolean fenced = outcome instanceof BranchRollback.Outcome.Fenced;
    return new BranchResult(ref, command.resource(), fenced ? Outcome.FENCED : Outcome.UNDONE, "");
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
