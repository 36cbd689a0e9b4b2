package io.attx.datasource.insert;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.Xid;
import io.attx.client.GlobalTransactionContext;
import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.datasource.AtDataSource;
import io.attx.datasource.AtDataSourceOptions;
import io.attx.datasource.image.StatementRefusedException;
import io.attx.datasource.support.InMemoryCoordinator;
import io.attx.datasource.support.Interception;
import io.attx.protocol.BranchResult;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** One database, bare and wrapped, whose tables are compared as the database's own text. */
final class InsertFixture implements AutoCloseable {
  final DatabaseAddress address;
  final InMemoryCoordinator coordinator = new InMemoryCoordinator();
  private final AtDataSource wrapped;
  private final List<Table> tables = new ArrayList<>();

  private volatile Race race;
  private int prepared;

  private record Table(String name, List<String> columns) {}

  /** What a statement did, as far as the application can see. */
  record Effect(
      List<Long> counts, List<String> rows, int keys, List<String> content, Exception failure) {}

  InsertFixture(DatabaseAddress address) {
    this.address = address;
    this.wrapped =
        AtDataSource.wrap(
            watched(address.dataSource()),
            coordinator,
            AtDataSourceOptions.builder()
                .createSchema(true)
                .lockWait(Duration.ofSeconds(2))
                .build());
  }

  /**
   * Somebody else who changes rows, without the proxy, right before a statement runs.
   *
   * @param before what the text of that statement begins with
   * @param times how often such a text is prepared until then, that time included
   */
  record Race(Call call, String before, int times, String change) {
    @Override
    public String toString() {
      return change + " before " + before + " of " + call;
    }
  }

  private DataSource watched(DataSource target) {
    return Interception.after(
        DataSource.class,
        target,
        "getConnection",
        connection ->
            Proxy.newProxyInstance(
                InsertFixture.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) -> {
                  if (method.getName().equals("prepareStatement")) {
                    prepares((String) arguments[0]);
                  }
                  try {
                    return method.invoke(connection, arguments);
                  } catch (InvocationTargetException thrown) {
                    throw thrown.getCause();
                  }
                }));
  }

  private void prepares(String sql) throws SQLException {
    Race now = race;
    if (now != null && sql.startsWith(now.before) && ++prepared == now.times) {
      execute(now.change);
    }
  }

  /** The call, with somebody else in between; his change is all that is left in the end. */
  Effect raced(Race with, int isolation) throws Exception {
    prepared = 0;
    race = with;
    Xid xid = coordinator.newXid();
    Effect effect;
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = wrapped()) {
      connection.setTransactionIsolation(isolation);
      connection.setAutoCommit(false);
      effect = effect(connection, with.call);
      if (effect.failure == null) {
        connection.commit();
      } else {
        connection.rollback();
      }
    } finally {
      race = null;
    }
    assertThat(prepared).as("%s was prepared", with.before).isGreaterThanOrEqualTo(with.times);
    for (BranchResult result : coordinator.rollback(xid)) {
      assertThat(result.outcome()).as(with.toString()).isEqualTo(BranchResult.Outcome.UNDONE);
    }
    return effect;
  }

  /** Tables whose content is compared; the columns beside those that the database generates. */
  void watch(String table, String... columns) {
    tables.removeIf(known -> known.name.equals(table));
    tables.add(new Table(table, List.of(columns)));
  }

  void execute(String... statements) throws SQLException {
    try (Connection connection = address.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  Connection wrapped() throws SQLException {
    return wrapped.getConnection();
  }

  /** All rows as the database prints them, generated keys included. */
  List<String> content(Connection connection, boolean withKeys) throws SQLException {
    List<String> content = new ArrayList<>();
    for (Table table : tables) {
      List<String> columns = new ArrayList<>(table.columns);
      if (withKeys && table.columns.get(0).charAt(0) == '*') {
        columns.set(0, table.columns.get(0).substring(1));
      } else if (table.columns.get(0).charAt(0) == '*') {
        columns.remove(0);
      }
      String list = columns.stream().map(this::asText).collect(Collectors.joining(", "));
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT " + list + " FROM " + table.name)) {
        List<String> lines = new ArrayList<>();
        while (rows.next()) {
          lines.add(table.name + line(rows));
        }
        lines.sort(null);
        content.addAll(lines);
      }
    }
    return content;
  }

  private String asText(String column) {
    return switch (address.kind()) {
      case MYSQL, MARIADB -> "HEX(CAST(" + column + " AS BINARY))";
      case POSTGRESQL -> column + "::text";
      case H2 -> "CAST(" + column + " AS VARCHAR)";
    };
  }

  private static String line(ResultSet rows) throws SQLException {
    StringBuilder line = new StringBuilder();
    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
      line.append('|').append(rows.getString(i));
    }
    return line.toString();
  }

  List<String> content() throws SQLException {
    try (Connection connection = address.connect()) {
      return content(connection, true);
    }
  }

  /** All rows without their generated keys. */
  List<String> visible() throws SQLException {
    try (Connection connection = address.connect()) {
      return content(connection, false);
    }
  }

  // ---- running

  /** What the bare driver does; taken back. */
  Effect bare(Call call) throws SQLException {
    try (Connection connection = address.connect()) {
      connection.setAutoCommit(false);
      try {
        return effect(connection, call);
      } finally {
        connection.rollback();
      }
    }
  }

  private Effect effect(Connection connection, Call call) throws SQLException {
    List<Long> counts = new ArrayList<>();
    List<String> rows = new ArrayList<>();
    try (PreparedStatement statement = call.prepare(connection)) {
      for (int item = 0; item < call.items.size(); item++) {
        Object[] values = call.items.get(item);
        for (int i = 0; i < values.length; i++) {
          statement.setObject(i + 1, values[i]);
        }
        if (call.batch) {
          statement.addBatch();
        }
      }
      if (call.batch) {
        Arrays.stream(statement.executeBatch()).forEach(count -> counts.add((long) count));
      } else if (statement.execute()) {
        try (ResultSet result = statement.getResultSet()) {
          while (result.next()) {
            rows.add(line(result));
          }
        }
      } else {
        counts.add((long) statement.getUpdateCount());
      }
      int keys = call.keys ? keys(statement) : 0;
      return new Effect(counts, rows, keys, content(connection, false), null);
    } catch (SQLException failure) {
      return new Effect(counts, rows, 0, List.of(), failure);
    }
  }

  private static int keys(PreparedStatement statement) throws SQLException {
    int found = 0;
    try (ResultSet keys = statement.getGeneratedKeys()) {
      while (keys != null && keys.next()) {
        found++;
      }
    }
    return found;
  }

  /** The call inside a global transaction, committed locally. */
  Effect run(Xid xid, Call call) throws SQLException {
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = wrapped()) {
      connection.setAutoCommit(false);
      Effect effect = effect(connection, call);
      if (effect.failure == null) {
        connection.commit();
      } else {
        connection.rollback();
      }
      return effect;
    }
  }

  /** The wrapped call has the effect of the bare one, and its rollback leaves what was before. */
  Effect undone(Call call) throws Exception {
    List<String> before = content();
    Effect bare = bare(call);
    assertThat(bare.failure).as("bare: " + call.sql).isNull();
    Xid xid = coordinator.newXid();
    Effect effect = run(xid, call);
    assertThat(effect.failure).as(call.sql).isNull();
    assertThat(effect.content).as(call.sql).isEqualTo(bare.content);
    assertThat(effect.rows).as("rows of " + call.sql).hasSameSizeAs(bare.rows);
    if (!call.batch) {
      assertThat(effect.counts).as("counts of " + call.sql).isEqualTo(bare.counts);
    }
    rollBack(xid, call.sql, before);
    return effect;
  }

  /**
   * The same for a call that may fail: then it fails wrapped too, and changes nothing. A refusal
   * changes nothing either.
   *
   * @return whether it was undone
   */
  boolean undoneOrRefused(Call call, String about) throws Exception {
    String what = about + call.sql + " " + Arrays.toString(call.items.get(0));
    List<String> before = content();
    Effect bare = bare(call);
    Xid xid = coordinator.newXid();
    Effect effect = run(xid, call);
    if (bare.failure != null || effect.failure instanceof StatementRefusedException) {
      assertThat(effect.failure).as(what).isNotNull();
      assertThat(content()).as(what).isEqualTo(before);
      return false;
    }
    assertThat(effect.failure).as(what).isNull();
    assertThat(effect.content).as(what).isEqualTo(bare.content);
    assertThat(effect.counts).as(what).isEqualTo(bare.counts);
    rollBack(xid, what, before);
    return true;
  }

  void rollBack(Xid xid, String sql, List<String> before) throws Exception {
    for (BranchResult result : coordinator.rollback(xid)) {
      assertThat(result.outcome()).as(sql).isEqualTo(BranchResult.Outcome.UNDONE);
    }
    assertThat(content()).as(sql).isEqualTo(before);
  }

  /** One statement of the application. */
  static final class Call {
    final String sql;
    final List<Object[]> items = new ArrayList<>();
    boolean batch;
    boolean keys;

    Call(String sql, Object... values) {
      this.sql = sql;
      this.items.add(values);
    }

    /** As a JDBC batch with one more item. */
    Call and(Object... values) {
      batch = true;
      items.add(values);
      return this;
    }

    /** Asks for generated keys by the flag. */
    Call withKeys() {
      keys = true;
      return this;
    }

    private PreparedStatement prepare(Connection connection) throws SQLException {
      return keys
          ? connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)
          : connection.prepareStatement(sql);
    }

    @Override
    public String toString() {
      return sql + (batch ? " (batch)" : "");
    }
  }

  /** Whether the database is of MySQL's family. */
  boolean isMySqlFamily() {
    return address.kind() == DatabaseKind.MYSQL || address.kind() == DatabaseKind.MARIADB;
  }

  @Override
  public void close() {
    wrapped.close();
  }
}
