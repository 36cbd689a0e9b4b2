package io.attx.datasource.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.dialect.CompensationDialect;
import io.attx.datasource.dialect.ImageDialect;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.support.types.SqlType;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What is read in phase one, bound in phase two and read again is the same value bit for bit; the
 * judge is an expression of the database that no image query uses.
 */
abstract class TypesContract {
  private final DatabaseKind kind;
  ImageFixture db;

  TypesContract(DatabaseKind kind) {
    this.kind = kind;
  }

  abstract List<SqlType> types();

  /** Settings of a session that must not change what is read. */
  abstract List<String> otherSession();

  /** What lets this session insert odd values. */
  List<String> preparation() {
    return List.of();
  }

  DatabaseAddress withDriver(DatabaseAddress address) {
    return address;
  }

  @BeforeEach
  void freshDatabase() throws SQLException {
    db =
        new ImageFixture(withDriver(SharedServers.freshDatabase(kind)), new ImageLimits(1000, 100));
    db.execute(preparation().toArray(String[]::new));
  }

  @AfterEach
  void close() throws SQLException {
    db.close();
  }

  @TestFactory
  Stream<DynamicTest> everyValueSurvivesUndoBitForBit() {
    List<SqlType> types = types();
    return IntStream.range(0, types.size())
        .mapToObj(
            i ->
                DynamicTest.dynamicTest(
                    types.get(i).toString(), () -> survives(types.get(i), "s" + i)));
  }

  private void survives(SqlType type, String table) throws SQLException {
    db.execute(
        "CREATE TABLE " + table + " (id INT PRIMARY KEY, v " + type.definition() + ")",
        "CREATE TABLE " + table + "b (id INT PRIMARY KEY, v " + type.definition() + ")",
        "INSERT INTO " + table + " VALUES (0, NULL)");
    insert(type, table);
    TableMetadata metadata = db.table(table);
    ColumnMetadata column = metadata.columns().get(1);
    assertThat(db.dialect.images().unsupportedReason(column)).isEmpty();
    UndoColumn undo = db.dialect.images().undoColumn(column, UndoColumn.Role.VALUE);

    List<ColumnValue> values = read(db.connection, table, undo);
    db.connection.commit();
    try (Connection other = db.address.connect()) {
      restore(other, table + "b", undo, values);
      other.setAutoCommit(false);
      try (var statement = other.createStatement()) {
        for (String sql : otherSession()) {
          statement.execute(sql);
        }
      }
      assertThat(read(other, table, undo)).as("read by another session").isEqualTo(values);
      other.rollback();
    }

    String judged = "SELECT id, " + type.judge() + " FROM %s ORDER BY id";
    assertThat(db.rows(judged.formatted(table + "b"))).isEqualTo(db.rows(judged.formatted(table)));
    assertThat(read(db.connection, table + "b", undo)).isEqualTo(values);
  }

  private void insert(SqlType type, String table) throws SQLException {
    for (int i = 0; i < type.literals().size(); i++) {
      db.execute(
          "INSERT INTO "
              + table
              + " (id, v) VALUES ("
              + (i + 1)
              + ", "
              + type.literals().get(i)
              + ")");
    }
  }

  private List<ColumnValue> read(Connection connection, String table, UndoColumn column)
      throws SQLException {
    ImageDialect images = db.dialect.images();
    String quoted = db.dialect.metadata().quote(column.name());
    List<ColumnValue> values = new ArrayList<>();
    String sql =
        "SELECT " + images.readExpression(quoted, column) + " FROM " + table + " ORDER BY id";
    try (PreparedStatement query = connection.prepareStatement(sql);
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        values.add(images.read(rows, 1, column));
      }
    }
    return values;
  }

  private void restore(
      Connection connection, String table, UndoColumn column, List<ColumnValue> values)
      throws SQLException {
    connection.setAutoCommit(false);
    CompensationDialect.SessionRestore session =
        db.dialect.compensation().prepare(connection, Duration.ofSeconds(2));
    db.dialect.compensation().begin(connection, Duration.ofSeconds(2));
    ImageDialect images = db.dialect.images();
    String sql =
        "INSERT INTO " + table + " (id, v) VALUES (?, " + images.bindExpression(column) + ")";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.size(); i++) {
        insert.setInt(1, i);
        images.bind(insert, 2, values.get(i), column);
        insert.executeUpdate();
      }
    }
    connection.commit();
    connection.setAutoCommit(false);
    session.restore(connection);
  }

  @TestFactory
  Stream<DynamicTest> everyKeyIsFoundByWhatWasRead() {
    List<SqlType> types = types().stream().filter(SqlType::isKey).toList();
    return IntStream.range(0, types.size())
        .mapToObj(
            i ->
                DynamicTest.dynamicTest(
                    types.get(i).toString(), () -> isFound(types.get(i), "k" + i)));
  }

  private void isFound(SqlType type, String table) throws SQLException {
    db.execute(
        "CREATE TABLE " + table + " (v " + type.definition() + " NOT NULL PRIMARY KEY, id INT)");
    insert(type, table);
    TableMetadata metadata = db.table(table);
    ColumnMetadata column = metadata.key().get(0);
    assertThat(db.dialect.images().unsupportedKeyReason(column)).isEmpty();
    UndoColumn undo = db.dialect.images().undoColumn(column, UndoColumn.Role.KEY);
    List<ColumnValue> values = read(db.connection, table, undo);

    RowReader reader = new RowReader(db.dialect, 4);
    Map<List<ColumnValue>, RowImage> found =
        reader.readForUpdate(
            db.connection, metadata.name(), List.of(undo), values.stream().map(List::of).toList());

    assertThat(found.keySet().stream().map(key -> key.get(0)))
        .containsExactlyInAnyOrderElementsOf(values);
    for (ColumnValue value : values) {
      assertThat(
              reader.readForUpdate(
                  db.connection, metadata.name(), List.of(undo), List.of(List.of(value))))
          .as("found alone by %s", value)
          .containsOnlyKeys(List.of(value));
    }
    StatementOutcome all = db.run("UPDATE " + table + " SET id = id + 100");
    assertThat(all.updateCounts()).containsExactly(type.literals().size());
    assertThat(all.locks()).isNotEmpty();
    db.connection.rollback();
  }
}
