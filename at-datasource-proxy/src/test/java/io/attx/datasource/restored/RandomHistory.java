package io.attx.datasource.restored;

import io.attx.Xid;
import io.attx.datasource.branch.GlobalLockConflictException;
import io.attx.datasource.image.StatementRefusedException;
import io.attx.datasource.image.UnprotectedChangeException;
import io.attx.datasource.metadata.TableNotSupportedException;
import io.attx.datasource.restored.Statistics.End;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

/** Random statements in random branches of random global transactions over some tables. */
final class RandomHistory {
  private final Lab lab;
  private final List<RandomTable> tables;
  private final List<Shape> shapes;
  private final Statistics statistics;
  private final Random random;
  private final List<String> log = new ArrayList<>();

  RandomHistory(
      Lab lab, List<RandomTable> tables, List<Shape> shapes, Statistics statistics, Random random) {
    this.lab = lab;
    this.tables = tables;
    this.shapes = shapes;
    this.statistics = statistics;
    this.random = random;
  }

  /** What happened in the last sequence, for the message of a failure. */
  List<String> log() {
    return log;
  }

  /** Fills the tables past the proxy; rows that the database does not want are left out. */
  void fill(int statements) throws SQLException {
    List<Shape> inserts = shapes.stream().filter(s -> s.name().equals("insert")).toList();
    for (RandomTable table : tables) {
      for (int i = 0; i < statements; i++) {
        Sql sql = new Sql(false);
        if (inserts.get(0).writer().write(sql, table, random, random)) {
          try {
            lab.execute(sql.text());
          } catch (SQLException unwanted) {
            statistics.sample("fill " + unwanted.getSQLState(), unwanted.getMessage());
          }
        }
      }
    }
  }

  /** Branches of one or two global transactions, which are then rolled back. */
  void sequence() throws SQLException {
    log.clear();
    statistics.sequences++;
    TableRestored invariant =
        TableRestored.remember(lab.plain(), tables.stream().map(RandomTable::dump).toList());
    List<Xid> transactions = new ArrayList<>();
    List<Xid> turns = new ArrayList<>();
    int many = random.nextInt(4) == 0 ? 2 : 1;
    for (int i = 0; i < many; i++) {
      Xid xid = lab.begin();
      transactions.add(xid);
      turns.addAll(Collections.nCopies(1 + random.nextInt(3), xid));
    }
    Collections.shuffle(turns, random);
    for (Xid xid : turns) {
      branch(xid);
    }
    Collections.shuffle(transactions, random);
    for (Xid xid : transactions) {
      log.add("roll back " + xid);
      lab.rollback(xid);
    }
    String violation = invariant.violation(lab.plain());
    if (!violation.isEmpty()) {
      throw new AssertionError("not restored: " + violation);
    }
    statistics.restored++;
  }

  /** One global transaction that commits, so that the data moves on. */
  void commit() throws SQLException {
    log.clear();
    Xid xid = lab.begin();
    branch(xid);
    lab.commit(xid);
  }

  private void branch(Xid xid) throws SQLException {
    statistics.branches++;
    boolean autocommit = random.nextInt(3) == 0;
    log.add("branch of " + xid + (autocommit ? " with autocommit" : ""));
    lab.within(
        xid,
        connection -> {
          if (autocommit) {
            for (int i = 1 + random.nextInt(2); i > 0; i--) {
              statement(connection);
            }
          } else {
            localTransaction(connection);
          }
        });
  }

  private void localTransaction(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    int many = 1 + random.nextInt(4);
    boolean savepoints = random.nextInt(3) == 0;
    boolean usable = true;
    for (int i = 0; i < many && usable; i++) {
      usable = savepoints ? withSavepoint(connection) : statement(connection) || !endsByFailure();
    }
    if (usable && random.nextInt(12) > 0) {
      try {
        connection.commit();
        log.add("commit");
      } catch (GlobalLockConflictException conflict) {
        log.add("commit: conflict");
      }
    } else {
      connection.rollback();
      log.add("local rollback");
    }
    connection.setAutoCommit(true);
  }

  /** On PostgreSQL a failed statement ends its transaction. */
  private boolean endsByFailure() {
    return shapes.stream().noneMatch(shape -> shape.name().endsWith(" limit"));
  }

  private boolean withSavepoint(Connection connection) throws SQLException {
    Savepoint savepoint = connection.setSavepoint();
    log.add("savepoint");
    if (!statement(connection) || random.nextInt(4) == 0) {
      connection.rollback(savepoint);
      log.add("rollback to savepoint");
    } else if (random.nextBoolean()) {
      connection.releaseSavepoint(savepoint);
    }
    return true;
  }

  /** Returns whether it was executed. */
  private boolean statement(Connection connection) throws SQLException {
    Shape shape = RandomTable.pick(shapes, random);
    RandomTable table = RandomTable.pick(tables, random);
    List<Sql> items = items(shape, table);
    if (items.isEmpty()) {
      return true;
    }
    String shown = shape.name() + ": " + items;
    try {
      long changed = execute(connection, items);
      statistics.count(shape, End.EXECUTED);
      if (changed > 0) {
        statistics.count(shape, End.CHANGED);
      }
      log.add(shown + " -> " + changed);
      return true;
    } catch (GlobalLockConflictException conflict) {
      statistics.count(shape, End.CONFLICT);
      log.add(shown + " -> conflict");
    } catch (StatementRefusedException
        | TableNotSupportedException
        | SQLFeatureNotSupportedException refused) {
      statistics.count(shape, End.REFUSED);
      statistics.sample(shape.name() + " refused", refused.getMessage());
      log.add(shown + " -> refused: " + refused.getMessage());
    } catch (SQLException failure) {
      log.add(shown + " -> " + failure);
      requireHarmless(failure);
      statistics.count(shape, End.FAILED);
      statistics.sample(
          shape.name() + " " + failure.getSQLState(), failure.getMessage() + " <- " + shown);
    }
    return false;
  }

  private static void requireHarmless(SQLException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnprotectedChangeException) {
        throw new AssertionError("images do not prove what a statement did", failure);
      }
    }
  }

  private List<Sql> items(Shape shape, RandomTable table) {
    boolean parameters = random.nextInt(3) > 0;
    int many = shape.batchable() && random.nextInt(6) == 0 ? 2 + random.nextInt(4) : 1;
    long structure = random.nextLong();
    List<Sql> items = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      Sql sql = new Sql(parameters);
      if (!shape.writer().write(sql, table, new Random(structure), random)) {
        return List.of();
      }
      if (items.isEmpty() || !parameters || items.get(0).text().equals(sql.text())) {
        items.add(sql);
      }
    }
    return items;
  }

  private long execute(Connection connection, List<Sql> items) throws SQLException {
    Sql first = items.get(0);
    if (first.bound().isEmpty() && random.nextBoolean()) {
      try (Statement statement = connection.createStatement()) {
        return items.size() == 1 ? single(statement, first) : texts(statement, items);
      }
    }
    if (first.bound().isEmpty() && items.size() > 1) {
      return execute(connection, items.subList(0, 1));
    }
    try (PreparedStatement statement = prepare(connection, first.text())) {
      if (items.size() == 1) {
        bind(statement, first);
        return result(statement, statement.execute());
      }
      for (Sql item : items) {
        bind(statement, item);
        statement.addBatch();
      }
      return Arrays.stream(statement.executeBatch()).asLongStream().sum();
    }
  }

  private PreparedStatement prepare(Connection connection, String text) throws SQLException {
    return text.startsWith("INSERT") && !text.contains("RETURNING") && random.nextBoolean()
        ? connection.prepareStatement(text, Statement.RETURN_GENERATED_KEYS)
        : connection.prepareStatement(text);
  }

  private static long single(Statement statement, Sql sql) throws SQLException {
    return result(statement, statement.execute(sql.text()));
  }

  private static long texts(Statement statement, List<Sql> items) throws SQLException {
    for (Sql item : items) {
      statement.addBatch(item.text());
    }
    return LongStream.of(statement.executeLargeBatch()).sum();
  }

  private static long result(Statement statement, boolean rows) throws SQLException {
    if (!rows) {
      return statement.getUpdateCount();
    }
    long count = 0;
    try (var result = statement.getResultSet()) {
      while (result.next()) {
        count++;
      }
    }
    return count;
  }

  private static void bind(PreparedStatement statement, Sql sql) throws SQLException {
    int index = 1;
    for (Value value : sql.bound()) {
      value.setter().set(statement, index++);
    }
  }
}
