package io.attx.coordinator.runtime;

import io.attx.GlobalStatus;
import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.Xid;
import io.attx.coordinator.log.ReplicatedLog;
import io.attx.coordinator.state.AuditEntry;
import io.attx.coordinator.state.Branch;
import io.attx.coordinator.state.Command;
import io.attx.coordinator.state.CoordinatorState;
import io.attx.coordinator.state.LogEntry;
import io.attx.coordinator.state.Outcome;
import io.attx.coordinator.state.Resolution;
import io.attx.coordinator.state.Session;
import io.attx.coordinator.state.StateListener;
import io.attx.coordinator.state.Transaction;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One term of office: everything that a leader keeps in memory besides the replicated state. Made
 * from the state when the term begins, thrown away when it ends. Belongs to the event loop.
 */
final class Leader implements StateListener {
  private static final Logger LOG = LoggerFactory.getLogger(Leader.class);
  private static final Logger AUDIT = LoggerFactory.getLogger("io.attx.audit");
  private static final long SWEEP_NANOS = 1_000_000_000L;
  private static final long TICK_NANOS = 5 * SWEEP_NANOS;

  private final CoordinatorState state;
  private final EventLoop loop;
  private final CoordinatorSettings settings;
  private final LogClock clock;
  private final TimerQueue timers;
  private final Proposer proposer;
  private final Clients clients;
  private final ClientNotices notices;
  private final LockWaits waits;
  private final DecisionWaits decisions;
  private final PhaseTwoDispatcher dispatcher;
  private final OperatorCalls calls = new OperatorCalls();
  private final List<Xid> touched = new ArrayList<>();
  private final Runnable drain = this::drain;
  private boolean drainScheduled;
  private boolean closed;
  private boolean managerAsked;
  private long position;

  Leader(
      CoordinatorState state,
      ReplicatedLog log,
      EventLoop loop,
      RandomGenerator random,
      CoordinatorSettings settings,
      long position) {
    this.state = state;
    this.loop = loop;
    this.settings = settings;
    this.position = position;
    this.clock = new LogClock(loop, state.logTime());
    this.timers = new TimerQueue(loop);
    this.proposer = new Proposer(log, loop, clock, random.nextLong(), settings.intake());
    this.clients = new Clients(loop);
    this.notices = new ClientNotices(clients);
    this.waits = new LockWaits(this, state);
    this.decisions = new DecisionWaits(state, timers);
    this.dispatcher =
        new PhaseTwoDispatcher(state, loop, timers, clock, random, settings.phaseTwo());
  }

  /** Rebuilds what follows from the state and starts the timers. */
  void begin() {
    for (Session session : state.sessions()) {
      clients.add(session);
    }
    for (Transaction transaction : state.transactions()) {
      transaction.attach(null);
      if (!transaction.status().isDecided()) {
        watchDeadline(transaction);
      }
    }
    dispatcher.rebuild();
    timers.arm(new Sweep(), SWEEP_NANOS);
  }

  /** Ends the term: fails whatever waits as retryable, closes all connections. */
  void end(Refused refused) {
    closed = true;
    timers.close();
    proposer.close(refused);
    waits.close(refused);
    decisions.close(refused);
    calls.close(refused.message());
    for (ClientLink link : clients.links()) {
      link.close();
    }
  }

  // ---- for the parts ----

  CoordinatorSettings settings() {
    return settings;
  }

  LogClock clock() {
    return clock;
  }

  TimerQueue timers() {
    return timers;
  }

  Clients clients() {
    return clients;
  }

  LockWaits waits() {
    return waits;
  }

  DecisionWaits decisions() {
    return decisions;
  }

  PhaseTwoDispatcher dispatcher() {
    return dispatcher;
  }

  OperatorCalls calls() {
    return calls;
  }

  long nanos() {
    return loop.nanos();
  }

  long wallMillis() {
    return loop.wallMillis();
  }

  long position() {
    return position;
  }

  boolean isGone(ClientLink link) {
    return clients.byLink(link) == null;
  }

  void propose(Command command, Pending pending) {
    proposer.propose(command, pending);
  }

  /**
   * Answers from memory, once it is certain that no other node led when the answer was made: a
   * leader that was deposed without knowing must not say that a row is free.
   */
  void answerFromMemory(Reply reply, Response response) {
    proposer.confirm(
        new Proposer.Confirmation() {
          @Override
          public void confirmed() {
            reply.send(response);
          }

          @Override
          public void failed(Refused refused) {
            reply.send(refused);
          }
        });
  }

  /** Soon looks at everybody who may have got free. */
  void drainLater() {
    if (!drainScheduled) {
      drainScheduled = true;
      loop.execute(drain);
    }
  }

  private void drain() {
    drainScheduled = false;
    if (!closed) {
      waits.drain(position);
    }
  }

  // ---- entries of the log ----

  Proposer.@Nullable Batch own(LogEntry.Header header) {
    return proposer.applied(header);
  }

  void applying(long index, Command command) {
    position = index;
    managerAsked = command instanceof Command.Rollback;
  }

  /** After all commands of an entry. */
  void applied() {
    if (!touched.isEmpty()) {
      for (int i = 0; i < touched.size(); i++) {
        decisions.look(touched.get(i), position);
      }
      touched.clear();
    }
  }

  private void touch(Transaction transaction) {
    if (!decisions.isEmpty() && decisions.contains(transaction.xid())) {
      touched.add(transaction.xid());
    }
  }

  // ---- what the state says ----

  @Override
  public void began(Transaction transaction) {
    watchDeadline(transaction);
  }

  private void watchDeadline(Transaction transaction) {
    Deadline deadline = new Deadline(transaction);
    transaction.attach(deadline);
    timers.arm(deadline, clock.nanosUntil(transaction.deadline()));
  }

  @Override
  public void commitPending(Transaction transaction) {
    notices.askLocalEnds(transaction.branches(), null);
  }

  @Override
  public void decided(Transaction transaction) {
    if (transaction.attachment() instanceof Deadline deadline) {
      timers.cancel(deadline);
      transaction.attach(null);
    }
    touch(transaction);
    waits.decided(transaction);
    if (transaction.status() == GlobalStatus.ROLLING_BACK) {
      LOG.debug("{} rolls back: {}", transaction.xid(), transaction.reason());
      notices.rollback(transaction, managerAsked);
    }
    dispatcher.decided(transaction);
  }

  @Override
  public void rolledBack(Transaction transaction) {
    touch(transaction);
  }

  @Override
  public void lockReleased(ResourceId resource, RowLockKey key) {
    waits.released(resource, key);
  }

  @Override
  public void branchUndone(Branch branch) {
    dispatcher.undone(branch);
    touch(branch.transaction());
    if (branch.end() == null) {
      // The marker must stay until the owner has said that its local transaction is over.
      notices.askLocalEnds(List.of(branch), null);
    }
  }

  @Override
  public void markerReleasable(Branch branch) {
    dispatcher.forgetWhenReleasable(branch);
  }

  @Override
  public void branchQuarantined(Branch branch) {
    LOG.warn(
        "branch {} of {} on {} is in quarantine, its row locks stay: {}. Look at it: dirty show {} {}",
        branch.ref(),
        branch.application(),
        branch.resource(),
        branch.detail(),
        branch.transaction().xid(),
        branch.id());
    dispatcher.quarantined(branch);
    touch(branch.transaction());
  }

  @Override
  public void resolutionStarted(Branch branch) {
    dispatcher.resolve(branch);
  }

  @Override
  public void resolutionEnded(
      Branch branch, Resolution resolution, Resolution.End end, String outcome) {
    if (end == Resolution.End.REFUSED) {
      dispatcher.quarantined(branch);
    }
    calls.resolutionEnded(resolution, end, outcome);
  }

  @Override
  public void audited(AuditEntry entry) {
    AUDIT.info(
        "{} {} by {} ({}): {} {} {}",
        entry.number(),
        entry.event(),
        entry.operator(),
        entry.reason(),
        entry.xid(),
        entry.branch() == null ? "" : entry.branch(),
        entry.outcome());
  }

  @Override
  public void branchForgotten(Branch branch) {
    dispatcher.done(branch);
  }

  @Override
  public void sessionOpened(Session session) {
    clients.add(session);
  }

  @Override
  public void sessionExpired(Session session) {
    Client client = clients.bySession(session.number());
    if (client != null) {
      LOG.info("session {} of {} is expired", session.number(), session.application());
      ClientLink link = clients.remove(client);
      dispatcher.serve(client, List.of());
      if (link != null) {
        link.close();
      }
    }
  }

  // ---- clients ----

  /** The client has a new connection: asks it for what was missed meanwhile. */
  void connected(Client client, ClientLink link) {
    ClientLink older = clients.connect(client, link);
    dispatcher.serve(client, List.of());
    if (older != null) {
      older.close();
    }
    List<Branch> missing = new ArrayList<>();
    for (Transaction transaction : state.transactions()) {
      if (transaction.status() != GlobalStatus.ACTIVE) {
        missing.addAll(transaction.branches());
      }
    }
    notices.askLocalEnds(missing, client);
  }

  void disconnected(ClientLink link) {
    Client client = clients.disconnect(link);
    if (client != null) {
      client.resources.clear();
      dispatcher.serve(client, List.of());
    }
  }

  // ---- timers ----

  private void timeOut(Transaction transaction, Deadline deadline) {
    propose(
        new Command.TimeOut(transaction.xid()),
        new Pending() {
          @Override
          public void applied(Outcome outcome, long index) {}

          @Override
          public void failed(Refused refused) {
            if (!closed) {
              timers.arm(deadline, SWEEP_NANOS);
            }
          }
        });
  }

  private void expire(Client client) {
    client.expiring = true;
    propose(
        new Command.ExpireSession(client.session),
        new Pending() {
          @Override
          public void applied(Outcome outcome, long index) {}

          @Override
          public void failed(Refused refused) {
            client.expiring = false;
          }
        });
  }

  private void sweep() {
    long now = loop.nanos();
    CoordinatorSettings.SessionSettings limits = settings.sessions();
    for (Client client : List.copyOf(clients.all())) {
      ClientLink link = client.link;
      long idle = now - client.sinceNanos;
      if (link != null && idle > limits.silence().toNanos()) {
        LOG.info("nothing came from {} for {} ms", link.remoteAddress(), idle / 1_000_000);
        disconnected(link);
        link.close();
      } else if (link == null && idle > limits.timeout().toNanos() && !client.expiring) {
        expire(client);
      }
    }
    if (!state.transactions().isEmpty()) {
      proposer.tick(TICK_NANOS);
    }
  }

  /** Refuses because this node is about to serve but does not yet. */
  static Refused starting() {
    return Refused.of(RefusalCode.UNAVAILABLE, "the coordinator is starting; try again");
  }

  private final class Deadline extends Timed {
    private final Transaction transaction;

    Deadline(Transaction transaction) {
      this.transaction = transaction;
    }

    @Override
    void fire() {
      if (!transaction.status().isDecided()) {
        timeOut(transaction, this);
      }
    }
  }

  private final class Sweep extends Timed {
    @Override
    void fire() {
      sweep();
      timers.arm(this, SWEEP_NANOS);
    }
  }
}
