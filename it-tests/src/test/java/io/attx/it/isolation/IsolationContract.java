package io.attx.it.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attx.client.AtClient;
import io.attx.client.AtClientOptions;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.AtDataSource;
import io.attx.datasource.AtDataSourceOptions;
import io.attx.datasource.branch.GlobalLockConflictException;
import io.attx.it.support.GeneratedDocument;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Plays every cell of the isolation table (anomaly × kind of access × isolation level of the
 * database) and compares what happened with {@code docs/ISOLATION.md}, which people have read and
 * agreed to. {@code -Dattx.docs.write=true} writes the section anew instead.
 */
@Timeout(300)
abstract class IsolationContract {
  private static final Map<Integer, String> LEVELS = levels();

  private final DatabaseKind kind;
  private final String title;
  private final String lockTimeoutProperty;
  private final String lockTimeoutValue;

  IsolationContract(DatabaseKind kind, String title, String property, String value) {
    this.kind = kind;
    this.title = title;
    this.lockTimeoutProperty = property;
    this.lockTimeoutValue = value;
  }

  private static Map<Integer, String> levels() {
    Map<Integer, String> levels = new LinkedHashMap<>();
    levels.put(Connection.TRANSACTION_READ_COMMITTED, "READ COMMITTED");
    levels.put(Connection.TRANSACTION_REPEATABLE_READ, "REPEATABLE READ");
    levels.put(Connection.TRANSACTION_SERIALIZABLE, "SERIALIZABLE");
    return levels;
  }

  @Test
  void every_cell_of_the_isolation_table_is_as_documented() throws Exception {
    StringBuilder table = new StringBuilder();
    try (CoordinatorServer coordinator =
            CoordinatorServer.start(CoordinatorOptions.builder().port(0).inMemory(true).build());
        AtClient client =
            AtClient.connect(
                AtClientOptions.builder()
                    .application("isolation")
                    .coordinators("127.0.0.1:" + coordinator.port())
                    .build());
        AtDataSource east = open(client);
        AtDataSource west = open(client)) {
      await().atMost(Duration.ofSeconds(30)).until(client::isConnected);
      int row = 1;
      for (var level : LEVELS.entrySet()) {
        table.append("\n**").append(level.getValue()).append("**\n\n");
        header(table);
        for (Anomaly anomaly : Anomaly.values()) {
          table.append("| ").append(anomaly.title);
          for (Access access : Access.values()) {
            String cell = play(client, east, west, row, anomaly, access, level.getKey());
            table.append(" | ").append(cell);
            row += 2;
          }
          table.append(" |\n");
        }
      }
    }
    GeneratedDocument.named("ISOLATION.md").section(title).isOrBecomes(table.toString());
  }

  private static void header(StringBuilder table) {
    table.append(
        Stream.of(Access.values())
            .map(a -> a.title)
            .collect(Collectors.joining(" | ", "| | ", " |\n")));
    table.append("| --- ".repeat(Access.values().length + 1)).append("|\n");
  }

  private AtDataSource open(AtClient client) throws SQLException {
    DatabaseAddress address = SharedServers.freshDatabase(kind);
    try (Connection connection = address.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create table item (id int not null primary key, v int not null)");
    }
    return AtDataSource.wrap(
        address.withProperty(lockTimeoutProperty, lockTimeoutValue).dataSource(),
        client,
        AtDataSourceOptions.builder().createSchema(true).lockWait(Duration.ofMillis(200)).build());
  }

  private static String play(
      AtClient client,
      AtDataSource east,
      AtDataSource west,
      int row,
      Anomaly anomaly,
      Access access,
      int isolation)
      throws Exception {
    for (AtDataSource database : new AtDataSource[] {east, west}) {
      try (Connection connection = database.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("insert into item values (" + row + ", 100), (" + (row + 1) + ", 100)");
      }
    }
    int plain = Connection.TRANSACTION_READ_COMMITTED;
    try (Actor writer = new Actor(client, Access.PLAIN, plain);
        Actor observer = new Actor(client, access, isolation);
        Actor rival = new Actor(client, access, isolation)) {
      try {
        boolean seen = anomaly.happens(new Scene(east, west, row, writer, observer, rival));
        return seen ? "**possible**" : "not seen";
      } catch (SQLException stopped) {
        return stopped instanceof GlobalLockConflictException ? "global lock" : "database";
      }
    }
  }

  /** The words of the cells, for the reader of the document and of this class. */
  @Test
  void the_document_explains_its_cells() {
    assertThat(GeneratedDocument.named("ISOLATION.md").text())
        .contains("**possible**", "not seen", "global lock", "database")
        .contains(
            Stream.of(Anomaly.values())
                .map(anomaly -> "| " + anomaly.title + " | " + anomaly.meaning + " |")
                .toList());
  }
}
