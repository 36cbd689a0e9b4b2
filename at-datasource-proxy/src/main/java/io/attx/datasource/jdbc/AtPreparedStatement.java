package io.attx.datasource.jdbc;

import io.attx.datasource.image.BoundParameters;
import io.attx.datasource.image.StatementRefusedException;
import io.attx.datasource.jdbc.RecordedParameter.Kind;
import java.io.InputStream;
import java.io.Reader;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement. Inside a branch the statement below is prepared only when it is needed: for
 * a plain SELECT, or for metadata.
 */
final class AtPreparedStatement extends RecordingPreparedStatement {
  private static final int MAX_PARAMETERS = 65_535;
  private static final RecordedParameter[] NO_PARAMETERS = {};

  private final String sql;
  private final KeyRequest keys;
  private final SqlCall<PreparedStatement> source;
  private final List<BoundParameters> batch = new ArrayList<>(0);

  private @Nullable RecordedParameter[] parameters = NO_PARAMETERS;
  private int parameterCount;
  private int batchBelow;

  AtPreparedStatement(
      AtConnection connection,
      String sql,
      KeyRequest keys,
      int resultSetType,
      int concurrency,
      SqlCall<PreparedStatement> source,
      @Nullable PreparedStatement physical) {
    super(connection, physical, resultSetType, concurrency);
    this.sql = sql;
    this.keys = keys;
    this.source = source;
  }

  // ---------------------------------------------------------------- what is below

  @Override
  PreparedStatement delegate() throws SQLException {
    return (PreparedStatement) super.delegate();
  }

  @Override
  PreparedStatement create() throws SQLException {
    PreparedStatement made = source.call();
    for (int i = 0; i < parameterCount; i++) {
      RecordedParameter parameter = parameters[i];
      if (parameter != null) {
        parameter.set(made, i + 1);
      }
    }
    return made;
  }

  @Override
  public ResultSetMetaData getMetaData() throws SQLException {
    return delegate().getMetaData();
  }

  @Override
  public ParameterMetaData getParameterMetaData() throws SQLException {
    return delegate().getParameterMetaData();
  }

  // ---------------------------------------------------------------- parameters

  @Override
  void record(int index, RecordedParameter parameter) throws SQLException {
    remember(index, parameter);
    if (isCreated()) {
      parameter.set(delegate(), index);
    }
  }

  private void remember(int index, RecordedParameter parameter) throws SQLException {
    requireOpen();
    if (index < 1 || index > MAX_PARAMETERS) {
      throw new SQLException("there is no parameter " + index, "07009");
    }
    if (index > parameters.length) {
      parameters = Arrays.copyOf(parameters, Math.max(index, parameters.length * 2 + 4));
    }
    parameters[index - 1] = parameter;
    parameterCount = Math.max(parameterCount, index);
  }

  @Override
  void recordBytes(
      int index, Kind kind, @Nullable InputStream in, long length, SetterCall passThrough)
      throws SQLException {
    if (in == null) {
      record(index, new RecordedParameter(Kind.NULL, null, null, Types.BINARY, 0));
    } else if (inBranch()) {
      record(index, new RecordedParameter(kind, Streams.bytes(in, length)));
    } else {
      remember(index, new RecordedParameter(Kind.SPENT_STREAM, null));
      passThrough.set(delegate());
    }
  }

  @Override
  void recordText(int index, Kind kind, @Nullable Reader in, long length, SetterCall passThrough)
      throws SQLException {
    if (in == null) {
      record(index, new RecordedParameter(Kind.NULL, null, null, Types.VARCHAR, 0));
    } else if (inBranch()) {
      record(index, new RecordedParameter(kind, Streams.text(in, length)));
    } else {
      remember(index, new RecordedParameter(Kind.SPENT_STREAM, null));
      passThrough.set(delegate());
    }
  }

  @Override
  public void clearParameters() throws SQLException {
    requireOpen();
    Arrays.fill(parameters, null);
    parameterCount = 0;
    if (isCreated()) {
      delegate().clearParameters();
    }
  }

  private BoundParameters bound() throws SQLException {
    if (parameterCount == 0) {
      return BoundParameters.NONE;
    }
    List<BoundParameters.Setter> setters = new ArrayList<>(parameterCount);
    for (int i = 0; i < parameterCount; i++) {
      RecordedParameter parameter = parameters[i];
      if (parameter == null) {
        throw new SQLException("parameter " + (i + 1) + " is not set: " + sql, "07001");
      }
      setters.add(parameter);
    }
    return new BoundParameters(setters);
  }

  // ---------------------------------------------------------------- execution

  private <T> T execute(Reply<T> reply) throws SQLException {
    return inside(sql, List.of(bound()), false, keys, reply);
  }

  @Override
  public ResultSet executeQuery() throws SQLException {
    return inBranch()
        ? execute(Reply.rows(() -> delegate().executeQuery(), Answer::requireResultSet))
        : outsideQuery(() -> delegate().executeQuery());
  }

  @Override
  public boolean execute() throws SQLException {
    return inBranch()
        ? execute(Reply.any(() -> delegate().execute(), Answer::isResultSet))
        : outside(() -> delegate().execute());
  }

  @Override
  public int executeUpdate() throws SQLException {
    return inBranch()
        ? execute(
            Reply.count(
                () -> delegate().executeUpdate(), answer -> (int) answer.requireUpdateCount()))
        : outside(() -> delegate().executeUpdate());
  }

  @Override
  public long executeLargeUpdate() throws SQLException {
    return inBranch()
        ? execute(Reply.count(() -> delegate().executeLargeUpdate(), Answer::requireUpdateCount))
        : outside(() -> delegate().executeLargeUpdate());
  }

  // ---------------------------------------------------------------- batch

  @Override
  public void addBatch() throws SQLException {
    requireOpen();
    if (inBranch()) {
      batch.add(bound());
    } else {
      delegate().addBatch();
      batchBelow++;
    }
  }

  @Override
  public void addBatch(String other) throws SQLException {
    throw new SQLException("a prepared statement takes no other text: " + other, "HY010");
  }

  @Override
  public void clearBatch() throws SQLException {
    requireOpen();
    batch.clear();
    batchBelow = 0;
    if (isCreated()) {
      delegate().clearBatch();
    }
  }

  @Override
  public int[] executeBatch() throws SQLException {
    return inBranch()
        ? toInts(batchInside())
        : batch.isEmpty() ? outside(() -> batchOutside()) : toInts(replayOutside());
  }

  @Override
  public long[] executeLargeBatch() throws SQLException {
    return inBranch()
        ? batchInside()
        : batch.isEmpty() ? outside(() -> largeBatchOutside()) : replayOutside();
  }

  private int[] batchOutside() throws SQLException {
    batchBelow = 0;
    return delegate().executeBatch();
  }

  private long[] largeBatchOutside() throws SQLException {
    batchBelow = 0;
    return delegate().executeLargeBatch();
  }

  private long[] batchInside() throws SQLException {
    if (batchBelow > 0) {
      throw new StatementRefusedException(
          sql,
          "the batch was filled outside of the global transaction.",
          "call addBatch inside the global transaction.");
    }
    List<BoundParameters> items = List.copyOf(batch);
    batch.clear();
    if (items.isEmpty()) {
      return new long[0];
    }
    SqlCall<long[]> passThrough = () -> replay(items);
    return inside(sql, items, true, keys, Reply.count(passThrough, Answer::updateCounts));
  }

  /** The batch was filled inside a global transaction that this connection has left. */
  private long[] replayOutside() throws SQLException {
    List<BoundParameters> items = List.copyOf(batch);
    batch.clear();
    return outside(() -> replay(items));
  }

  private long[] replay(List<BoundParameters> items) throws SQLException {
    PreparedStatement below = delegate();
    for (BoundParameters item : items) {
      item.bindAll(below);
      below.addBatch();
    }
    batchBelow = 0;
    return Arrays.stream(below.executeBatch()).asLongStream().toArray();
  }
}
