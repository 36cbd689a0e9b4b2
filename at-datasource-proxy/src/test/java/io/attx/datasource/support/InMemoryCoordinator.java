package io.attx.datasource.support;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.CoordinatorUnavailableException;
import io.attx.GlobalStatus;
import io.attx.LocalEnd;
import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.Xid;
import io.attx.client.AtClient;
import io.attx.client.BranchRefusedException;
import io.attx.client.ClientBranch;
import io.attx.client.ClientSnapshot;
import io.attx.client.GlobalTransaction;
import io.attx.client.GlobalTransactionContext;
import io.attx.client.GlobalTransactionOptions;
import io.attx.client.Participation;
import io.attx.client.ResourceManager;
import io.attx.client.ResourceManagerClient;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchCommand.Action;
import io.attx.protocol.BranchFate;
import io.attx.protocol.BranchResult;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.ResourceAnnouncement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator and its client in one object, in memory, for tests of the data source alone: grants
 * locks first-in first-out, and carries out phase two when a test asks for it.
 */
public final class InMemoryCoordinator implements ResourceManagerClient, AtClient {
  private static final long CLUSTER = 0xabcL;
  private static final long SESSION = 7;

  /** One branch as it was registered and reported. */
  public static final class Recorded {
    public final BranchRef ref;
    public final ResourceId resource;
    public List<LockRequest> locks = List.of();
    public boolean registered;
    public @Nullable LocalEnd end;

    Recorded(BranchRef ref, ResourceId resource) {
      this.ref = ref;
      this.resource = resource;
    }
  }

  private record Waiter(
      Xid xid,
      ResourceId resource,
      List<LockRequest> locks,
      boolean take,
      CompletableFuture<@Nullable Void> granted) {}

  private record Held(Xid xid, LockMode mode) {}

  private final Map<ResourceId, List<ResourceManager>> managers = new HashMap<>();
  private final Map<Map.Entry<ResourceId, RowLockKey>, List<Held>> locks = new HashMap<>();
  private final List<Waiter> waiters = new ArrayList<>();
  private final Map<Xid, GlobalStatus> statuses = new HashMap<>();
  private long counter;

  /** Every branch that was opened, in order. */
  public final List<Recorded> branches = new CopyOnWriteArrayList<>();

  /** Every request, by name, in order. */
  public final List<String> requests = new CopyOnWriteArrayList<>();

  /** What becomes of branches that are asked about and unknown here. */
  public final Map<BranchRef, BranchFate> fates = new HashMap<>();

  /** What is left of the time of each granted transaction. */
  public volatile Duration granted = Duration.ofSeconds(60);

  /** While set, every request fails for lack of a coordinator. */
  public volatile boolean down;

  /** Holders whose waiters are refused because the holder is rolling back. */
  public final List<Xid> rollingBack = new CopyOnWriteArrayList<>();

  @Override
  public synchronized GlobalStatus status(Xid xid) {
    return statuses.getOrDefault(xid, GlobalStatus.UNKNOWN);
  }

  @Override
  public GlobalTransactionContext.Scope join(Xid xid) {
    return GlobalTransactionContext.join(xid);
  }

  /** A new transaction; bind it with {@code GlobalTransactionContext.join}. */
  public synchronized Xid newXid() {
    Xid xid = new Xid(CLUSTER, SESSION, ++counter);
    statuses.put(xid, GlobalStatus.ACTIVE);
    return xid;
  }

  /** Takes a lock as another transaction would. */
  public synchronized void lock(Xid xid, ResourceId resource, LockRequest request) {
    locks
        .computeIfAbsent(Map.entry(resource, request.key()), k -> new ArrayList<>())
        .add(new Held(xid, request.mode()));
  }

  /** Frees the locks of a transaction and grants who can go on. */
  public void free(Xid xid) {
    List<CompletableFuture<@Nullable Void>> ready = new ArrayList<>();
    synchronized (this) {
      locks.values().forEach(held -> held.removeIf(h -> h.xid().equals(xid)));
      waiters.removeIf(
          waiter -> {
            boolean free = conflict(waiter.xid(), waiter.resource(), waiter.locks()) == null;
            if (free) {
              grant(waiter);
              ready.add(waiter.granted());
            }
            return free;
          });
    }
    ready.forEach(future -> future.complete(null));
  }

  /** How many wait for locks. */
  public synchronized int waiting() {
    return waiters.size();
  }

  /** The locks that a transaction holds. */
  public synchronized List<RowLockKey> heldBy(Xid xid) {
    return locks.entrySet().stream()
        .filter(e -> e.getValue().stream().anyMatch(h -> h.xid().equals(xid)))
        .map(e -> e.getKey().getValue())
        .toList();
  }

  /** Decides a commit; results arrive later. */
  public List<CompletableFuture<BranchResult>> commit(Xid xid) {
    synchronized (this) {
      statuses.put(xid, GlobalStatus.COMMITTING);
    }
    free(xid);
    List<CompletableFuture<BranchResult>> results = new ArrayList<>();
    for (Recorded branch : committed(xid)) {
      results.add(send(branch, Action.COMMIT));
    }
    return results;
  }

  /** Rolls back to the end: all branches, the last first, then their markers. */
  public List<BranchResult> rollback(Xid xid) throws Exception {
    Undone undone = undo(xid);
    for (CompletableFuture<BranchResult> marker : undone.markers()) {
      marker.get(20, TimeUnit.SECONDS);
    }
    return undone.results();
  }

  /**
   * What a rollback came to.
   *
   * @param results of the branches, the last first
   * @param markers the deletions of what the branches left behind, which nobody has to wait for
   */
  public record Undone(List<BranchResult> results, List<CompletableFuture<BranchResult>> markers) {}

  /** Undoes all branches, the last first, and frees the locks. */
  public Undone undo(Xid xid) throws Exception {
    synchronized (this) {
      statuses.put(xid, GlobalStatus.ROLLING_BACK);
    }
    List<Recorded> mine = new ArrayList<>(committed(xid));
    java.util.Collections.reverse(mine);
    List<BranchResult> results = new ArrayList<>();
    for (Recorded branch : mine) {
      results.add(send(branch, Action.ROLLBACK).get(180, TimeUnit.SECONDS));
    }
    free(xid);
    return new Undone(results, mine.stream().map(branch -> send(branch, Action.FORGET)).toList());
  }

  /** Sends one command. */
  public CompletableFuture<BranchResult> send(Recorded branch, Action action) {
    CompletableFuture<BranchResult> result = new CompletableFuture<>();
    BranchCommand command =
        new BranchCommand(
            branch.ref, branch.resource, action, branch.end == LocalEnd.LOCALLY_COMMITTED);
    manager(branch.resource).phaseTwo(List.of(command), result::complete);
    return result;
  }

  /** The manager of a resource. */
  public synchronized ResourceManager manager(ResourceId resource) {
    return managers.get(resource).get(0);
  }

  /** The resources that are attached. */
  public synchronized List<ResourceId> resources() {
    return List.copyOf(managers.keySet());
  }

  private List<Recorded> committed(Xid xid) {
    return branches.stream()
        .filter(b -> b.ref.xid().equals(xid) && b.registered && b.end != LocalEnd.FAILED)
        .toList();
  }

  private @Nullable Xid conflict(Xid xid, ResourceId resource, List<LockRequest> wanted) {
    for (LockRequest request : wanted) {
      for (Held held : locks.getOrDefault(Map.entry(resource, request.key()), List.of())) {
        if (!held.xid().equals(xid) && !held.mode().isCompatibleWith(request.mode())) {
          return held.xid();
        }
      }
    }
    return null;
  }

  private void grant(Waiter waiter) {
    if (waiter.take()) {
      waiter.locks().forEach(request -> lock(waiter.xid(), waiter.resource(), request));
    }
  }

  private CompletableFuture<@Nullable Void> acquire(
      Xid xid,
      ResourceId resource,
      List<LockRequest> wanted,
      Duration wait,
      boolean holdsRowLocks,
      boolean take) {
    if (down) {
      return CompletableFuture.failedFuture(new CoordinatorUnavailableException("down", null));
    }
    Waiter waiter;
    Xid holder;
    synchronized (this) {
      GlobalStatus status = statuses.getOrDefault(xid, GlobalStatus.UNKNOWN);
      if (status != GlobalStatus.ACTIVE) {
        return refused(RefusalCode.TRANSACTION_ENDED, xid + " is " + status, null);
      }
      waiter = new Waiter(xid, resource, wanted, take, new CompletableFuture<>());
      holder = conflict(xid, resource, wanted);
      if (holder == null) {
        grant(waiter);
        waiter.granted().complete(null);
        return waiter.granted();
      }
      if (holdsRowLocks && rollingBack.contains(holder)) {
        return refused(RefusalCode.HOLDER_ROLLING_BACK, "the holder is rolling back", holder);
      }
      if (wait.isZero()) {
        return refused(RefusalCode.LOCK_CONFLICT, "locked", holder);
      }
      waiters.add(waiter);
    }
    Waiter parked = waiter;
    Xid inTheWay = holder;
    CompletableFuture.delayedExecutor(wait.toMillis(), TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              synchronized (this) {
                waiters.remove(parked);
              }
              parked
                  .granted()
                  .completeExceptionally(
                      new BranchRefusedException(
                          RefusalCode.LOCK_CONFLICT, "locked for too long", inTheWay));
            });
    return waiter.granted();
  }

  private static <T> CompletableFuture<T> refused(
      RefusalCode code, String message, @Nullable Xid holder) {
    return CompletableFuture.failedFuture(new BranchRefusedException(code, message, holder));
  }

  // ------------------------------------------------------------ ResourceManagerClient

  @Override
  public synchronized Attachment attach(
      ResourceAnnouncement announcement, ResourceManager manager) {
    managers.computeIfAbsent(announcement.resource(), r -> new ArrayList<>()).add(manager);
    return () -> detach(announcement.resource(), manager);
  }

  private synchronized void detach(ResourceId resource, ResourceManager manager) {
    managers.get(resource).remove(manager);
  }

  @Override
  public ClientBranch openBranch(Participation participation, ResourceId resource) {
    requests.add("open");
    if (down) {
      throw new CoordinatorUnavailableException("down", null);
    }
    Recorded recorded;
    synchronized (this) {
      recorded =
          new Recorded(
              new BranchRef(participation.xid(), new BranchId(SESSION, ++counter)), resource);
    }
    branches.add(recorded);
    return new ClientBranch() {
      @Override
      public BranchRef ref() {
        return recorded.ref;
      }

      @Override
      public CompletableFuture<Grant> register(
          List<LockRequest> wanted, Duration wait, boolean holdsRowLocks) {
        requests.add("register");
        recorded.locks = wanted;
        return acquire(recorded.ref.xid(), resource, wanted, wait, holdsRowLocks, true)
            .thenApply(
                done -> {
                  recorded.registered = true;
                  return new Grant(System.nanoTime() + granted.toNanos());
                });
      }

      @Override
      public void undoWritten(int rows, long bytes) {}

      @Override
      public void ended(LocalEnd end) {
        if (recorded.end != null) {
          throw new IllegalStateException(recorded.ref + " ended twice");
        }
        recorded.end = end;
      }
    };
  }

  @Override
  public CompletableFuture<Void> checkLocks(
      Xid xid, ResourceId resource, List<LockRequest> wanted, Duration wait, boolean rowLocks) {
    requests.add("check");
    return acquire(xid, resource, wanted, wait, rowLocks, false).thenApply(done -> null);
  }

  @Override
  public Xid nameOutside() {
    return new Xid(1, 1, Xid.FIRST_OUTSIDE + 1);
  }

  @Override
  public CompletableFuture<List<BranchFate>> queryBranches(List<BranchRef> asked) {
    requests.add("query");
    return CompletableFuture.completedFuture(
        asked.stream().map(ref -> fates.getOrDefault(ref, BranchFate.UNKNOWN)).toList());
  }

  // ------------------------------------------------------------ AtClient

  @Override
  public ResourceManagerClient resourceManagers() {
    return this;
  }

  @Override
  public GlobalTransaction begin(GlobalTransactionOptions options) {
    throw new UnsupportedOperationException("use newXid and GlobalTransactionContext.join");
  }

  @Override
  public <T, X extends Exception> T call(GlobalTransactionOptions options, Call<T, X> work) {
    throw new UnsupportedOperationException("use newXid and GlobalTransactionContext.join");
  }

  @Override
  public ClientSnapshot snapshot() {
    return new ClientSnapshot(true, List.of(), 0, 0, 0, 0, List.of());
  }

  @Override
  public boolean isConnected() {
    return !down;
  }

  @Override
  public void close() {}
}
