package io.attx.databases;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real database server in a process of its own, on a free port of the loopback interface.
 *
 * <p>It never outlives this JVM, not even when this JVM is killed. Works as root and as an ordinary
 * user, on Linux on x86-64. Thread-safe. Needs the artifact with the binaries on the class path
 * (see {@link DatabaseKind}); without it the start fails and names the artifact.
 */
public final class DatabaseServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DatabaseServer.class);
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,40}");
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int START_ATTEMPTS = 3;

  private final DatabaseServerOptions options;
  private final ServerRecipe recipe;
  private final Path workDirectory;
  private final Path dataDirectory;
  private final Path log;
  private final ReentrantLock lock = new ReentrantLock();
  private final Thread shutdownHook = new Thread(this::endWithTheJvm, "attx-database-shutdown");
  private int port;
  private @Nullable GuardedProcess process;
  private boolean closed;

  private DatabaseServer(DatabaseServerOptions options, ServerRecipe recipe, Path workDirectory) {
    this.options = options;
    this.recipe = recipe;
    this.workDirectory = workDirectory;
    this.dataDirectory = workDirectory.resolve("data");
    this.log = workDirectory.resolve("server.log");
  }

  /** Starts a fast server in a temporary directory and waits until it answers. */
  public static DatabaseServer start(DatabaseKind kind) {
    return start(DatabaseServerOptions.fast(kind));
  }

  /**
   * Starts a server and waits until it answers. A work directory that was used before is used
   * again, with its data.
   *
   * @throws UncheckedIOException if it cannot be started, with the end of the server's log
   */
  public static DatabaseServer start(DatabaseServerOptions options) {
    DatabaseServer server = null;
    try {
      server = new DatabaseServer(options, recipe(options.kind()), workDirectory(options));
      server.startFirstTime();
      return server;
    } catch (IOException | RuntimeException e) {
      if (server != null) {
        server.close();
      }
      if (e instanceof IOException io) {
        throw new UncheckedIOException(
            "Cannot start " + options.kind() + ": " + io.getMessage(), io);
      }
      throw (RuntimeException) e;
    }
  }

  private static ServerRecipe recipe(DatabaseKind kind) throws IOException {
    BinaryCache cache = BinaryCache.ofUser();
    return switch (kind) {
      case H2 -> new H2Recipe();
      case MYSQL -> new MySqlRecipe(cache);
      case MARIADB -> new MariaDbRecipe(cache);
      case POSTGRESQL -> PostgreSqlRecipe.create(cache);
    };
  }

  private static Path workDirectory(DatabaseServerOptions options) throws IOException {
    Path configured = options.workDirectory();
    if (configured != null) {
      return Files.createDirectories(configured).toAbsolutePath();
    }
    Path temporary = Files.createTempDirectory("attx-" + options.kind().id() + "-");
    // A PostgreSQL that runs as another user has to reach its data directory, which is closed to
    // others itself.
    Files.setPosixFilePermissions(
        temporary, java.nio.file.attribute.PosixFilePermissions.fromString("rwx--x--x"));
    return temporary;
  }

  private void startFirstTime() throws IOException {
    lock.lock();
    try {
      Runtime.getRuntime().addShutdownHook(shutdownHook);
      if (!Files.exists(dataDirectory)) {
        recipe.initialise(dataDirectory);
      }
      for (int attempt = 1; ; attempt++) {
        port = freePort();
        try {
          run();
          return;
        } catch (IOException e) {
          // Another process may have taken the port meanwhile.
          if (attempt == START_ATTEMPTS) {
            throw e;
          }
          LOG.warn(
              "{} did not start on port {}, trying another one: {}", kind(), port, e.getMessage());
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void run() throws IOException {
    long start = System.nanoTime();
    List<String> command =
        new java.util.ArrayList<>(recipe.command(dataDirectory, port, options.durable()));
    command.addAll(options.extraArguments());
    String garbage = options.workDirectory() == null ? workDirectory.toString() : "";
    GuardedProcess started =
        GuardedProcess.start(command, recipe.environment(), workDirectory, garbage, log.toFile());
    process = started;
    awaitReady(started);
    LOG.info(
        "{} answers on port {} after {} ms",
        kind(),
        port,
        Duration.ofNanos(System.nanoTime() - start).toMillis());
  }

  private void awaitReady(GuardedProcess started) throws IOException {
    DatabaseAddress administration = recipe.administration(port, options.durable());
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    SQLException last = null;
    while (System.nanoTime() - deadline < 0) {
      if (started.awaitEnd(POLL)) {
        throw new IOException(
            kind() + " ended right after its start. The end of its log:\n" + Commands.tail(log));
      }
      try (Connection connection = administration.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("SELECT 1");
        return;
      } catch (SQLException e) {
        last = e;
      }
    }
    started.kill();
    throw new IOException(
        kind()
            + " did not answer within "
            + START_LIMIT
            + ". The end of its log:\n"
            + Commands.tail(log),
        last);
  }

  /** Which server this is. */
  public DatabaseKind kind() {
    return options.kind();
  }

  /** The port on 127.0.0.1; the same after a restart. */
  public int port() {
    return port;
  }

  /** The directory with the data and the file {@code server.log}. */
  public Path workDirectory() {
    return workDirectory;
  }

  /**
   * Creates an empty database.
   *
   * @param name lower-case letters, digits and underscores
   */
  public DatabaseAddress createDatabase(String name) {
    checkName(name);
    administer(recipe.createDatabase(name));
    DatabaseAddress address = address(name);
    try (Connection connection = address.connect()) {
      connection.getMetaData();
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot connect to the new database " + address.jdbcUrl(), e);
    }
    return address;
  }

  /**
   * The address of a database that was created before, perhaps by an earlier server of this work
   * directory.
   */
  public DatabaseAddress address(String name) {
    checkName(name);
    return recipe.address(name, port, options.durable());
  }

  /** Drops a database made by {@link #createDatabase}. On H2 it empties it instead. */
  public void dropDatabase(String name) {
    checkName(name);
    if (kind() != DatabaseKind.H2) {
      administer(recipe.dropDatabase(name));
      return;
    }
    execute(address(name), "DROP ALL OBJECTS");
  }

  private static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "Not a plain database name: '" + name + "', expected " + NAME);
    }
  }

  private void administer(String sql) {
    if (!sql.isEmpty()) {
      execute(recipe.administration(port, options.durable()), sql);
    }
  }

  private static void execute(DatabaseAddress address, String sql) {
    try (Connection connection = address.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("Failed on " + address.jdbcUrl() + ": " + sql, e);
    }
  }

  /** Whether the server's process is there. */
  public boolean isRunning() {
    lock.lock();
    try {
      return process != null && process.isAlive();
    } finally {
      lock.unlock();
    }
  }

  /** The process id of the server. */
  public long pid() {
    return running().pid();
  }

  private GuardedProcess running() {
    lock.lock();
    try {
      if (process == null || !process.isAlive()) {
        throw new IllegalStateException(kind() + " on port " + port + " is not running");
      }
      return process;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the server in good order, without waiting for its clients. Does nothing if it is not
   * running.
   */
  public void stop() {
    lock.lock();
    try {
      GuardedProcess current = process;
      if (current == null || !current.isAlive()) {
        return;
      }
      current.signal(recipe.stopSignal());
      if (!current.awaitEnd(STOP_LIMIT)) {
        LOG.warn("{} did not end within {} and is killed", kind(), STOP_LIMIT);
        current.kill();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lock.unlock();
    }
  }

  /** SIGKILL: nothing is flushed or said goodbye. Returns when the process is gone. */
  public void kill() {
    lock.lock();
    try {
      if (process != null) {
        process.kill();
      }
    } finally {
      lock.unlock();
    }
  }

  /** SIGSTOP to all processes of the server: connections stay open and nothing answers. */
  public void pause() {
    try {
      running().signalAll("STOP");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends a {@link #pause()}. */
  public void resume() {
    try {
      running().signalAll("CONT");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts the server again with the same data on the same port; stops it before if it is running.
   */
  public void restart() {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException(kind() + " on port " + port + " is closed");
      }
      stop();
      run();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot restart " + kind() + " on port " + port + ": " + e.getMessage(), e);
    } finally {
      lock.unlock();
    }
  }

  /** Kills the server and deletes its directory if that is temporary. May be called again. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      removeShutdownHook();
      destroy();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + workDirectory, e);
    } finally {
      lock.unlock();
    }
  }

  private void destroy() throws IOException {
    if (process != null) {
      process.kill();
    }
    if (options.workDirectory() == null) {
      FileTrees.delete(workDirectory);
    }
  }

  private void removeShutdownHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      LOG.debug("The JVM is ending; the shutdown hook of {} finds it closed", kind());
    }
  }

  private void endWithTheJvm() {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        destroy();
      }
    } catch (IOException e) {
      LOG.warn("Cannot delete {}", workDirectory, e);
    } finally {
      lock.unlock();
    }
  }
}
