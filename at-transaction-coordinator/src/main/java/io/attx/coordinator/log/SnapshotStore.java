package io.attx.coordinator.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshot files of one log, {@code snapshot.<term>_<index>}. A file is whole when it has its
 * final name: it is written under another name, forced, renamed, and the directory forced. The two
 * newest are kept. Used by one thread at a time.
 */
final class SnapshotStore {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotStore.class);
  private static final Pattern NAME = Pattern.compile("snapshot\\.(\\d{1,18})_(\\d{1,18})");
  private static final long MAGIC = 0x4154_5458_534e_5031L; // ATTXSNP1
  private static final int HEADER_BYTES = Long.BYTES * 4 + Integer.BYTES;
  private static final int KEPT = 2;

  private final Path directory;

  SnapshotStore(Path directory) {
    this.directory = directory;
  }

  /** Where a snapshot is and what it covers. */
  record Place(Path file, long term, long index) {}

  /** A snapshot and its content. */
  record Loaded(Place place, byte[] content) {}

  /** Writes a snapshot; durable on return. Older ones beyond the two newest are deleted. */
  Place save(long term, long index, byte[] content) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve("snapshot." + term + "_" + index);
    ByteBuffer header = header(term, index, content);
    DurableFiles.writeWhole(file, header, ByteBuffer.wrap(content));
    List<Place> all = places();
    for (Place old : all.subList(0, Math.max(0, all.size() - KEPT))) {
      Files.deleteIfExists(old.file());
    }
    return new Place(file, term, index);
  }

  private static ByteBuffer header(long term, long index, byte[] content) {
    byte[] bytes = new byte[HEADER_BYTES];
    ByteBuffer header = ByteBuffer.wrap(bytes);
    header.putLong(MAGIC).putLong(term).putLong(index).putLong(content.length);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, header.position());
    crc.update(content, 0, content.length);
    header.putInt((int) crc.getValue());
    return header.flip();
  }

  /** Makes durable what somebody else put here. */
  void force() throws IOException {
    for (Place place : places()) {
      DurableFiles.force(place.file());
    }
    DurableFiles.syncDirectory(directory);
  }

  /** All snapshots, oldest first. */
  List<Place> places() throws IOException {
    List<Place> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Matcher matcher = NAME.matcher(String.valueOf(file.getFileName()));
        if (matcher.matches()) {
          found.add(
              new Place(file, Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))));
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    }
    found.sort(Comparator.comparingLong(Place::index));
    return found;
  }

  /**
   * Reads a snapshot and verifies it.
   *
   * @throws DataDirectoryException when the file is damaged
   */
  Loaded load(Place place) throws IOException {
    byte[] all = Files.readAllBytes(place.file());
    if (all.length < HEADER_BYTES) {
      throw damaged(place, "it has only " + all.length + " bytes");
    }
    ByteBuffer header = ByteBuffer.wrap(all, 0, HEADER_BYTES);
    long magic = header.getLong();
    long term = header.getLong();
    long index = header.getLong();
    long length = header.getLong();
    int checksum = header.getInt();
    if (magic != MAGIC || term != place.term() || index != place.index()) {
      throw damaged(place, "its header does not fit its name");
    }
    if (length != all.length - HEADER_BYTES) {
      throw damaged(place, "it should have " + length + " bytes of content");
    }
    CRC32C crc = new CRC32C();
    crc.update(all, 0, Long.BYTES * 4);
    crc.update(all, HEADER_BYTES, all.length - HEADER_BYTES);
    if ((int) crc.getValue() != checksum) {
      throw damaged(place, "its checksum is wrong");
    }
    byte[] content = new byte[all.length - HEADER_BYTES];
    System.arraycopy(all, HEADER_BYTES, content, 0, content.length);
    return new Loaded(place, content);
  }

  private static DataDirectoryException damaged(Place place, String how) {
    return new DataDirectoryException("The snapshot " + place.file() + " is damaged: " + how);
  }

  /**
   * Moves damaged snapshots out of the way as long as an older one can stand in, and deletes what a
   * crash left half written.
   *
   * @param firstInLog the first index that the log still has; an older snapshot must reach it
   * @throws DataDirectoryException when the damaged one cannot be replaced
   */
  void repair(long firstInLog) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".tmp")).toList()) {
        if (Files.isRegularFile(file)) {
          Files.delete(file);
        }
      }
    }
    List<Place> all = places();
    for (int i = all.size() - 1; i >= 0; i--) {
      try {
        load(all.get(i));
        setAside(all.subList(i + 1, all.size()));
        return;
      } catch (DataDirectoryException e) {
        long before = i > 0 ? all.get(i - 1).index() : -1;
        if (firstInLog < 0 || firstInLog > before + 1) {
          throw new DataDirectoryException(
              e.getMessage()
                  + ", and the log does not reach back to the one before it. Restore the"
                  + " data directory from a backup.",
              e);
        }
        LOG.warn("{}; the log from index {} on replaces it", e.getMessage(), before + 1);
      }
    }
    setAside(all);
  }

  private void setAside(List<Place> damaged) throws IOException {
    for (Place place : damaged) {
      Path aside = place.file().resolveSibling("damaged-" + place.file().getFileName());
      Files.move(place.file(), aside);
      DurableFiles.syncDirectory(directory);
      LOG.warn("{} was renamed to {}", place.file(), aside.getFileName());
    }
  }
}
