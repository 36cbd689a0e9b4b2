package io.attx.databases;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * A directory of unpacked binaries and initialised data directories, shared by all processes of
 * this user.
 *
 * <p>An entry is built under a private name and appears by one atomic rename, so concurrent
 * processes may build the same entry twice but never see half of it; the loser throws its copy
 * away. Entries are never changed.
 */
final class BinaryCache {

  /** Fills a new, empty directory. */
  interface Filler {
    void fill(Path directory) throws IOException;
  }

  private static final String COMPLETE = ".complete";

  private final Path root;

  BinaryCache(Path root) {
    this.root = root;
  }

  /**
   * The cache of this user: the directory of the system property {@code attx.databases.cache}, else
   * {@code ~/.cache/attx-databases}, else (no usable home) one below the temporary directory.
   */
  static BinaryCache ofUser() throws IOException {
    String configured = System.getProperty("attx.databases.cache");
    if (configured != null) {
      return new BinaryCache(Path.of(configured));
    }
    Path home = Path.of(System.getProperty("user.home", "/nonexistent"));
    if (Files.isDirectory(home) && Files.isWritable(home)) {
      return new BinaryCache(home.resolve(".cache").resolve("attx-databases"));
    }
    return inTemporaryDirectory();
  }

  /** A cache below the temporary directory, which every user can read. */
  static BinaryCache inTemporaryDirectory() throws IOException {
    int user = Users.currentUid();
    Path root = Path.of(System.getProperty("java.io.tmpdir")).resolve("attx-databases-" + user);
    Files.createDirectories(root);
    int owner = Users.ownerOf(root);
    if (owner != user) {
      throw new IOException(
          "The cache directory "
              + root
              + " belongs to user "
              + owner
              + ", not to "
              + user
              + ": set -Dattx.databases.cache to a directory of your own.");
    }
    return new BinaryCache(root);
  }

  /**
   * The directory of that name, built by the filler if it is not there.
   *
   * @param name names content and version; equal names mean equal content
   */
  Path get(String name, Filler filler) throws IOException {
    Path entry = root.resolve(name);
    if (Files.exists(entry.resolve(COMPLETE))) {
      return entry;
    }
    Files.createDirectories(root);
    Path building = root.resolve(name + ".building-" + UUID.randomUUID());
    Files.createDirectory(building);
    try {
      filler.fill(building);
      Files.createFile(building.resolve(COMPLETE));
      publish(building, entry);
    } finally {
      FileTrees.delete(building);
    }
    return entry;
  }

  private static void publish(Path building, Path entry) throws IOException {
    try {
      Files.move(building, entry, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw e;
    } catch (FileSystemException e) {
      if (!Files.exists(entry.resolve(COMPLETE))) {
        throw new IOException(
            "Cannot publish "
                + entry
                + ". Is there an incomplete directory? Delete it and start again.",
            e);
      }
    }
  }
}
