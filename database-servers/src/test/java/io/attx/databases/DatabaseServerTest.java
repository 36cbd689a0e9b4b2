package io.attx.databases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DatabaseServerTest {

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aRowWrittenToANewDatabaseComesBack(DatabaseKind kind) throws SQLException {
    try (DatabaseServer server = DatabaseServer.start(kind)) {
      DatabaseAddress address = server.createDatabase("shop");

      try (Connection connection = address.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20))");
        statement.executeUpdate("INSERT INTO item VALUES (1, 'grün €')");
      }

      assertThat(names(address)).containsExactly("grün €");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void theServerIsTheDatabaseItClaimsToBe(DatabaseKind kind) throws SQLException {
    DatabaseAddress address = SharedServers.freshDatabase(kind);

    try (Connection connection = address.connect()) {
      String version = connection.getMetaData().getDatabaseProductVersion();
      String expected =
          switch (kind) {
            case H2 -> "2.";
            case MYSQL -> "8.0.15";
            case MARIADB -> "11.4.5";
            case POSTGRESQL -> "17.11";
          };
      assertThat(version).startsWith(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void committedRowsOfADurableServerSurviveSigkillAndOpenOnesDoNot(DatabaseKind kind)
      throws SQLException {
    try (DatabaseServer server = DatabaseServer.start(DatabaseServerOptions.durable(kind))) {
      DatabaseAddress address = server.createDatabase("shop");
      int port = server.port();
      try (Connection connection = address.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20))");
        connection.setAutoCommit(false);
        statement.executeUpdate("INSERT INTO item VALUES (1, 'committed')");
        connection.commit();
        statement.executeUpdate("INSERT INTO item VALUES (2, 'open')");
        server.kill();
        assertThat(server.isRunning()).isFalse();
      } catch (SQLException e) {
        assertThat(server.isRunning()).as("only closing the dead connection may fail").isFalse();
      }

      server.restart();

      assertThat(server.port()).isEqualTo(port);
      assertThat(names(address)).containsExactly("committed");
    }
  }

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aStoppedServerStartsAgainInItsDirectory(DatabaseKind kind, @TempDir Path directory)
      throws SQLException {
    DatabaseServerOptions options = DatabaseServerOptions.fast(kind).in(directory);
    try (DatabaseServer server = DatabaseServer.start(options)) {
      DatabaseAddress address = server.createDatabase("shop");
      try (Connection connection = address.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20))");
        statement.executeUpdate("INSERT INTO item VALUES (1, 'kept')");
      }
      server.stop();
    }

    try (DatabaseServer again = DatabaseServer.start(options)) {
      assertThat(names(again.address("shop"))).containsExactly("kept");
    }
  }

  @Test
  void aPausedServerAnswersAfterItsResumption() throws Exception {
    try (DatabaseServer server = DatabaseServer.start(DatabaseKind.POSTGRESQL)) {
      DatabaseAddress address = server.createDatabase("shop");
      var executor = Executors.newSingleThreadExecutor();
      try (Connection connection = address.connect();
          Statement statement = connection.createStatement()) {
        server.pause();
        Future<Boolean> answer = executor.submit(() -> statement.execute("SELECT 1"));
        assertThatThrownBy(() -> answer.get(300, TimeUnit.MILLISECONDS))
            .isInstanceOf(TimeoutException.class);

        server.resume();

        assertThat(get(answer)).isTrue();
      } finally {
        executor.shutdownNow();
      }
    }
  }

  @Test
  void mariaDbAlsoAnswersTheDriverOfMySql() throws SQLException {
    DatabaseAddress address = SharedServers.freshDatabase(DatabaseKind.MARIADB).viaConnectorJ();

    try (Connection connection = address.connect()) {
      assertThat(connection.getMetaData().getDriverName()).contains("MySQL");
      assertThat(connection.getMetaData().getDatabaseProductVersion()).contains("MariaDB");
    }
  }

  @Test
  void closingDeletesTheTemporaryDirectory() {
    DatabaseServer server = DatabaseServer.start(DatabaseKind.POSTGRESQL);
    Path directory = server.workDirectory();
    assertThat(directory).isDirectory();

    server.close();

    assertThat(directory).doesNotExist();
  }

  @Test
  void aDatabaseNameThatIsNoPlainWordIsRefused() {
    DatabaseServer server = SharedServers.server(DatabaseKind.H2);

    assertThatThrownBy(() -> server.createDatabase("x; DROP DATABASE y"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("x; DROP DATABASE y");
  }

  @Test
  void aServerThatCannotStartSaysWhatItsLogSays() {
    DatabaseServerOptions options =
        DatabaseServerOptions.fast(DatabaseKind.POSTGRESQL)
            .withArguments("-c", "no_such_setting=1");

    assertThatThrownBy(() -> DatabaseServer.start(options)).hasMessageContaining("no_such_setting");
  }

  private static List<String> names(DatabaseAddress address) throws SQLException {
    List<String> names = new ArrayList<>();
    try (Connection connection = address.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT name FROM item ORDER BY id")) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private static boolean get(Future<Boolean> answer)
      throws InterruptedException, ExecutionException, TimeoutException {
    return answer.get(20, TimeUnit.SECONDS);
  }
}
