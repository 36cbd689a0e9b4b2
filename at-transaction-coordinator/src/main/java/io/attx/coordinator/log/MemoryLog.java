package io.attx.coordinator.log;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ReplicatedLog} of one node in memory, for tests and simulation: its {@link Disk}
 * survives the log, and {@link #crash()} loses what was not synced. Leads at once. Not thread-safe:
 * the test and the event loop must be one thread, or take turns.
 */
public final class MemoryLog implements ReplicatedLog {
  private final Disk disk;
  private final Executor sync;
  private final int snapshotEvery;
  private final List<Waiting> unsynced = new ArrayList<>();
  private @Nullable LogMachine machine;
  private boolean dead;

  /** What survives a crash. */
  public static final class Disk {
    private final List<byte[]> entries = new ArrayList<>();
    private byte @Nullable [] snapshot;
    private long snapshotIndex;

    /** The durable entries behind the snapshot, in order. */
    public List<byte[]> entries() {
      return List.copyOf(entries);
    }

    /** The newest snapshot, or null. */
    public byte @Nullable [] snapshot() {
      return snapshot;
    }

    /** The index of the last durable entry. */
    public long lastIndex() {
      return snapshotIndex + entries.size();
    }
  }

  /** A log that syncs every entry inside {@link #append} and takes no snapshots. */
  public MemoryLog(Disk disk) {
    this(disk, Runnable::run, 0);
  }

  /**
   * A log on a disk.
   *
   * @param sync runs, now or later and in order, the writes that make entries durable
   * @param snapshotEvery after how many entries a snapshot replaces them; 0 means never
   */
  public MemoryLog(Disk disk, Executor sync, int snapshotEvery) {
    this.disk = disk;
    this.sync = sync;
    this.snapshotEvery = snapshotEvery;
  }

  @Override
  public void start(LogMachine started) {
    machine = started;
    if (disk.snapshot != null) {
      started.restore(disk.snapshot);
    }
    long index = disk.snapshotIndex;
    for (byte[] entry : disk.entries) {
      stopOnFailure(started, started.apply(++index, entry));
    }
    started.leadershipChanged(true);
  }

  private static void stopOnFailure(LogMachine machine, CompletableFuture<Void> applied) {
    var unused =
        applied.whenComplete(
            (done, failure) -> {
              if (failure != null) {
                machine.failed(failure);
              }
            });
  }

  @Override
  public CompletableFuture<Long> append(byte[] entry) {
    if (dead || machine == null) {
      return CompletableFuture.failedFuture(new NotLeaderException(null));
    }
    Waiting waiting = new Waiting(entry, new CompletableFuture<>());
    unsynced.add(waiting);
    sync.execute(this::syncAll);
    return waiting.done;
  }

  private void syncAll() {
    LogMachine target = machine;
    if (dead || target == null) {
      return;
    }
    List<Waiting> batch = List.copyOf(unsynced);
    unsynced.clear();
    for (Waiting each : batch) {
      disk.entries.add(each.entry);
      long index = disk.lastIndex();
      var unused =
          target
              .apply(index, each.entry)
              .whenComplete(
                  (applied, failure) -> {
                    if (failure == null) {
                      each.done.complete(index);
                    } else {
                      each.done.completeExceptionally(failure);
                    }
                  });
    }
    takeSnapshot(target);
  }

  private void takeSnapshot(LogMachine target) {
    if (snapshotEvery == 0 || disk.entries.size() < snapshotEvery) {
      return;
    }
    long index = disk.lastIndex();
    var unused =
        target
            .snapshot()
            .thenAccept(
                bytes -> {
                  if (!dead && index > disk.snapshotIndex) {
                    int covered = (int) (index - disk.snapshotIndex);
                    disk.entries.subList(0, covered).clear();
                    disk.snapshot = bytes;
                    disk.snapshotIndex = index;
                  }
                });
  }

  /** The process dies: what was not synced is lost, nothing is answered any more. */
  public void crash() {
    dead = true;
    unsynced.clear();
  }

  /** Loses the leadership as if another node had been elected. */
  public void stepDown() {
    if (machine != null) {
      machine.leadershipChanged(false);
    }
  }

  @Override
  public void close() {
    if (!dead) {
      dead = true;
      for (Waiting waiting : List.copyOf(unsynced)) {
        waiting.done.completeExceptionally(new NotLeaderException(null));
      }
      unsynced.clear();
    }
  }

  private record Waiting(byte[] entry, CompletableFuture<Long> done) {}
}
