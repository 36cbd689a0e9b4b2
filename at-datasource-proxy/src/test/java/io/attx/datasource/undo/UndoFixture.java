package io.attx.datasource.undo;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.Xid;
import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dialect.Dialects;
import io.attx.datasource.image.RowReader;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.sql.Identifier;
import io.attx.datasource.sql.SqlSlice;
import io.attx.datasource.sql.TableRef;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoEntry;
import io.attx.undolog.UndoLog;
import io.attx.undolog.UndoTable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A fresh database with an undo table, and branches whose images are read by hand. */
final class UndoFixture {
  static final long CLUSTER = 77;
  static final UndoLimits LIMITS = new UndoLimits(64 << 20, 100_000, 4_000);

  final DatabaseAddress address;
  final AtDialect dialect;
  final UndoStore store;
  private long nextNumber = 1;

  UndoFixture(DatabaseAddress address) throws SQLException {
    this.address = address;
    try (Connection connection = address.connect()) {
      this.dialect = Dialects.find(connection.getMetaData());
      this.store = new UndoStore(dialect, "undo_log", LIMITS);
      store.createTables(connection);
    }
  }

  static UndoFixture on(DatabaseKind kind) throws SQLException {
    return new UndoFixture(SharedServers.freshDatabase(kind));
  }

  BranchRollback rollback() {
    return new BranchRollback(dialect, store, Duration.ofSeconds(1));
  }

  /** A branch that never was before. */
  BranchRef newBranch() {
    long number = nextNumber++;
    return new BranchRef(new Xid(CLUSTER, 5, number), new BranchId(9, number));
  }

  void execute(String... statements) throws SQLException {
    try (Connection connection = address.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** All rows as the database prints them. */
  List<String> rows(String sql) throws SQLException {
    try (Connection connection = address.connect()) {
      return rows(connection, sql);
    }
  }

  static List<String> rows(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      int width = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= width; i++) {
          row.add(result.getString(i));
        }
        rows.add(String.join("|", row.stream().map(String::valueOf).toList()));
      }
      return rows;
    }
  }

  /** One local transaction whose changes are imaged; committed by {@link #commit}. */
  Branch branch() throws SQLException {
    return new Branch(newBranch());
  }

  final class Branch implements AutoCloseable {
    final BranchRef ref;
    final Connection connection;
    final List<UndoEntry> entries = new ArrayList<>();

    private Branch(BranchRef ref) throws SQLException {
      this.ref = ref;
      this.connection = address.connect();
      connection.setAutoCommit(false);
    }

    /** Runs statements as one, imaging all columns of the rows with these keys. */
    Branch change(String table, List<String> keys, String... statements) throws SQLException {
      return change(table, keys, Set.of(), statements);
    }

    /** The same with only the key and some columns imaged. */
    Branch change(String table, List<String> keys, Set<String> only, String... statements)
        throws SQLException {
      UndoTable name =
          dialect
              .metadata()
              .resolve(
                  connection,
                  new TableRef(
                      List.of(), new Identifier(table, false), null, new SqlSlice(0, 0, 0, 0)));
      List<UndoColumn> columns = columns(dialect.metadata().describe(connection, name), only);
      List<List<ColumnValue>> keyValues =
          keys.stream().map(key -> List.<ColumnValue>of(new ColumnValue.Text(key))).toList();
      RowReader reader = new RowReader(dialect, 100);
      Map<List<ColumnValue>, RowImage> before =
          reader.readForUpdate(connection, name, columns, keyValues);
      try (Statement statement = connection.createStatement()) {
        for (String sql : statements) {
          statement.execute(sql);
        }
      }
      Map<List<ColumnValue>, RowImage> after =
          reader.readForUpdate(connection, name, columns, keyValues);
      UndoEntry.Kind kind =
          before.isEmpty()
              ? UndoEntry.Kind.INSERT
              : after.isEmpty() ? UndoEntry.Kind.DELETE : UndoEntry.Kind.UPDATE;
      entries.add(
          new UndoEntry(
              kind, name, columns, List.copyOf(before.values()), List.copyOf(after.values())));
      return this;
    }

    private List<UndoColumn> columns(TableMetadata table, Set<String> only) {
      List<UndoColumn> columns = new ArrayList<>();
      for (ColumnMetadata column : table.columns()) {
        boolean key = table.key().contains(column);
        UndoColumn.Role role =
            column.generated()
                ? UndoColumn.Role.GENERATED
                : key ? UndoColumn.Role.KEY : UndoColumn.Role.VALUE;
        if (key || only.isEmpty() || only.contains(column.name().toLowerCase())) {
          columns.add(dialect.images().undoColumn(column, role));
        }
      }
      return columns;
    }

    /** Inserts the undo row without committing. */
    Branch insertUndo() throws SQLException {
      store.insert(connection, ref, new UndoLog(entries));
      return this;
    }

    /** Phase one ends: undo row and commit. */
    BranchRef commit() throws SQLException {
      insertUndo();
      connection.commit();
      close();
      return ref;
    }

    @Override
    public void close() throws SQLException {
      if (!connection.isClosed()) {
        connection.rollback();
        connection.close();
      }
    }
  }
}
