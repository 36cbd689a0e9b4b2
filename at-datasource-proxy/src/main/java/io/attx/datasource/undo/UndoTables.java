package io.attx.datasource.undo;

import io.attx.datasource.dialect.AtDialect;
import io.attx.undolog.schema.UndoLogSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether the undo table and the identity table are there, and what to do when not. */
final class UndoTables {
  private final AtDialect dialect;
  private final String tableName;
  private final Supplier<String> newIdentity;

  UndoTables(AtDialect dialect, String tableName, Supplier<String> newIdentity) {
    this.dialect = dialect;
    this.tableName = tableName;
    this.newIdentity = newIdentity;
  }

  /** See {@link UndoStore#lockSpaceIdentity}. */
  String lockSpaceIdentity(Connection connection, UndoSql sql) throws SQLException {
    return inAutoCommit(
        connection,
        () -> {
          probe(connection, sql.table);
          String known = readIdentity(connection, sql);
          if (known == null) {
            insertIdentity(connection, sql);
            known = readIdentity(connection, sql);
          }
          if (known == null) {
            throw new SQLException(
                "the row with id 1 of " + sql.identityTable + " was deleted while it was read");
          }
          return known;
        });
  }

  /** See {@link UndoStore#createTables}. */
  void create(Connection connection, UndoSql sql) throws SQLException {
    inAutoCommit(connection, () -> bothExist(connection, sql) || runScript(connection, sql));
  }

  /** With a message that says what to do when the failure is a missing table. */
  SQLException explained(SQLException failure, Connection connection, String table) {
    if (!dialect.undoTable().isMissingTable(failure)) {
      return failure;
    }
    return withMessage(
        failure,
        "the undo table "
            + table
            + " does not exist in "
            + database(connection)
            + ": run the script "
            + UndoLogSchema.scriptPath(dialect.id())
            + " (on the class path of attx) there, or set the option createSchema");
  }

  private void probe(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeQuery("SELECT 1 FROM " + table + " WHERE 1 = 0").close();
    } catch (SQLException failure) {
      throw explained(failure, connection, table);
    }
  }

  private @Nullable String readIdentity(Connection connection, UndoSql sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql.readIdentity);
        ResultSet row = statement.executeQuery()) {
      return row.next() ? row.getString(1).trim() : null;
    } catch (SQLException failure) {
      throw explained(failure, connection, sql.identityTable);
    }
  }

  private void insertIdentity(Connection connection, UndoSql sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql.insertIdentity)) {
      statement.setString(1, newIdentity.get());
      statement.executeUpdate();
    } catch (SQLException failure) {
      // Another first user was faster; its row is read next.
      if (!dialect.undoTable().isDuplicateKey(failure)) {
        throw failure;
      }
    }
  }

  /** Two creators at once: each collision costs one try and leaves one object more. */
  private boolean runScript(Connection connection, UndoSql sql) throws SQLException {
    List<String> script = UndoLogSchema.script(dialect.id(), tableName);
    SQLException last = null;
    for (int attempt = 0; attempt <= script.size(); attempt++) {
      try (Statement statement = connection.createStatement()) {
        for (String text : script) {
          statement.execute(text);
        }
        return true;
      } catch (SQLException failure) {
        if (bothExist(connection, sql)) {
          return true;
        }
        last = failure;
      }
    }
    throw withMessage(
        Objects.requireNonNull(last),
        "cannot create the undo table "
            + sql.table
            + " in "
            + database(connection)
            + ": "
            + last.getMessage()
            + ". Run the script "
            + UndoLogSchema.scriptPath(dialect.id())
            + " (on the class path of attx) with the rights it needs");
  }

  private boolean bothExist(Connection connection, UndoSql sql) throws SQLException {
    for (String table : List.of(sql.table, sql.identityTable)) {
      try {
        probe(connection, table);
      } catch (SQLException failure) {
        if (dialect.undoTable().isMissingTable(failure)) {
          return false;
        }
        throw failure;
      }
    }
    return true;
  }

  private static SQLException withMessage(SQLException failure, String message) {
    return new SQLException(message, failure.getSQLState(), failure.getErrorCode(), failure);
  }

  /** The URL without what may hold a password. */
  private static String database(Connection connection) {
    try {
      String url = connection.getMetaData().getURL();
      return url == null ? "this database" : url.replaceAll("[?;].*|(?<=//)[^/@]*@", "");
    } catch (SQLException unknown) {
      return "this database (its URL is unknown: " + unknown.getMessage() + ")";
    }
  }

  private static <T> T inAutoCommit(Connection connection, Work<T> work) throws SQLException {
    boolean before = connection.getAutoCommit();
    if (!before) {
      connection.setAutoCommit(true);
    }
    try {
      return work.run();
    } finally {
      if (!before) {
        connection.setAutoCommit(false);
      }
    }
  }

  @FunctionalInterface
  private interface Work<T> {
    T run() throws SQLException;
  }
}
