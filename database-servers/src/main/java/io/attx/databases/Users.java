package io.attx.databases;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who this process runs as. */
final class Users {

  private Users() {}

  /** The effective user id of this process. */
  static int currentUid() throws IOException {
    return ownerOf(Path.of("/proc/self"));
  }

  /** The user id of a file's owner. */
  static int ownerOf(Path file) throws IOException {
    return (Integer) Files.getAttribute(file, "unix:uid");
  }

  /** Whether this process is root. */
  static boolean isRoot() throws IOException {
    return currentUid() == 0;
  }
}
