package io.attx.examples.shop.demo;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.DatabaseServer;
import io.attx.databases.DatabaseServerOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A database for each service: three H2 files, or three databases of one real server. */
final class ShopDatabases implements AutoCloseable {

  private final Map<String, DatabaseAddress> addresses;
  private final @Nullable DatabaseServer server;

  private ShopDatabases(Map<String, DatabaseAddress> addresses, @Nullable DatabaseServer server) {
    this.addresses = addresses;
    this.server = server;
  }

  static ShopDatabases start(DatabaseKind kind, Workspace workspace, List<String> names) {
    Map<String, DatabaseAddress> addresses = new LinkedHashMap<>();
    if (kind == DatabaseKind.H2) {
      names.forEach(name -> addresses.put(name, file(workspace.directory().resolve("h2"), name)));
      return new ShopDatabases(addresses, null);
    }
    // Commits are forced to disk, as on a real server. It runs in a directory of its own, which it
    // deletes itself.
    DatabaseServer server = DatabaseServer.start(DatabaseServerOptions.durable(kind));
    names.forEach(name -> addresses.put(name, server.createDatabase(name + "_db")));
    return new ShopDatabases(addresses, server);
  }

  /**
   * A file that belongs to the process that has it open. H2 answers a commit before it is written,
   * by up to half a second, unless it is told not to; a service that is killed would lose it.
   */
  private static DatabaseAddress file(Path directory, String name) {
    String url =
        "jdbc:h2:file:" + directory.resolve(name) + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
    return new DatabaseAddress(DatabaseKind.H2, url, "sa", "");
  }

  /** The database of that service. */
  DatabaseAddress of(String name) {
    DatabaseAddress address = addresses.get(name);
    if (address == null) {
      throw new IllegalArgumentException("No service " + name);
    }
    return address;
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
