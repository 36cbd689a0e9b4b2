package io.attx.coordinator.log;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between Ratis and a {@link LogMachine}.
 *
 * <p><b>Snapshots.</b> Ratis would call {@link #takeSnapshot} on the thread that applies entries
 * and wait. So this class starts them itself: after an entry it asks the machine for its state,
 * which the machine delivers when it has come so far, writes the file on a thread of its own, and
 * only when it is durable lets Ratis ask. The answer is the older of the two files that are kept,
 * so that the log still reaches back to it should the newer one be damaged.
 */
final class RatisMachine extends BaseStateMachine {
  private static final Logger LOG = LoggerFactory.getLogger(RatisMachine.class);

  private final LogMachine machine;
  private final DataDirectory directory;
  private final SnapshotStore store;
  private final SegmentDirectorySync directorySync;
  private final RatisLogOptions options;
  private final Executor snapshotThread;
  private final LongSupplier nanoTime;
  private final LongConsumer snapshotTaken;
  private final ReentrantLock calls = new ReentrantLock();
  private final AtomicBoolean snapshotUnderWay = new AtomicBoolean();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final AtomicBoolean failed = new AtomicBoolean();

  private CompletableFuture<Void> lastApply = CompletableFuture.completedFuture(null);
  private long snapshotIndex = -1;
  private long bytesSinceSnapshot;
  private volatile boolean closing;
  private volatile long purgeIndex = RaftLog.INVALID_LOG_INDEX;
  private volatile @Nullable SnapshotInfo latest;

  RatisMachine(
      LogMachine machine,
      DataDirectory directory,
      RatisLogOptions options,
      Executor snapshotThread,
      LongSupplier nanoTime,
      LongConsumer snapshotTaken) {
    this.machine = machine;
    this.directory = directory;
    this.store = new SnapshotStore(directory.snapshots());
    this.directorySync = new SegmentDirectorySync(directory.segments());
    this.options = options;
    this.snapshotThread = snapshotThread;
    this.nanoTime = nanoTime;
    this.snapshotTaken = snapshotTaken;
  }

  /** Completes when this node led for the first time with all earlier entries applied. */
  CompletableFuture<Void> ready() {
    return ready;
  }

  /** From now on a close is expected. */
  void closing() {
    closing = true;
  }

  @Override
  public void initialize(RaftServer raftServer, RaftGroupId raftGroupId, RaftStorage storage)
      throws IOException {
    super.initialize(raftServer, raftGroupId, storage);
    getLifeCycle().startAndTransition(this::loadNewestSnapshot, IOException.class);
  }

  @Override
  public void pause() {
    getLifeCycle().transition(LifeCycle.State.PAUSING);
    getLifeCycle().transition(LifeCycle.State.PAUSED);
  }

  @Override
  public void reinitialize() throws IOException {
    // A snapshot came from the leader, and the log before it goes: it must be on disk by then.
    store.force();
    getLifeCycle().startAndTransition(this::loadNewestSnapshot, IOException.class);
  }

  private void loadNewestSnapshot() throws IOException {
    List<SnapshotStore.Place> places = store.places();
    if (places.isEmpty()) {
      return;
    }
    try {
      SnapshotStore.Loaded loaded = store.load(places.get(places.size() - 1));
      calls.lock();
      try {
        machine.restore(loaded.content());
        snapshotIndex = loaded.place().index();
        bytesSinceSnapshot = 0;
      } finally {
        calls.unlock();
      }
      setLastAppliedTermIndex(TermIndex.valueOf(loaded.place().term(), loaded.place().index()));
      remember(places);
      LOG.info("Loaded the snapshot {}", loaded.place().file());
    } catch (RuntimeException e) {
      fail(e);
      throw e;
    }
  }

  private void remember(List<SnapshotStore.Place> places) throws IOException {
    SnapshotStore.Place newest = places.get(places.size() - 1);
    Path file = newest.file();
    FileInfo info = new FileInfo(file, MD5FileUtil.computeMd5ForFile(file.toFile()));
    latest = new SingleFileSnapshotInfo(info, newest.term(), newest.index());
    purgeIndex = places.size() > 1 ? places.get(places.size() - 2).index() : -1;
  }

  // ---- entries

  @Override
  public TransactionContext startTransaction(RaftClientRequest request) throws IOException {
    if (request.getMessage() instanceof PendingAppend append) {
      append.start();
    }
    return super.startTransaction(request);
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext trx) {
    LogEntryProto entry = trx.getLogEntry();
    long index = entry.getIndex();
    var data = entry.getStateMachineLogEntry().getLogData();
    CompletableFuture<Void> applied;
    calls.lock();
    try {
      if (failed.get()) {
        return CompletableFuture.failedFuture(new IllegalStateException("the log has failed"));
      }
      applied = machine.apply(index, EntryEnvelope.unwrap(index, data.asReadOnlyByteBuffer()));
      lastApply = applied;
      updateLastAppliedTermIndex(entry.getTerm(), index);
      bytesSinceSnapshot += data.size();
      snapshotIfDue(entry.getTerm(), index);
    } catch (RuntimeException e) {
      applied = CompletableFuture.failedFuture(e);
    } finally {
      calls.unlock();
    }
    return applied.handle(
        (nothing, failure) -> {
          if (failure != null) {
            fail(failure);
            throw new CompletionException(failure);
          }
          return Message.EMPTY;
        });
  }

  // ---- snapshots

  private void snapshotIfDue(long term, long index) {
    boolean due =
        index - Math.max(snapshotIndex, 0) >= options.snapshotEntries()
            || bytesSinceSnapshot >= options.snapshotBytes();
    if (!due || !snapshotUnderWay.compareAndSet(false, true)) {
      return;
    }
    snapshotIndex = index;
    bytesSinceSnapshot = 0;
    var unused =
        machine.snapshot().whenCompleteAsync((b, e) -> write(term, index, b, e), snapshotThread);
  }

  private void write(
      long term, long index, byte @Nullable [] content, @Nullable Throwable failure) {
    try {
      if (failure != null || content == null) {
        throw new IOException("the state could not be collected", failure);
      }
      store.save(term, index, content);
      remember(store.places());
      LOG.info("Wrote a snapshot of {} bytes at index {}", content.length, index);
      snapshotTaken.accept(index);
    } catch (IOException | RuntimeException e) {
      if (!closing) {
        LOG.error(
            "The snapshot at index {} could not be written to {}; the log keeps growing until the"
                + " next one succeeds",
            index,
            directory.snapshots(),
            e);
      }
    } finally {
      snapshotUnderWay.set(false);
    }
  }

  /** What the log may be purged up to: durable, and there is a newer snapshot too. */
  @Override
  public long takeSnapshot() {
    return purgeIndex;
  }

  @Override
  public @Nullable SnapshotInfo getLatestSnapshot() {
    return latest;
  }

  @Override
  public StateMachineStorage getStateMachineStorage() {
    return new StateMachineStorage() {
      @Override
      public void init(RaftStorage raftStorage) {}

      @Override
      public @Nullable SnapshotInfo getLatestSnapshot() {
        return latest;
      }

      @Override
      public void format() {}

      @Override
      public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) {}

      @Override
      public File getSnapshotDir() {
        return directory.snapshots().toFile();
      }
    };
  }

  // ---- durability

  /** Called before the log forces a segment; the segment's name is made durable first. */
  @Override
  public CompletableFuture<Void> flush(long index) {
    try {
      directorySync.syncIfChanged(nanoTime.getAsLong());
      return CompletableFuture.completedFuture(null);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  // ---- leadership and failures

  @Override
  public void notifyLeaderReady() {
    calls.lock();
    try {
      // Once per election; the entries before were handed over already, so this ends soon.
      lastApply.handle((nothing, failure) -> null).join();
      machine.leadershipChanged(true);
    } finally {
      calls.unlock();
    }
    ready.complete(null);
  }

  @Override
  public void notifyNotLeader(Collection<TransactionContext> pendingEntries) {
    calls.lock();
    try {
      machine.leadershipChanged(false);
    } finally {
      calls.unlock();
    }
  }

  @Override
  public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto failedEntry) {
    String at = failedEntry == null ? "" : " at index " + failedEntry.getIndex();
    fail(new IOException("The log in " + directory.root() + " could not be written" + at, cause));
  }

  /** Ratis closes its state machine when it closes, also when it gives up. */
  @Override
  public void close() {
    if (!closing) {
      fail(new IllegalStateException("The log in " + directory.root() + " closed by itself"));
    }
  }

  private void fail(Throwable failure) {
    if (!closing && failed.compareAndSet(false, true)) {
      ready.completeExceptionally(failure);
      machine.failed(failure);
    }
  }
}
