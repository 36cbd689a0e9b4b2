package io.attx.client;

import io.attx.AttxException;
import io.attx.BranchRef;
import io.attx.GlobalStatus;
import io.attx.GlobalTransactionException;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.Xid;
import io.attx.protocol.AskLocalEnds;
import io.attx.protocol.BranchFate;
import io.attx.protocol.BranchFates;
import io.attx.protocol.CheckLocks;
import io.attx.protocol.Done;
import io.attx.protocol.FetchValue;
import io.attx.protocol.PhaseTwo;
import io.attx.protocol.Push;
import io.attx.protocol.QueryBranches;
import io.attx.protocol.QueryTransaction;
import io.attx.protocol.Refused;
import io.attx.protocol.ResolveBranch;
import io.attx.protocol.ResourceAnnouncement;
import io.attx.protocol.Response;
import io.attx.protocol.RollbackTransaction;
import io.attx.protocol.TransactionDecided;
import io.attx.protocol.TransactionOutcome;
import io.attx.transport.RpcIo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The client: wires link, transactions, branches and resources together. */
final class DefaultAtClient implements AtClient, ResourceManagerClient, CoordinatorLink.Events {
  private static final Logger LOG = LoggerFactory.getLogger(DefaultAtClient.class);
  private static final Duration HOUSEKEEPING = Duration.ofSeconds(10);

  private final AtClientOptions options;
  private final ClientTuning tuning;
  private final LongSupplier nanoClock;
  private final RpcIo io;
  private final CoordinatorLink link;
  private final BranchTable branches;
  private final ClientObserver observer;
  private final ResourceRegistry resources;
  private final Map<Xid, OwnedTransaction> owned = new ConcurrentHashMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Wires a client.
   *
   * @param nanoClock what deadlines of transactions are measured with
   * @param io its I/O thread; closed with the client
   */
  DefaultAtClient(
      AtClientOptions options,
      ClientTuning tuning,
      LongSupplier nanoClock,
      RpcIo io,
      CoordinatorLink.Random random) {
    this.options = options;
    this.tuning = tuning;
    this.nanoClock = nanoClock;
    this.io = io;
    this.link = new CoordinatorLink(io, options, tuning, random, this);
    this.branches =
        new BranchTable(link, io::schedule, options.requestTimeout(), tuning.maxKeptBranches());
    this.observer = Observation.by(options.observer());
    this.resources =
        new ResourceRegistry(
            link, io::schedule, options.requestTimeout(), new PhaseTwoWatch(observer, nanoClock));
  }

  static DefaultAtClient connect(AtClientOptions options) {
    DefaultAtClient client =
        new DefaultAtClient(
            options,
            ClientTuning.defaults(),
            System::nanoTime,
            RpcIo.start(System::nanoTime),
            () -> ThreadLocalRandom.current().nextDouble());
    client.start();
    return client;
  }

  void start() {
    link.start();
    io.repeat(this::dropAbandoned, HOUSEKEEPING);
  }

  // ---- transactions ----

  @Override
  public GlobalTransaction begin(GlobalTransactionOptions transactionOptions) {
    GlobalTransactionContext.checkFree("begin a global transaction");
    Session session = link.session();
    if (session == null || !link.isOpen()) {
      throw link.unavailable("cannot begin a global transaction");
    }
    OwnedTransaction transaction =
        new OwnedTransaction(this, session.nextXid(), transactionOptions, nanoClock.getAsLong());
    owned.put(transaction.xid(), transaction);
    var unused = GlobalTransactionContext.bind(transaction);
    transaction.watchedBy(observer.begun(transaction.xid(), transactionOptions.name()));
    return transaction;
  }

  @Override
  public <T, X extends Exception> T call(
      GlobalTransactionOptions transactionOptions, Call<T, X> work) throws X {
    GlobalTransaction transaction = begin(transactionOptions);
    T result;
    try {
      result = work.run();
    } catch (Throwable failure) {
      rollBackAfter(transaction, failure);
      throw failure;
    }
    transaction.commit();
    return result;
  }

  private static void rollBackAfter(GlobalTransaction transaction, Throwable failure) {
    try {
      transaction.rollback();
    } catch (Throwable second) {
      if (second != failure) {
        failure.addSuppressed(second);
      }
    }
  }

  @Override
  public GlobalTransactionContext.Scope join(Xid xid) {
    return GlobalTransactionContext.join(xid, this);
  }

  @Override
  public GlobalStatus status(Xid xid) {
    Response response;
    try {
      response = link.call(new QueryTransaction(xid), options.requestTimeout()).join();
    } catch (CompletionException failed) {
      throw Decision.unwrap(failed);
    }
    if (response instanceof TransactionOutcome outcome) {
      return outcome.status();
    }
    throw new AttxException(
        "the coordinator did not tell the state of global transaction " + xid + ": " + response);
  }

  /** A participant found that the transaction can only be rolled back. Never blocks. */
  void rollBackEarly(Xid xid) {
    OwnedTransaction here = owned.get(xid);
    if (here != null) {
      here.setRollbackOnly();
      return;
    }
    String reason = "application " + options.application() + " marked it as rollback-only";
    var unused =
        link.call(new RollbackTransaction(xid, List.of(), reason, 0), options.requestTimeout())
            .whenComplete(
                (response, failure) -> {
                  if (!(response instanceof TransactionOutcome)) {
                    LOG.warn(
                        "global transaction {} is marked as rollback-only here, but the coordinator"
                            + " could not be told: {}",
                        xid,
                        failure == null ? response : failure.getMessage());
                  }
                });
  }

  void ended(OwnedTransaction transaction) {
    owned.remove(transaction.xid(), transaction);
  }

  private void dropAbandoned() {
    owned.values().removeIf(OwnedTransaction::abandonIfOverdue);
  }

  // ---- resource managers ----

  @Override
  public ResourceManagerClient resourceManagers() {
    return this;
  }

  @Override
  public Attachment attach(ResourceAnnouncement announcement, ResourceManager manager) {
    return resources.attach(announcement, manager);
  }

  @Override
  public ClientBranch openBranch(Participation participation, ResourceId resource) {
    resources.checkUsable(resource);
    Xid xid = participation.xid();
    Session session = link.session();
    if (session == null || closed.get()) {
      throw link.unavailable("cannot take part in global transaction " + xid);
    }
    if (session.ticket().cluster() != xid.cluster()) {
      throw new GlobalTransactionException(
          xid,
          GlobalStatus.UNKNOWN,
          "global transaction "
              + xid
              + " belongs to another coordinator than this client, which is connected to cluster "
              + Long.toHexString(session.ticket().cluster()),
          null);
    }
    branches.checkRoom();
    OwnedTransaction owner = ownerOf(participation);
    BranchRef ref = new BranchRef(xid, session.nextBranch());
    LocalBranch branch = new LocalBranch(this, ref, resource, participation, owner);
    if (owner != null) {
      owner.branchOpened(branch);
    }
    branches.open(branch);
    branch.watchedBy(observer.opened(xid, resource, resources.description(resource)));
    return branch;
  }

  /** The transaction where this process began it, known to the coordinator if it must be. */
  private @Nullable OwnedTransaction ownerOf(Participation participation) {
    if (participation instanceof OwnedTransaction transaction) {
      if (transaction.client() != this) {
        var unused = transaction.export();
      }
      return transaction;
    }
    OwnedTransaction here = owned.get(participation.xid());
    if (here == null && participation instanceof JoinedTransaction joined) {
      joined.usedBy(this);
    }
    return here;
  }

  @Override
  public CompletableFuture<Void> checkLocks(
      Xid xid, ResourceId resource, List<LockRequest> locks, Duration wait, boolean holdsRowLocks) {
    return link.call(
            new CheckLocks(xid, resource, locks, wait.toMillis(), holdsRowLocks),
            wait.plus(options.requestTimeout()))
        .handle(
            (response, failure) -> {
              if (!(response instanceof Done)) {
                throw refused(
                    "the row locks that " + xid + " wants to read under on " + resource,
                    response,
                    failure);
              }
              return null;
            });
  }

  @Override
  public Xid nameOutside() {
    Session session = link.session();
    if (session == null || closed.get()) {
      throw link.unavailable("cannot ask for row locks");
    }
    return session.nextOutside();
  }

  @Override
  public CompletableFuture<List<BranchFate>> queryBranches(List<BranchRef> refs) {
    return link.call(new QueryBranches(refs), options.requestTimeout())
        .handle(
            (response, failure) -> {
              if (response instanceof BranchFates fates && fates.fates().size() == refs.size()) {
                return fates.fates();
              }
              throw refused("a question about " + refs.size() + " branches", response, failure);
            });
  }

  private static RuntimeException refused(
      String what, @Nullable Response response, @Nullable Throwable failure) {
    if (response instanceof Refused refusal) {
      return new BranchRefusedException(
          refusal.code(), what + ": " + refusal.message(), refusal.holder());
    }
    return failure instanceof AttxException known
        ? known
        : new AttxException(what + ": the coordinator answered with " + response, failure);
  }

  // ---- what the coordinator says by itself, on the I/O thread ----

  @Override
  public void opened() {
    resources.opened();
  }

  @Override
  public void push(Push push) {
    if (push instanceof PhaseTwo work) {
      resources.phaseTwo(work.commands());
    } else if (push instanceof ResolveBranch order) {
      resources.resolve(order);
    } else if (push instanceof FetchValue question) {
      resources.fetch(question);
    } else if (push instanceof AskLocalEnds ask) {
      branches.asked(ask);
    } else if (push instanceof TransactionDecided decided) {
      OwnedTransaction here = owned.get(decided.xid());
      if (here != null) {
        here.decided(decided.status());
      }
      resources.decided(decided.xid(), decided.status(), branches.openResources(decided.xid()));
    }
  }

  // ---- the rest ----

  CoordinatorLink link() {
    return link;
  }

  BranchTable branches() {
    return branches;
  }

  Duration requestTimeout() {
    return options.requestTimeout();
  }

  long nanoTime() {
    return nanoClock.getAsLong();
  }

  @Override
  public boolean isConnected() {
    return link.isOpen();
  }

  @Override
  public ClientSnapshot snapshot() {
    return new ClientSnapshot(
        link.isOpen(),
        owned.values().stream().map(OwnedTransaction::live).toList(),
        branches.openBranches(),
        branches.pendingReports(),
        resources.pendingResults(),
        resources.runningCommands(),
        resources.descriptions());
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    awaitReports();
    link.close();
    io.close();
    if (branches.pendingReports() > 0) {
      LOG.warn(
          "closed with the local ends of {} branches not acknowledged by the coordinator",
          branches.pendingReports());
    }
  }

  /** Gives reports and results that are on their way a moment to arrive. */
  private void awaitReports() {
    if (!link.isOpen() || reportsPending() == 0) {
      return;
    }
    CountDownLatch empty = new CountDownLatch(1);
    io.schedule(new AwaitReports(empty), Duration.ofMillis(5));
    try {
      if (!empty.await(tuning.farewell().toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("did not wait longer for acknowledgements");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private int reportsPending() {
    return branches.pendingReports() + resources.pendingResults();
  }

  /** Looks again and again, on the I/O thread. */
  private final class AwaitReports implements Runnable {
    private final CountDownLatch empty;

    AwaitReports(CountDownLatch empty) {
      this.empty = empty;
    }

    @Override
    public void run() {
      if (reportsPending() == 0) {
        empty.countDown();
      } else {
        io.schedule(this, Duration.ofMillis(5));
      }
    }
  }
}
