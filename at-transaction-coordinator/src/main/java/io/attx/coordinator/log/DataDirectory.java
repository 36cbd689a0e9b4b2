package io.attx.coordinator.log;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The data directory of one node: locked while open, with an identity of its own.
 *
 * <pre>
 * lock                        held by the running process, contains its process id
 * node.properties             format version, node id, Raft group id; written once
 * raft/&lt;group&gt;/current/  the log segments of Apache Ratis
 * raft/&lt;group&gt;/sm/       the snapshots
 * </pre>
 */
final class DataDirectory implements AutoCloseable {
  private static final String LOCK = "lock";
  private static final String IDENTITY = "node.properties";
  private static final String FORMAT = "1";

  private final Path root;
  private final FileChannel lockChannel;
  private final boolean created;
  private final String nodeId;
  private final UUID group;

  private DataDirectory(
      Path root, FileChannel lockChannel, boolean created, String nodeId, UUID group) {
    this.root = root;
    this.lockChannel = lockChannel;
    this.created = created;
    this.nodeId = nodeId;
    this.group = group;
  }

  /**
   * Opens or creates.
   *
   * @param givenNode the id of this node in a cluster; null for a group of one, which invents it
   * @param givenGroup the Raft group of the cluster; null for a group of one
   * @throws DataDirectoryException when it cannot be used
   */
  static DataDirectory open(Path root, @Nullable String givenNode, @Nullable UUID givenGroup) {
    try {
      Files.createDirectories(root);
      refuseForeign(root);
      FileChannel lock = lock(root);
      try {
        return identify(root, lock, givenNode, givenGroup);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new DataDirectoryException(
          "The data directory "
              + root.toAbsolutePath()
              + " cannot be used: "
              + e
              + ". Check that the path is right and that this user may write there.",
          e);
    }
  }

  private static void refuseForeign(Path root) throws IOException {
    if (Files.exists(root.resolve(IDENTITY))) {
      return;
    }
    try (Stream<Path> files = Files.list(root)) {
      List<String> foreign =
          files
              .map(file -> String.valueOf(file.getFileName()))
              .filter(
                  name ->
                      !name.equals(LOCK)
                          && !name.equals("lost+found")
                          && !name.equals(IDENTITY + ".tmp"))
              .limit(3)
              .toList();
      if (!foreign.isEmpty()) {
        throw new DataDirectoryException(
            "The directory "
                + root.toAbsolutePath()
                + " is not an attx data directory ("
                + IDENTITY
                + " is missing) but contains "
                + String.join(", ", foreign)
                + ". Name an empty directory, or restore the missing file.");
      }
    }
  }

  private static FileChannel lock(Path root) throws IOException {
    Path file = root.resolve(LOCK);
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      String holder = Files.readString(file, StandardCharsets.UTF_8).trim();
      channel.close();
      throw new DataDirectoryException(
          "The data directory "
              + root.toAbsolutePath()
              + " is in use by another coordinator (process "
              + holder
              + "). Stop it, or give this one a directory of its own.");
    }
    channel.truncate(0);
    channel.write(StandardCharsets.UTF_8.encode(ProcessHandle.current().pid() + "\n"), 0);
    return channel;
  }

  private static DataDirectory identify(
      Path root, FileChannel lock, @Nullable String givenNode, @Nullable UUID givenGroup)
      throws IOException {
    Path file = root.resolve(IDENTITY);
    boolean fresh = !Files.exists(file);
    if (fresh) {
      String node = givenNode != null ? givenNode : UUID.randomUUID().toString().substring(0, 8);
      UUID group = givenGroup != null ? givenGroup : UUID.randomUUID();
      String text = "format=" + FORMAT + "\nnode=" + node + "\ngroup=" + group + "\n";
      DurableFiles.writeWhole(file, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
    Properties read = new Properties();
    read.load(new StringReader(Files.readString(file, StandardCharsets.UTF_8)));
    String node = required(file, read, "node");
    UUID group = UUID.fromString(required(file, read, "group"));
    if (!FORMAT.equals(required(file, read, "format"))) {
      throw new DataDirectoryException(
          file + " has format " + read.getProperty("format") + ", this version knows " + FORMAT);
    }
    if ((givenNode != null && !givenNode.equals(node))
        || (givenGroup != null && !givenGroup.equals(group))) {
      throw new DataDirectoryException(
          "The data directory "
              + root.toAbsolutePath()
              + " belongs to node "
              + node
              + " of group "
              + group
              + ", not to the one configured. Start it with the settings it was created with.");
    }
    return new DataDirectory(root, lock, fresh, node, group);
  }

  private static String required(Path file, Properties properties, String key) {
    String value = properties.getProperty(key);
    if (value == null || value.isBlank()) {
      throw new DataDirectoryException(
          file + " is damaged: \"" + key + "\" is missing. Restore it from a backup.");
    }
    return value.trim();
  }

  /** Whether this call created it. */
  boolean created() {
    return created;
  }

  String nodeId() {
    return nodeId;
  }

  UUID group() {
    return group;
  }

  Path root() {
    return root;
  }

  /** Where Ratis keeps its groups. */
  Path raft() {
    return root.resolve("raft");
  }

  /** Where the log segments are. */
  Path segments() {
    return raft().resolve(group.toString()).resolve("current");
  }

  /** Where the snapshots are. */
  Path snapshots() {
    return raft().resolve(group.toString()).resolve("sm");
  }

  /** Releases the lock. */
  @Override
  public void close() {
    try {
      lockChannel.close();
    } catch (IOException e) {
      throw new DataDirectoryException("The lock of " + root + " could not be released", e);
    }
  }
}
