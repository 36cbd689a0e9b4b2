package io.attx.datasource.jdbc;

import io.attx.datasource.image.StatementRefusedException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;

/**
 * A batch of texts inside a branch: each by itself, in order, with the counts and effects that the
 * driver gives when one fails. What must be refused is refused before the first.
 */
final class TextBatch {
  private final AtConnection connection;
  private final Update update;

  TextBatch(AtConnection connection, Update update) {
    this.connection = connection;
    this.update = update;
  }

  /** Runs one text. */
  @FunctionalInterface
  interface Update {
    long run(String sql) throws SQLException;
  }

  long[] run(List<String> texts) throws SQLException {
    for (String sql : texts) {
      connection.runner().refuseIfNeeded(sql);
    }
    return connection.resource().failureEndsTransaction()
        ? allOrNone(texts)
        : oneAfterTheOther(texts);
  }

  /** The texts are one implicit transaction, as the server has it. */
  private long[] allOrNone(List<String> texts) throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    if (autoCommit) {
      connection.setAutoCommit(false);
    }
    long[] counts = new long[texts.size()];
    try {
      for (int i = 0; i < counts.length; i++) {
        counts[i] = update.run(texts.get(i));
      }
      if (autoCommit) {
        connection.setAutoCommit(true);
      }
      return counts;
    } catch (SQLException failure) {
      Arrays.fill(counts, Statement.EXECUTE_FAILED);
      boolean refused = failure instanceof StatementRefusedException;
      throw ended(refused ? failure : failure(failure, counts), autoCommit);
    }
  }

  private SQLException ended(SQLException failure, boolean autoCommit) {
    if (autoCommit) {
      try {
        connection.rollback();
        connection.setAutoCommit(true);
      } catch (SQLException second) {
        failure.addSuppressed(second);
      }
    }
    return failure;
  }

  /** A text that fails does not keep the next from running. */
  private long[] oneAfterTheOther(List<String> texts) throws SQLException {
    long[] counts = new long[texts.size()];
    SQLException first = null;
    for (int i = 0; i < counts.length; i++) {
      try {
        counts[i] = update.run(texts.get(i));
      } catch (StatementRefusedException refused) {
        throw refused;
      } catch (SQLException failure) {
        counts[i] = Statement.EXECUTE_FAILED;
        first = first == null ? failure : first;
      }
    }
    if (first != null) {
      throw failure(first, counts);
    }
    return counts;
  }

  private static BatchUpdateException failure(SQLException failure, long[] counts) {
    return new BatchUpdateException(
        failure.getMessage(),
        failure.getSQLState(),
        failure.getErrorCode(),
        AtStatement.toInts(counts),
        failure);
  }
}
