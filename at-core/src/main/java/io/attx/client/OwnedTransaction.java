package io.attx.client;

import io.attx.AttxException;
import io.attx.GlobalStatus;
import io.attx.GlobalTransactionException;
import io.attx.Xid;
import io.attx.protocol.BeginInfo;
import io.attx.protocol.BeginTransaction;
import io.attx.protocol.BranchReport;
import io.attx.protocol.Refused;
import io.attx.protocol.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transaction that this process began. It remembers what of it the coordinator knows, which
 * branches are open, and the ends of branches that ride on the decision; {@link Decision} does the
 * talking. Lives until it is decided or long overdue.
 */
final class OwnedTransaction implements GlobalTransaction, Participation {
  private static final Logger LOG = LoggerFactory.getLogger(OwnedTransaction.class);
  private static final int MAX_RIDING = 1_000;
  private static final long OVERDUE_NANOS = Duration.ofSeconds(60).toNanos();

  private enum State {
    ACTIVE,
    ENDING,
    ENDED
  }

  private final DefaultAtClient client;
  private final Xid xid;
  private final GlobalTransactionOptions options;
  private final long deadlineNanos;

  private final Synchronizations synchronizations;
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by the lock; the volatile ones are also read without it.
  private volatile State state = State.ACTIVE;
  private final Set<LocalBranch> open = new LinkedHashSet<>();
  private final List<LocalBranch> riding = new ArrayList<>();
  private boolean changed;
  private @Nullable BeginInfo begin;
  private @Nullable CompletableFuture<Response> export;

  private volatile ClientObserver.TransactionWatch watch = Observation.UNWATCHED;
  private volatile boolean sent;
  private volatile boolean begun;
  private volatile @Nullable String rollbackOnly;

  OwnedTransaction(
      DefaultAtClient client, Xid xid, GlobalTransactionOptions options, long nowNanos) {
    this.client = client;
    this.xid = xid;
    this.options = options;
    this.deadlineNanos = nowNanos + options.timeout().toNanos();
    this.synchronizations = new Synchronizations(xid);
  }

  @Override
  public Xid xid() {
    return xid;
  }

  DefaultAtClient client() {
    return client;
  }

  /** From now on it is watched. */
  void watchedBy(ClientObserver.TransactionWatch watching) {
    watch = watching;
  }

  /** What an operator may want to know. */
  ClientSnapshot.LiveTransaction live() {
    return new ClientSnapshot.LiveTransaction(
        xid, options.name(), timeLeft(), isRollbackOnly(), openBranches().size());
  }

  GlobalTransactionOptions options() {
    return options;
  }

  // ---- what the coordinator knows ----

  /** What begins the transaction, for a message that may be the first; null once it was begun. */
  @Nullable BeginInfo beginToSend() {
    if (begun) {
      return null;
    }
    lock.lock();
    try {
      return beginInfo();
    } finally {
      lock.unlock();
    }
  }

  /** The same each time, so that repeated messages have equal content. Under the lock. */
  private BeginInfo beginInfo() {
    sent = true;
    BeginInfo info = begin;
    if (info == null) {
      info =
          new BeginInfo(options.name(), Math.max(1, timeLeft().toMillis()), options.dirtyPolicy());
      begin = info;
    }
    return info;
  }

  /** The coordinator has acknowledged the begin. */
  void begun() {
    begun = true;
  }

  /** Whether anything was sent that the coordinator may have acted on. */
  boolean wasSent() {
    return sent;
  }

  /** Whether the coordinator has to decide: it knows the transaction, or may know of changes. */
  boolean needsDecision() {
    lock.lock();
    try {
      return begun || changed;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Xid export() {
    if (begun) {
      return xid;
    }
    CompletableFuture<Response> answer = startExport();
    Response response;
    try {
      response = answer.join();
    } catch (CompletionException failed) {
      exportFailed(answer);
      throw Decision.unwrap(failed);
    }
    if (response instanceof Refused refused) {
      exportFailed(answer);
      throw new AttxException(
          "global transaction "
              + xid
              + " could not be begun, so its xid cannot leave the process: "
              + refused.code()
              + ": "
              + refused.message());
    }
    begun = true;
    return xid;
  }

  private CompletableFuture<Response> startExport() {
    lock.lock();
    try {
      if (state != State.ACTIVE) {
        throw new IllegalStateException(
            "global transaction " + xid + " has ended; its xid is of no use elsewhere");
      }
      CompletableFuture<Response> running = export;
      if (running == null) {
        running =
            client.link().call(new BeginTransaction(xid, beginInfo()), client.requestTimeout());
        export = running;
      }
      return running;
    } finally {
      lock.unlock();
    }
  }

  /** Lets the next caller try again. */
  private void exportFailed(CompletableFuture<Response> attempt) {
    lock.lock();
    try {
      if (export == attempt) {
        export = null;
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- branches ----

  /**
   * A branch starts.
   *
   * @throws GlobalTransactionException when the transaction has ended
   */
  void branchOpened(LocalBranch branch) {
    lock.lock();
    try {
      if (state != State.ACTIVE) {
        throw new GlobalTransactionException(
            xid,
            GlobalStatus.UNKNOWN,
            "no branch on " + branch.resource() + " can be opened: " + whyOver(),
            null);
      }
      open.add(branch);
    } finally {
      lock.unlock();
    }
  }

  /**
   * A branch ended locally.
   *
   * @param mayRide whether its report may wait for the decision
   * @return whether it does
   */
  boolean branchEnded(LocalBranch branch, boolean mayRide) {
    lock.lock();
    try {
      open.remove(branch);
      changed |= branch.mayHaveChangedSomething();
      if (!mayRide
          || state != State.ACTIVE
          || branch.client() != client
          || riding.size() >= MAX_RIDING) {
        return false;
      }
      riding.add(branch);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The branches that are open locally. */
  List<LocalBranch> openBranches() {
    lock.lock();
    try {
      return List.copyOf(open);
    } finally {
      lock.unlock();
    }
  }

  /** The reports that go with the decision. */
  List<BranchReport> ridingReports() {
    lock.lock();
    try {
      return riding.stream().map(LocalBranch::report).toList();
    } finally {
      lock.unlock();
    }
  }

  /** Hands the riding reports over to the sender of reports: the decision did not carry them. */
  void reportSeparately() {
    List<LocalBranch> branches;
    lock.lock();
    try {
      branches = List.copyOf(riding);
      riding.clear();
    } finally {
      lock.unlock();
    }
    branches.forEach(client.branches()::report);
  }

  // ---- time and state ----

  @Override
  public long remainingNanos() {
    return deadlineNanos - client.nanoTime();
  }

  @Override
  public @Nullable Duration lockWait() {
    return options.lockWait();
  }

  Duration timeLeft() {
    return Duration.ofNanos(remainingNanos());
  }

  /** The earlier of two points in time: this one and the deadline. */
  long earlier(long otherNanos) {
    return otherNanos - deadlineNanos < 0 ? otherNanos : deadlineNanos;
  }

  boolean isOver() {
    return state != State.ACTIVE;
  }

  boolean hasEnded() {
    return state == State.ENDED;
  }

  String whyOver() {
    return state == State.ACTIVE ? whyTimeIsUp() : "global transaction " + xid + " has ended";
  }

  String whyTimeIsUp() {
    return "the time of global transaction " + xid + " (" + options.timeout() + ") is up";
  }

  @Override
  public void setRollbackOnly() {
    rollbackOnly = "it was marked as rollback-only";
  }

  @Override
  public boolean isRollbackOnly() {
    return rollbackOnly != null;
  }

  @Nullable String whyRollbackOnly() {
    return rollbackOnly;
  }

  /** The coordinator decided by itself. */
  void decided(GlobalStatus status) {
    if (status == GlobalStatus.ROLLING_BACK || status == GlobalStatus.ROLLED_BACK) {
      rollbackOnly = "the coordinator rolled it back";
    }
  }

  /**
   * Gives up what nobody ended although its time was over long ago.
   *
   * @return whether it did
   */
  boolean abandonIfOverdue() {
    lock.lock();
    try {
      if (state != State.ACTIVE || client.nanoTime() - deadlineNanos < OVERDUE_NANOS) {
        return false;
      }
      state = State.ENDED;
    } finally {
      lock.unlock();
    }
    LOG.warn(
        "global transaction {} was neither committed nor rolled back within its time; the"
            + " coordinator rolls it back",
        this);
    reportSeparately();
    watch.ended(GlobalStatus.UNKNOWN, null);
    return true;
  }

  // ---- the end ----

  @Override
  public void register(GlobalTransactionSynchronization synchronization) {
    if (isOver()) {
      throw new IllegalStateException(whyOver());
    }
    synchronizations.register(synchronization);
  }

  @Override
  public void commit() {
    if (!isOver()) {
      prepareCommit();
    }
    if (!startEnding()) {
      throw new IllegalStateException("global transaction " + xid + " has ended before");
    }
    end(new Decision(this)::commit, GlobalStatus.COMMITTED);
  }

  private void prepareCommit() {
    if (rollbackOnly != null || timeLeft().isNegative()) {
      synchronizations.beforeRollback();
      return;
    }
    try {
      synchronizations.beforeCommit();
    } catch (RuntimeException | Error failure) {
      try {
        rollback();
      } catch (RuntimeException | Error second) {
        failure.addSuppressed(second);
      }
      throw failure;
    }
  }

  @Override
  public void rollback() {
    if (!isOver()) {
      synchronizations.beforeRollback();
    }
    if (startEnding()) {
      end(new Decision(this)::rollback, GlobalStatus.ROLLED_BACK);
    }
  }

  private void end(Runnable decision, GlobalStatus wanted) {
    GlobalStatus outcome = GlobalStatus.UNKNOWN;
    GlobalTransactionException failure = null;
    watch.deciding();
    try {
      decision.run();
      outcome = wanted;
    } catch (GlobalTransactionException otherwise) {
      outcome = otherwise.status();
      failure = otherwise;
      throw otherwise;
    } finally {
      finish();
      watch.ended(outcome, failure);
      synchronizations.ended(outcome);
    }
  }

  @Override
  public void close() {
    rollback();
  }

  private boolean startEnding() {
    lock.lock();
    try {
      if (state != State.ACTIVE) {
        return false;
      }
      state = State.ENDING;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void finish() {
    state = State.ENDED;
    client.ended(this);
    // Looking at the context drops the bindings of ended transactions from this thread.
    var unused = GlobalTransactionContext.current();
  }

  @Override
  public String toString() {
    return options.name().isEmpty() ? xid.toString() : xid + " (" + options.name() + ")";
  }
}
