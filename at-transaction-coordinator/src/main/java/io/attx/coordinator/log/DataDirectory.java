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
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The data directory of one node: locked while open, with an identity of its own.
 *
 * <pre>
 * lock                        held by the running process, contains its process id
 * node.properties             format version, node id, Raft group id, how it began; written once
 * joined                      exists once this node is a member of the cluster that it joined
 * raft/&lt;group&gt;/current/  the log segments of Apache Ratis
 * raft/&lt;group&gt;/sm/       the snapshots
 * </pre>
 */
final class DataDirectory implements AutoCloseable {
  private static final String LOCK = "lock";
  private static final String IDENTITY = "node.properties";
  private static final String JOINED = "joined";
  private static final String FORMAT = "1";

  private final Path root;
  private final FileChannel lockChannel;
  private final boolean created;
  private final String nodeId;
  private final UUID group;
  private final Origin origin;

  /** How the log of a directory began. */
  enum Origin {
    /** A group of one without a network. */
    SINGLE,
    /** The first node of a cluster. */
    FOUNDED,
    /** A later node of a cluster. */
    JOINED
  }

  /**
   * What a new directory becomes.
   *
   * @param node the id of the node
   * @param group the Raft group
   */
  record Identity(String node, UUID group, Origin origin) {
    /** A group of one invents both. */
    static Identity single() {
      return new Identity(
          UUID.randomUUID().toString().substring(0, 8), UUID.randomUUID(), Origin.SINGLE);
    }
  }

  private DataDirectory(
      Path root,
      FileChannel lockChannel,
      boolean created,
      String nodeId,
      UUID group,
      Origin origin) {
    this.root = root;
    this.lockChannel = lockChannel;
    this.created = created;
    this.nodeId = nodeId;
    this.group = group;
    this.origin = origin;
  }

  /**
   * Opens or creates.
   *
   * @param givenNode the id of this node in a cluster; null for a group of one
   * @param fresh what a new directory becomes; asked only where there is none, and may refuse
   * @throws DataDirectoryException when it cannot be used
   */
  static DataDirectory open(Path root, @Nullable String givenNode, Supplier<Identity> fresh) {
    try {
      Files.createDirectories(root);
      refuseForeign(root);
      FileChannel lock = lock(root);
      try {
        return identify(root, lock, givenNode, fresh);
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
      Path root, FileChannel lock, @Nullable String givenNode, Supplier<Identity> invent)
      throws IOException {
    Path file = root.resolve(IDENTITY);
    boolean fresh = !Files.exists(file);
    if (fresh) {
      Identity identity = invent.get();
      String text =
          "format="
              + FORMAT
              + "\nnode="
              + identity.node()
              + "\ngroup="
              + identity.group()
              + "\norigin="
              + identity.origin()
              + "\n";
      DurableFiles.writeWhole(file, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
    Properties read = new Properties();
    read.load(new StringReader(Files.readString(file, StandardCharsets.UTF_8)));
    String node = required(file, read, "node");
    UUID group = UUID.fromString(required(file, read, "group"));
    Origin origin = Origin.valueOf(read.getProperty("origin", Origin.SINGLE.name()).trim());
    if (!FORMAT.equals(required(file, read, "format"))) {
      throw new DataDirectoryException(
          file + " has format " + read.getProperty("format") + ", this version knows " + FORMAT);
    }
    refuseOther(root, node, origin, givenNode);
    return new DataDirectory(root, lock, fresh, node, group, origin);
  }

  private static void refuseOther(
      Path root, String node, Origin origin, @Nullable String givenNode) {
    String what = origin == Origin.SINGLE ? "a coordinator without peers" : "the node " + node;
    boolean fits =
        givenNode == null
            ? origin == Origin.SINGLE
            : origin != Origin.SINGLE && node.equals(givenNode);
    if (!fits) {
      throw new DataDirectoryException(
          "The data directory "
              + root.toAbsolutePath()
              + " belongs to "
              + what
              + ", not to the one configured. Start it with the settings it was created with.");
    }
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

  Origin origin() {
    return origin;
  }

  /** Whether this node was a member of its cluster once; always true for its founder. */
  boolean isMember() {
    return origin != Origin.JOINED || Files.exists(root.resolve(JOINED));
  }

  /** From now on it is a member; durable on return. */
  void becameMember() throws IOException {
    DurableFiles.writeWhole(root.resolve(JOINED), ByteBuffer.allocate(0));
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
