package io.attx.coordinator.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/**
 * Makes new and renamed segment files durable. Ratis forces the content of a segment but not the
 * directory, so that after power loss a new file, with entries that were acknowledged, could be
 * missing. Used by the log thread, before each flush; costs one look at the directory's time stamp
 * where nothing changed.
 */
final class SegmentDirectorySync {
  /** File systems stamp with a coarse clock: a change this fresh may share its time stamp. */
  private static final long COARSE_NANOS = 50_000_000;

  private final Path directory;
  private FileTime synced = FileTime.fromMillis(0);
  private long syncedAtNanos;
  private boolean settled;

  SegmentDirectorySync(Path directory) {
    this.directory = directory;
  }

  void syncIfChanged(long nowNanos) throws IOException {
    FileTime changed = Files.getLastModifiedTime(directory);
    if (settled && changed.equals(synced)) {
      return;
    }
    // Settled once the stamp is old enough that a later change must get another one.
    settled = changed.equals(synced) && nowNanos - syncedAtNanos > COARSE_NANOS;
    if (!changed.equals(synced)) {
      synced = changed;
      syncedAtNanos = nowNanos;
    }
    DurableFiles.syncDirectory(directory);
  }
}
