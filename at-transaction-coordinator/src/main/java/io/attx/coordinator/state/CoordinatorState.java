package io.attx.coordinator.state;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.GlobalStatus;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.Xid;
import io.attx.coordinator.lock.LockTable;
import io.attx.protocol.BranchFate;
import io.attx.protocol.RefusalCode;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The whole replicated state of a coordinator. {@link #apply} is the only way that it changes, is
 * deterministic, and depends on nothing but the commands and the log time: two copies that applied
 * the same entries are equal. A business refusal is an outcome; an exception is a defect and must
 * stop the process. Not thread-safe.
 */
public final class CoordinatorState {
  /** How long an ended transaction is remembered, in log time. */
  static final long ENDED_KEPT_MILLIS = 10 * 60 * 1000L;

  /** How many ended transactions are remembered at most. */
  static final int MAX_ENDED = 200_000;

  /** How long a marker stays after the owner's session is gone without a report. */
  static final long MARKER_KEPT_MILLIS = 24 * 60 * 60 * 1000L;

  /** The longest time-out of a transaction; a longer one is cut. */
  static final long MAX_TIMEOUT_MILLIS = 7 * 24 * 60 * 60 * 1000L;

  /** The longest reason or detail that is kept, in characters. */
  static final int MAX_TEXT = 2_000;

  final StateListener listener;
  final LockTable.KeyListener lockListener;
  final LockTable locks = new LockTable();
  final Map<Long, Session> sessions = new LinkedHashMap<>();
  final Map<Xid, Transaction> transactions = new LinkedHashMap<>();
  final Map<Xid, EndedTransaction> ended = new HashMap<>();
  final ArrayDeque<EndedTransaction> endedInOrder = new ArrayDeque<>();
  private final Map<ResourceId, ResourceId> resources = new HashMap<>();
  private final Registrations registrations = new Registrations(this);
  private final Endings endings = new Endings(this);
  final Quarantines quarantines = new Quarantines(this);
  final AuditTrail audit = new AuditTrail();
  long cluster;
  long nextSession = 1;
  long nextBegin = 1;
  long nextResolution = 1;
  long logTime;

  /** An empty state. */
  public CoordinatorState(StateListener listener) {
    this.listener = listener;
    this.lockListener = listener::lockReleased;
  }

  /**
   * Applies one command of a log entry.
   *
   * @param logTimeMillis the log time of the entry; one that lies before the last is raised to it
   */
  public Outcome apply(Command command, long logTimeMillis) {
    advance(logTimeMillis);
    if (command instanceof Command.Initialise initialise) {
      return initialise(initialise.cluster());
    }
    if (cluster == 0) {
      throw new IllegalStateException(
          "the log does not begin with its initialisation but with " + command);
    }
    if (command instanceof Command.Register register) {
      return registrations.register(register);
    } else if (command instanceof Command.Commit commit) {
      return endings.commit(commit);
    } else if (command instanceof Command.Results results) {
      return endings.results(results.results());
    } else if (command instanceof Command.Report report) {
      return endings.report(report.reports());
    } else if (command instanceof Command.Rollback rollback) {
      return endings.rollback(rollback);
    } else if (command instanceof Command.Begin begin) {
      return registrations.begin(begin.xid(), begin.info());
    } else if (command instanceof Command.TimeOut timeOut) {
      return endings.timeOut(timeOut.xid());
    } else if (command instanceof Command.OpenSession open) {
      return openSession(open);
    } else if (command instanceof Command.ExpireSession expire) {
      return expireSession(expire.session());
    } else if (command instanceof Command.Examined examined) {
      return quarantines.examined(examined, endings);
    } else if (command instanceof Command.Resolve resolve) {
      return quarantines.resolve(resolve);
    } else if (command instanceof Command.ForceRollback rollback) {
      return endings.rollbackAsked(rollback);
    }
    throw new IllegalStateException("unknown command " + command);
  }

  /** Lets log time pass; an entry without commands does only this. */
  public void advance(long logTimeMillis) {
    if (logTimeMillis <= logTime) {
      return;
    }
    logTime = logTimeMillis;
    EndedTransaction oldest = endedInOrder.peek();
    while (oldest != null
        && (oldest.endedAt() + ENDED_KEPT_MILLIS <= logTime || endedInOrder.size() > MAX_ENDED)) {
      endedInOrder.remove();
      ended.remove(oldest.xid());
      oldest = endedInOrder.peek();
    }
  }

  private Outcome initialise(long incarnation) {
    if (incarnation <= 0) {
      throw new IllegalStateException("an incarnation must be positive, not " + incarnation);
    }
    if (cluster == 0) {
      cluster = incarnation;
    }
    return Outcome.DONE;
  }

  private Outcome openSession(Command.OpenSession open) {
    long number = nextSession++;
    Session session = new Session(number, open.secret(), cut(open.application()));
    sessions.put(number, session);
    listener.sessionOpened(session);
    return new Outcome.SessionOpened(number);
  }

  private Outcome expireSession(long number) {
    Session session = sessions.remove(number);
    if (session != null) {
      endings.sessionGone(session);
      listener.sessionExpired(session);
    }
    return Outcome.DONE;
  }

  // ---- helpers of the parts ----

  /** Whether the id can still begin a transaction: issued to a live session and never used. */
  boolean isUnused(Xid xid) {
    Session session = xid.cluster() == cluster ? sessions.get(xid.session()) : null;
    return session != null && !session.usedTransactions.contains(xid.number());
  }

  /** Whether the branch id can still be registered. */
  boolean isUnused(BranchId id) {
    Session session = sessions.get(id.session());
    return session != null && !session.usedBranches.contains(id.number());
  }

  /** From now on the id can begin nothing. */
  void burn(Xid xid) {
    Session session = sessions.get(xid.session());
    if (session != null) {
      session.usedTransactions.add(xid.number());
    }
  }

  /** From now on the id can be registered no more. */
  void burn(BranchId id) {
    Session session = sessions.get(id.session());
    if (session != null) {
      session.usedBranches.add(id.number());
    }
  }

  ResourceId intern(ResourceId resource) {
    ResourceId known = resources.putIfAbsent(resource, resource);
    return known == null ? resource : known;
  }

  void release(Branch branch) {
    List<LockRequest> held = branch.locks;
    branch.locks = List.of();
    locks.release(branch.transaction.xid, branch.resource, held, lockListener);
  }

  void remember(Xid xid, GlobalStatus status, String reason) {
    EndedTransaction record = new EndedTransaction(xid, status, reason, logTime);
    ended.put(xid, record);
    endedInOrder.add(record);
  }

  static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }

  static Outcome.Refusal refuse(RefusalCode code, String message) {
    return new Outcome.Refusal(code, message, null);
  }

  // ---- reading ----

  /** The incarnation; 0 before the first command. */
  public long cluster() {
    return cluster;
  }

  /** The last applied log time. */
  public long logTime() {
    return logTime;
  }

  /** The row locks that are held. */
  public LockTable locks() {
    return locks;
  }

  /** What people did. */
  public AuditTrail audit() {
    return audit;
  }

  /** The transaction, if something is left to do for it. */
  public @Nullable Transaction transaction(Xid xid) {
    return transactions.get(xid);
  }

  /** All transactions of which something is left to do, oldest first; a view. */
  public Collection<Transaction> transactions() {
    return Collections.unmodifiableCollection(transactions.values());
  }

  /** The session, unless it was expired or never opened. */
  public @Nullable Session session(long number) {
    return sessions.get(number);
  }

  /** All sessions, oldest first; a view. */
  public Collection<Session> sessions() {
    return Collections.unmodifiableCollection(sessions.values());
  }

  /** The branch, if something is left to do for its transaction. */
  public @Nullable Branch branch(BranchRef ref) {
    Transaction transaction = transactions.get(ref.xid());
    return transaction == null ? null : transaction.branch(ref.branch());
  }

  /** The state of a transaction; UNKNOWN for one that ended long ago or never was. */
  public Outcome.Status status(Xid xid) {
    Transaction live = transactions.get(xid);
    if (live != null) {
      return new Outcome.Status(live.status, live.reason, live.quarantined);
    }
    EndedTransaction past = ended.get(xid);
    return past == null
        ? new Outcome.Status(GlobalStatus.UNKNOWN, "", 0)
        : new Outcome.Status(past.status(), past.reason(), 0);
  }

  /** What may be done with an undo row that was found. */
  public BranchFate fate(BranchRef ref) {
    Transaction live = transactions.get(ref.xid());
    if (live == null) {
      EndedTransaction past = ended.get(ref.xid());
      if (past == null) {
        return isUnused(ref.xid()) ? BranchFate.LIVE : BranchFate.UNKNOWN;
      }
      return past.status() == GlobalStatus.COMMITTED
          ? BranchFate.COMMITTED
          : BranchFate.ROLLED_BACK;
    }
    return switch (live.status) {
      case COMMITTING, COMMITTED -> BranchFate.COMMITTED;
      case ACTIVE, COMMIT_PENDING, UNKNOWN -> BranchFate.LIVE;
      case ROLLING_BACK, ROLLED_BACK -> {
        Branch branch = live.branch(ref.branch());
        boolean over =
            branch != null
                && (branch.state == BranchState.FORGOTTEN
                    || (branch.state == BranchState.UNDONE && branch.isReleasable(logTime)));
        yield over ? BranchFate.ROLLED_BACK : BranchFate.LIVE;
      }
    };
  }
}
