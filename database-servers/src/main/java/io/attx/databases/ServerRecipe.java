package io.attx.databases;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Everything that is particular to one kind of server. Has no state of a running server. */
interface ServerRecipe {

  /**
   * Makes the binaries available and fills the data directory, which does not exist yet.
   *
   * @throws IOException also when the binaries are not on the class path, saying which artifact to
   *     add
   */
  void initialise(Path dataDirectory) throws IOException;

  /** The command that runs the server in the foreground. */
  List<String> command(Path dataDirectory, int port, boolean durable) throws IOException;

  /** Environment variables of the server's process; none unless a recipe says so. */
  default Map<String, String> environment() throws IOException {
    return Map.of();
  }

  /** The signal that makes the server end in good order without waiting for its clients. */
  default String stopSignal() {
    return "TERM";
  }

  /**
   * A database that is there from the start, used to ask whether the server is ready and to create
   * others.
   */
  DatabaseAddress administration(int port, boolean durable);

  /** The address of a database of that name. */
  DatabaseAddress address(String database, int port, boolean durable);

  /** The statement that creates a database, or an empty text when connecting creates it. */
  default String createDatabase(String database) {
    return "CREATE DATABASE " + database;
  }

  /** The statement that drops a database. */
  default String dropDatabase(String database) {
    return "DROP DATABASE " + database;
  }
}
