package io.attx.coordinator.log;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log on Apache Ratis: a group of one on a single machine, or several nodes. Entries are handed
 * to the Raft server of this process directly; with a group of one there is no network at all.
 *
 * <p><b>Durable before acknowledged.</b> The one thread of Ratis' {@code SegmentedRaftLogWorker}
 * writes entries to the segment. When no further write waits (or after 128), its {@code
 * flushIfNecessary} first calls {@link RatisMachine#flush}, which forces the directory if a segment
 * was created or renamed, then {@code SegmentedRaftLogOutputStream.flush}, which ends in {@code
 * BufferedWriteChannel.flush}: {@code FileChannel.force(false)}. Only after that does {@code
 * updateFlushedIndexIncreasingly} move the flush index. The leader commits up to the smaller of the
 * majority's index and its own flush index ({@code LeaderStateImpl.updateCommit}, {@code
 * RaftLogBase.updateCommitIndex}), only committed entries are applied, and only after the apply
 * does {@link #append} complete. Waiting writes share one force, which is the group commit below
 * the one of the runtime. The settings that would break this are pinned in {@link RatisSettings}.
 */
public final class RatisLog implements ReplicatedLog {
  /** The largest entry that {@link #append} takes. */
  public static final int MAX_ENTRY_BYTES = SegmentFile.MAX_ENTRY_BYTES - 64 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(RatisLog.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long PURGE_TIMEOUT_MILLIS = 60_000;
  private static final long HAND_OVER_MILLIS = 3_000;

  private final RatisLogOptions options;
  private final DataDirectory directory;
  // Random for each start: Ratis takes a call id that it has seen before as a repetition.
  private final ClientId clientId = ClientId.randomId();
  private final AtomicLong callIds = new AtomicLong();
  private final AtomicLong durable = new AtomicLong(-1);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final ExecutorService snapshotThread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "attx-log-snapshot");
            thread.setDaemon(true);
            return thread;
          });
  private volatile @Nullable Running running;

  private record Running(
      RaftServer server,
      RaftClientAsynchronousProtocol submitter,
      RaftGroupId group,
      RatisMachine machine) {}

  private RatisLog(RatisLogOptions options, DataDirectory directory) {
    this.options = options;
    this.directory = directory;
  }

  /**
   * Opens and locks the data directory, creating it where it does not exist.
   *
   * @throws DataDirectoryException when it cannot be used
   */
  public static RatisLog open(RatisLogOptions options) {
    RatisLogOptions.Cluster cluster = options.cluster();
    DataDirectory directory =
        cluster == null
            ? DataDirectory.open(options.dataDirectory(), null, DataDirectory.Identity::single)
            : DataDirectory.open(
                options.dataDirectory(), cluster.self(), () -> ClusterEntry.identity(cluster));
    return new RatisLog(options, directory);
  }

  /** Whether {@link #open} created the data directory. */
  public boolean created() {
    return directory.created();
  }

  /** The name of this node within its group, kept in the data directory. */
  public String nodeId() {
    return directory.nodeId();
  }

  @Override
  public void start(LogMachine machine) {
    RatisMachine adapter =
        new RatisMachine(
            machine, directory, options, snapshotThread, System::nanoTime, this::purgeLog);
    try {
      SegmentCheck.Range range = SegmentCheck.run(directory.segments());
      new SnapshotStore(directory.snapshots()).repair(range.first());
      refuseGap(range);
      startServer(adapter);
    } catch (IOException e) {
      adapter.closing();
      throw new DataDirectoryException(
          "The log in " + directory.root().toAbsolutePath() + " cannot be opened: " + e, e);
    }
    RatisLogOptions.Cluster cluster = options.cluster();
    if (cluster == null) {
      awaitReady(adapter);
    } else if (!directory.isMember()) {
      enter(cluster);
    }
  }

  private void enter(RatisLogOptions.Cluster cluster) {
    ClusterEntry.enter(cluster, directory.group());
    try {
      directory.becameMember();
    } catch (IOException e) {
      throw new DataDirectoryException(
          "The data directory " + directory.root() + " cannot be written: " + e, e);
    }
  }

  @Override
  public boolean othersMayLead() {
    return options.cluster() != null;
  }

  @Override
  public @Nullable String leader() {
    Running current = running;
    if (current == null || options.cluster() == null) {
      return null;
    }
    try {
      RaftServer.Division division = current.server().getDivision(current.group());
      RaftPeerId leader = division.getInfo().getLeaderId();
      RaftPeer peer = leader == null ? null : division.getRaftConf().getPeer(leader);
      return peer == null || leader.equals(current.server().getId())
          ? null
          : peer.getClientAddress();
    } catch (IOException gone) {
      LOG.debug("The log is closing and knows no leader", gone);
      return null;
    }
  }

  private void refuseGap(SegmentCheck.Range range) throws IOException {
    var snapshots = new SnapshotStore(directory.snapshots()).places();
    long covered = snapshots.isEmpty() ? -1 : snapshots.get(snapshots.size() - 1).index();
    if (range.first() > covered + 1) {
      throw new DataDirectoryException(
          "The log in "
              + directory.segments()
              + " starts at index "
              + range.first()
              + " but the newest snapshot ends at "
              + covered
              + ": entries in between are missing. Restore the data directory from a backup.");
    }
  }

  private void startServer(RatisMachine adapter) throws IOException {
    RaftGroupId groupId = RaftGroupId.valueOf(directory.group());
    RaftServer server =
        RaftServer.newBuilder()
            .setServerId(RaftPeerId.valueOf(directory.nodeId()))
            .setGroup(RaftGroup.valueOf(groupId, peers()))
            .setOption(RaftStorage.StartupOption.RECOVER)
            .setStateMachine(adapter)
            .setProperties(RatisSettings.properties(options, directory))
            .build();
    try {
      // The division of a group takes requests directly; through the server each one would cost a
      // change of threads.
      RaftClientAsynchronousProtocol submitter =
          server.getDivision(groupId) instanceof RaftClientAsynchronousProtocol direct
              ? direct
              : server;
      // Before the start: a group of one may be told that it leads, and append, before that
      // returns.
      running = new Running(server, submitter, groupId, adapter);
      server.start();
    } catch (IOException | RuntimeException e) {
      running = null;
      adapter.closing();
      server.close();
      throw e;
    }
  }

  /** Who took part when the log began; who does now is in the log. */
  private RaftPeer[] peers() {
    RatisLogOptions.Cluster cluster = options.cluster();
    return switch (directory.origin()) {
      case SINGLE -> new RaftPeer[] {RaftPeer.newBuilder().setId(directory.nodeId()).build()};
      case FOUNDED ->
          cluster == null
              ? new RaftPeer[0]
              : new RaftPeer[] {ClusterMembers.raftPeer(cluster.own())};
      case JOINED -> new RaftPeer[0];
    };
  }

  private void awaitReady(RatisMachine adapter) {
    while (true) {
      try {
        adapter.ready().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        LOG.info(
            "Still replaying the log, at index {}", adapter.getLastAppliedTermIndex().getIndex());
      } catch (ExecutionException e) {
        throw new DataDirectoryException(
            "The log in "
                + directory.root().toAbsolutePath()
                + " cannot be replayed: "
                + e.getCause(),
            e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while the log was being replayed", e);
      }
    }
  }

  @Override
  public CompletableFuture<Long> append(byte[] entry) {
    Running current = running;
    if (current == null || closed.get()) {
      return CompletableFuture.failedFuture(new NotLeaderException(null));
    }
    if (entry.length > MAX_ENTRY_BYTES) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException(
              "an entry of "
                  + entry.length
                  + " bytes was not appended: the limit is "
                  + MAX_ENTRY_BYTES));
    }
    PendingAppend append = new PendingAppend(EntryEnvelope.wrap(durable.get(), entry));
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(clientId)
            .setServerId(current.server().getId())
            .setGroupId(current.group())
            .setCallId(callIds.incrementAndGet())
            .setMessage(append)
            .setType(RaftClientRequest.writeRequestType())
            .build();
    CompletableFuture<Long> result = new CompletableFuture<>();
    try {
      var unused =
          current
              .submitter()
              .submitClientRequestAsync(request)
              .whenComplete((reply, failure) -> complete(result, append, reply, failure));
    } catch (IOException | RuntimeException e) {
      complete(result, append, null, e);
    }
    return result;
  }

  private void complete(
      CompletableFuture<Long> result,
      PendingAppend append,
      @Nullable RaftClientReply reply,
      @Nullable Throwable failure) {
    if (reply != null && reply.isSuccess()) {
      durable.accumulateAndGet(reply.getLogIndex(), Math::max);
      result.complete(reply.getLogIndex());
      return;
    }
    Throwable reason = reply == null ? failure : reply.getException();
    if (!append.mayBeAppended()) {
      NotLeaderException refused = new NotLeaderException(leader(reply));
      if (reason != null) {
        refused.addSuppressed(reason);
      }
      result.completeExceptionally(refused);
    } else {
      result.completeExceptionally(
          new IOException("it is unknown whether the entry was appended: " + reason, reason));
    }
  }

  private static @Nullable String leader(@Nullable RaftClientReply reply) {
    if (reply == null || reply.getNotLeaderException() == null) {
      return null;
    }
    RaftPeer leader = reply.getNotLeaderException().getSuggestedLeader();
    return leader == null ? null : leader.getClientAddress();
  }

  /** Lets Ratis ask the machine up to where the log may be purged. */
  private void purgeLog(long index) {
    Running current = running;
    if (current == null || closed.get()) {
      return;
    }
    SnapshotManagementRequest request =
        SnapshotManagementRequest.newCreate(
            clientId,
            current.server().getId(),
            current.group(),
            callIds.incrementAndGet(),
            PURGE_TIMEOUT_MILLIS);
    var unused =
        current
            .server()
            .snapshotManagementAsync(request)
            .whenComplete(
                (reply, failure) -> {
                  if (failure != null && !closed.get()) {
                    LOG.warn("The log was not purged after the snapshot at {}", index, failure);
                  }
                });
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    boolean ended = false;
    try {
      Running current = running;
      if (current != null) {
        handOver(current);
      }
      ended = current == null || stop(current);
      snapshotThread.shutdown();
      if (!snapshotThread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("A snapshot is still being written; it is left incomplete, which does no harm");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (ended) {
        directory.close();
      } else {
        LOG.warn(
            "The log in {} did not close in time; the directory stays locked until the process"
                + " ends. What was acknowledged is durable.",
            directory.root());
      }
    }
  }

  /** Lets another node lead before this one goes, so that nobody waits for an election. */
  private void handOver(Running current) {
    if (!othersMayLead()) {
      return;
    }
    try {
      RaftServer.Division division = current.server().getDivision(current.group());
      RaftPeer heir =
          division.getRaftConf().getCurrentPeers().stream()
              .filter(peer -> !peer.getId().equals(current.server().getId()))
              .findFirst()
              .orElse(null);
      if (division.getInfo().isLeader() && heir != null) {
        current
            .server()
            .transferLeadership(
                new TransferLeadershipRequest(
                    clientId,
                    current.server().getId(),
                    current.group(),
                    callIds.incrementAndGet(),
                    heir.getId(),
                    HAND_OVER_MILLIS));
      }
    } catch (IOException e) {
      LOG.info("No other node took the lead over before the close: {}", e.toString());
    }
  }

  /** Ratis waits for the last apply for ever, which never comes once the machine has failed. */
  private static boolean stop(Running running) throws InterruptedException {
    running.machine().closing();
    Thread closer =
        new Thread(
            () -> {
              try {
                running.server().close();
              } catch (IOException e) {
                LOG.warn("The log did not close cleanly", e);
              }
            },
            "attx-log-close");
    closer.setDaemon(true);
    closer.start();
    closer.join(PATIENCE.toMillis());
    return !closer.isAlive();
  }
}
