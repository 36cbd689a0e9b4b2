package io.attx.datasource.jdbc;

import io.attx.datasource.image.BoundParameters;
import io.attx.datasource.image.StatementRefusedException;
import io.attx.datasource.image.StatementRequest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement that hands everything through outside of a global transaction, and runs changes as
 * part of a branch inside. As thread-safe as the statement below: {@link #cancel()} only.
 */
class AtStatement extends DelegatingStatement {
  private final AtConnection connection;
  private final int resultSetType;
  private final int concurrency;
  private final List<String> batch = new ArrayList<>(0);

  private @Nullable Statement physical;
  private final Deque<Answer> following = new ArrayDeque<>(0);
  private @Nullable Answer answer;
  private volatile @Nullable Statement substitute;
  private int queryTimeout;
  private int fetchSize;
  private long maxRows;
  private boolean closed;
  private boolean keysAsked;

  /**
   * @param physical the statement below; null where it is made when needed
   */
  AtStatement(
      AtConnection connection, @Nullable Statement physical, int resultSetType, int concurrency) {
    this.connection = connection;
    this.physical = physical;
    this.resultSetType = resultSetType;
    this.concurrency = concurrency;
  }

  // ---------------------------------------------------------------- what is below

  @Override
  Statement delegate() throws SQLException {
    Statement known = physical;
    if (known != null) {
      return known;
    }
    requireOpen();
    Statement made = create();
    physical = made;
    if (queryTimeout != 0) {
      made.setQueryTimeout(queryTimeout);
    }
    if (fetchSize != 0) {
      made.setFetchSize(fetchSize);
    }
    if (maxRows > Integer.MAX_VALUE) {
      made.setLargeMaxRows(maxRows);
    } else if (maxRows != 0) {
      made.setMaxRows((int) maxRows);
    }
    return made;
  }

  /** Makes the statement below where that was put off. */
  Statement create() throws SQLException {
    throw new IllegalStateException("a plain statement is made at once");
  }

  final boolean isCreated() {
    return physical != null;
  }

  final void requireOpen() throws SQLException {
    if (closed) {
      throw new SQLException("the statement is closed", "55000");
    }
  }

  final boolean inBranch() {
    return connection.joins();
  }

  /** Runs a call that may change rows outside of a global transaction. */
  final <T> T outside(SqlCall<T> call) throws SQLException {
    forgetAnswer();
    connection.wroteOutside();
    return call.call();
  }

  /** Runs a query outside of a global transaction; it does not count as a change. */
  final ResultSet outsideQuery(SqlCall<ResultSet> call) throws SQLException {
    forgetAnswer();
    return call.call();
  }

  /** Runs one text inside a branch. */
  final <T> T inside(
      String sql,
      List<BoundParameters> parameters,
      boolean isBatch,
      KeyRequest keys,
      Reply<T> reply)
      throws SQLException {
    requireOpen();
    forgetAnswer();
    keysAsked = keys.flag() || keys.names() != null || keys.indexes() != null;
    if (concurrency == ResultSet.CONCUR_UPDATABLE) {
      throw new StatementRefusedException(
          sql,
          "an updatable result set changes rows without a statement.",
          "create the statement with CONCUR_READ_ONLY and update with UPDATE statements.");
    }
    try {
      return connection.runner().run(this, sql, parameters, isBatch, settings(keys), reply);
    } finally {
      substitute = null;
    }
  }

  private StatementRequest.Settings settings(KeyRequest keys) {
    return new StatementRequest.Settings(
        keys.flag(),
        keys.names(),
        keys.indexes(),
        queryTimeout,
        fetchSize,
        (int) Math.min(maxRows, Integer.MAX_VALUE),
        resultSetType,
        connection.runner().watching(this));
  }

  /** What runs for this statement now, so that {@link #cancel()} reaches it. */
  final void substitute(Statement running) {
    substitute = running;
  }

  /** Keeps what the last execution inside a branch answered. */
  final void answer(Answer given) {
    answer = given;
  }

  /** Keeps what the statements of one text answered; the first is current. */
  final void answers(List<Answer> given) {
    answer = given.get(0);
    following.addAll(given.subList(1, given.size()));
  }

  private void forgetAnswer() throws SQLException {
    Answer old = answer;
    answer = null;
    if (old != null) {
      following.addFirst(old);
    }
    while (!following.isEmpty()) {
      following.removeFirst().close();
    }
  }

  // ---------------------------------------------------------------- execution of a text

  @Override
  public ResultSet executeQuery(String sql) throws SQLException {
    if (!inBranch()) {
      return outsideQuery(() -> delegate().executeQuery(sql));
    }
    return inside(
        sql,
        StatementRunner.NO_PARAMETERS,
        false,
        KeyRequest.NONE,
        Reply.rows(() -> delegate().executeQuery(sql), Answer::requireResultSet));
  }

  private long update(String sql, KeyRequest keys, SqlCall<Long> passThrough) throws SQLException {
    if (!inBranch()) {
      return outside(passThrough);
    }
    return inside(
        sql,
        StatementRunner.NO_PARAMETERS,
        false,
        keys,
        Reply.count(passThrough, Answer::requireUpdateCount));
  }

  private boolean any(String sql, KeyRequest keys, SqlCall<Boolean> passThrough)
      throws SQLException {
    if (!inBranch()) {
      return outside(passThrough);
    }
    return inside(
        sql,
        StatementRunner.NO_PARAMETERS,
        false,
        keys,
        Reply.any(passThrough, Answer::isResultSet));
  }

  @Override
  public int executeUpdate(String sql) throws SQLException {
    return (int) update(sql, KeyRequest.NONE, () -> (long) delegate().executeUpdate(sql));
  }

  @Override
  public int executeUpdate(String sql, int flag) throws SQLException {
    return (int) update(sql, KeyRequest.of(flag), () -> (long) delegate().executeUpdate(sql, flag));
  }

  @Override
  public int executeUpdate(String sql, int[] indexes) throws SQLException {
    return (int)
        update(sql, KeyRequest.of(indexes), () -> (long) delegate().executeUpdate(sql, indexes));
  }

  @Override
  public int executeUpdate(String sql, String[] names) throws SQLException {
    return (int)
        update(sql, KeyRequest.of(names), () -> (long) delegate().executeUpdate(sql, names));
  }

  @Override
  public long executeLargeUpdate(String sql) throws SQLException {
    return update(sql, KeyRequest.NONE, () -> delegate().executeLargeUpdate(sql));
  }

  @Override
  public long executeLargeUpdate(String sql, int flag) throws SQLException {
    return update(sql, KeyRequest.of(flag), () -> delegate().executeLargeUpdate(sql, flag));
  }

  @Override
  public long executeLargeUpdate(String sql, int[] indexes) throws SQLException {
    return update(sql, KeyRequest.of(indexes), () -> delegate().executeLargeUpdate(sql, indexes));
  }

  @Override
  public long executeLargeUpdate(String sql, String[] names) throws SQLException {
    return update(sql, KeyRequest.of(names), () -> delegate().executeLargeUpdate(sql, names));
  }

  @Override
  public boolean execute(String sql) throws SQLException {
    return any(sql, KeyRequest.NONE, () -> delegate().execute(sql));
  }

  @Override
  public boolean execute(String sql, int flag) throws SQLException {
    return any(sql, KeyRequest.of(flag), () -> delegate().execute(sql, flag));
  }

  @Override
  public boolean execute(String sql, int[] indexes) throws SQLException {
    return any(sql, KeyRequest.of(indexes), () -> delegate().execute(sql, indexes));
  }

  @Override
  public boolean execute(String sql, String[] names) throws SQLException {
    return any(sql, KeyRequest.of(names), () -> delegate().execute(sql, names));
  }

  // ---------------------------------------------------------------- batch of texts

  @Override
  public void addBatch(String sql) throws SQLException {
    requireOpen();
    batch.add(sql);
  }

  @Override
  public void clearBatch() throws SQLException {
    requireOpen();
    batch.clear();
  }

  @Override
  public int[] executeBatch() throws SQLException {
    return toInts(executeTexts(false));
  }

  @Override
  public long[] executeLargeBatch() throws SQLException {
    return executeTexts(true);
  }

  private long[] executeTexts(boolean large) throws SQLException {
    List<String> texts = List.copyOf(batch);
    batch.clear();
    if (inBranch()) {
      return texts.isEmpty()
          ? new long[0]
          : new TextBatch(connection, this::updateOfBatch).run(texts);
    }
    for (String sql : texts) {
      delegate().addBatch(sql);
    }
    return outside(
        () ->
            large
                ? delegate().executeLargeBatch()
                : Arrays.stream(delegate().executeBatch()).asLongStream().toArray());
  }

  private long updateOfBatch(String sql) throws SQLException {
    return update(sql, KeyRequest.NONE, () -> (long) delegate().executeUpdate(sql));
  }

  static int[] toInts(long[] counts) {
    return Arrays.stream(counts).mapToInt(Math::toIntExact).toArray();
  }

  // ---------------------------------------------------------------- results

  @Override
  public @Nullable ResultSet getResultSet() throws SQLException {
    return answer != null ? answer.resultSet() : delegate().getResultSet();
  }

  @Override
  public int getUpdateCount() throws SQLException {
    return answer != null ? (int) answer.updateCount() : delegate().getUpdateCount();
  }

  @Override
  public long getLargeUpdateCount() throws SQLException {
    return answer != null ? answer.updateCount() : delegate().getLargeUpdateCount();
  }

  @Override
  public boolean getMoreResults() throws SQLException {
    return getMoreResults(CLOSE_CURRENT_RESULT);
  }

  @Override
  public boolean getMoreResults(int current) throws SQLException {
    if (answer == null) {
      return current == CLOSE_CURRENT_RESULT
          ? delegate().getMoreResults()
          : delegate().getMoreResults(current);
    }
    ResultSet rows = answer.resultSet();
    if (rows != null && current != KEEP_CURRENT_RESULT) {
      rows.close();
    }
    if (following.isEmpty()) {
      answer.moreResults();
      return false;
    }
    if (current != KEEP_CURRENT_RESULT) {
      answer.close();
    }
    answer = following.removeFirst();
    return answer.isResultSet();
  }

  @Override
  public ResultSet getGeneratedKeys() throws SQLException {
    ResultSet keys = answer == null || !keysAsked ? null : answer.generatedKeys();
    return keys != null ? keys : delegate().getGeneratedKeys();
  }

  @Override
  public @Nullable SQLWarning getWarnings() throws SQLException {
    return answer != null ? answer.warnings() : delegate().getWarnings();
  }

  @Override
  public void clearWarnings() throws SQLException {
    if (answer != null) {
      answer.clearWarnings();
    } else {
      delegate().clearWarnings();
    }
  }

  // ---------------------------------------------------------------- the statement itself

  @Override
  public void cancel() throws SQLException {
    Statement running = substitute;
    if (running != null) {
      running.cancel();
    } else if (physical != null) {
      physical.cancel();
    }
  }

  @Override
  public void setQueryTimeout(int seconds) throws SQLException {
    if (physical != null) {
      physical.setQueryTimeout(seconds);
    }
    queryTimeout = seconds;
  }

  @Override
  public void setFetchSize(int rows) throws SQLException {
    if (physical != null) {
      physical.setFetchSize(rows);
    }
    fetchSize = rows;
  }

  @Override
  public void setMaxRows(int max) throws SQLException {
    if (physical != null) {
      physical.setMaxRows(max);
    }
    maxRows = max;
  }

  @Override
  public void setLargeMaxRows(long max) throws SQLException {
    if (physical != null) {
      physical.setLargeMaxRows(max);
    }
    maxRows = max;
  }

  @Override
  public Connection getConnection() throws SQLException {
    requireOpen();
    return connection;
  }

  @Override
  public boolean isClosed() throws SQLException {
    return closed || (physical != null && physical.isClosed());
  }

  @Override
  public void close() throws SQLException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      forgetAnswer();
    } finally {
      if (physical != null) {
        physical.close();
      }
    }
  }

  @Override
  public String toString() {
    return "attx proxy of " + (physical == null ? "a statement not yet prepared" : physical);
  }
}
