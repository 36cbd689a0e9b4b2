package io.attx.datasource.image;

import io.attx.LockRequest;
import io.attx.RowLockKey;
import io.attx.databases.DatabaseAddress;
import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dialect.Dialects;
import io.attx.datasource.metadata.MetadataCache;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.sql.AnalyzedStatement;
import io.attx.datasource.sql.SqlAnalyzer;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One connection with autocommit off, and the image machinery over it. */
final class ImageFixture implements AutoCloseable {
  static final StatementRequest.Settings PLAIN = settings(false, null);
  static final StatementRequest.Settings WITH_KEYS = settings(true, null);

  final DatabaseAddress address;
  final Connection connection;
  final AtDialect dialect;
  final MetadataCache tables;
  final ImagedStatements statements;
  private final SqlAnalyzer analyzer = new SqlAnalyzer();

  ImageFixture(DatabaseAddress address, ImageLimits limits) throws SQLException {
    this.address = address;
    this.connection = address.connect();
    this.connection.setAutoCommit(false);
    this.dialect = Dialects.find(connection.getMetaData());
    this.tables = new MetadataCache(dialect.metadata());
    this.statements = new ImagedStatements(dialect, tables, limits);
  }

  static StatementRequest.Settings settings(boolean keys, String[] names) {
    return new StatementRequest.Settings(
        keys, names, null, 0, 0, 0, ResultSet.TYPE_FORWARD_ONLY, statement -> {});
  }

  /** A parameter that knows its value, as the recording proxies have it. */
  static BoundParameters parameters(Object... values) {
    List<BoundParameters.Setter> setters = new ArrayList<>();
    for (Object value : values) {
      setters.add(
          new BoundParameters.Setter() {
            @Override
            public void set(PreparedStatement statement, int index) throws SQLException {
              if (value == null) {
                statement.setNull(index, java.sql.Types.INTEGER);
              } else {
                statement.setObject(index, value);
              }
            }

            @Override
            public Object plainValue() {
              return value;
            }
          });
    }
    return new BoundParameters(setters);
  }

  AnalyzedStatement.TableStatement analyze(String sql) throws SQLException {
    AnalyzedStatement analyzed = analyzer.analyze(sql, dialect.sessionFlags(connection));
    if (analyzed instanceof AnalyzedStatement.TableStatement statement) {
      return statement;
    }
    throw new AssertionError("not about one table: " + analyzed);
  }

  TableMetadata table(String name) throws SQLException {
    return table(analyze("DELETE FROM " + name));
  }

  private TableMetadata table(AnalyzedStatement.TableStatement statement) throws SQLException {
    return tables.table(connection, statement.table());
  }

  StatementOutcome run(String sql, Object... values) throws SQLException {
    return run(PLAIN, sql, values);
  }

  StatementOutcome run(StatementRequest.Settings settings, String sql, Object... values)
      throws SQLException {
    AnalyzedStatement.TableStatement statement = analyze(sql);
    return statements.run(
        new StatementRequest(
            connection, statement, table(statement), List.of(parameters(values)), false, settings),
        GlobalRows.FREE);
  }

  StatementOutcome batch(StatementRequest.Settings settings, String sql, Object[]... items)
      throws SQLException {
    AnalyzedStatement.TableStatement statement = analyze(sql);
    return statements.run(
        new StatementRequest(
            connection,
            statement,
            table(statement),
            Arrays.stream(items).map(ImageFixture::parameters).toList(),
            true,
            settings),
        GlobalRows.FREE);
  }

  void execute(String... statementsOfSetup) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statementsOfSetup) {
        statement.execute(sql);
      }
    }
    connection.commit();
  }

  /** The rows of a query, each as its values in text, joined by a bar. */
  List<String> rows(String sql) throws SQLException {
    List<String> all = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      int width = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        StringBuilder row = new StringBuilder();
        for (int i = 1; i <= width; i++) {
          row.append(i == 1 ? "" : "|").append(rows.getString(i));
        }
        all.add(row.toString());
      }
    }
    return all;
  }

  /** Values of an image by column name in lower case; bytes of characters as text. */
  static Map<String, String> values(UndoEntry entry, RowImage image) {
    Map<String, String> values = new TreeMap<>();
    for (int i = 0; i < entry.columns().size(); i++) {
      values.put(
          entry.columns().get(i).name().toLowerCase(java.util.Locale.ROOT),
          text(image.values().get(i)));
    }
    return values;
  }

  static String text(ColumnValue value) {
    if (value instanceof ColumnValue.Text text) {
      return text.value();
    }
    return value instanceof ColumnValue.Bytes bytes
        ? new String(bytes.value(), java.nio.charset.StandardCharsets.UTF_8)
        : null;
  }

  static List<String> locks(StatementOutcome outcome) {
    return outcome.locks().stream()
        .map(lock -> lock.mode() + " " + shown(lock.key()))
        .sorted()
        .toList();
  }

  /** The key without the catalog or schema. */
  private static String shown(RowLockKey key) {
    String text = key.toString();
    return text.substring(text.indexOf('.') + 1).toLowerCase(java.util.Locale.ROOT);
  }

  static List<RowLockKey> keys(StatementOutcome outcome) {
    return outcome.locks().stream().map(LockRequest::key).toList();
  }

  @Override
  public void close() throws SQLException {
    connection.rollback();
    connection.close();
  }
}
