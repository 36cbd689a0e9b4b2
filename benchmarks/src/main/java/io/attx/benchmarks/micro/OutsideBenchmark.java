package io.attx.benchmarks.micro;

import io.attx.client.AtClient;
import io.attx.client.AtClientOptions;
import io.attx.datasource.AtDataSource;
import io.attx.datasource.AtDataSourceOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.h2.jdbcx.JdbcDataSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the proxy adds outside of a global transaction: the same work on a bare connection of H2 in
 * memory and on a wrapped one. The goal is less than 1 µs per statement.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls open() first
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class OutsideBenchmark {
  private AtClient client;
  private AtDataSource wrappedSource;
  private Connection bare;
  private Connection wrapped;
  private PreparedStatement bareSelect;
  private PreparedStatement wrappedSelect;

  /** One row in a database of its own; nobody answers at the coordinator's port. */
  @Setup
  public void open() throws SQLException {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setURL("jdbc:h2:mem:outside;DB_CLOSE_DELAY=-1");
    client =
        AtClient.connect(
            AtClientOptions.builder().application("benchmark").coordinators("127.0.0.1:1").build());
    wrappedSource = AtDataSource.wrap(h2, client, AtDataSourceOptions.defaults());
    bare = h2.getConnection();
    wrapped = wrappedSource.getConnection();
    try (Statement statement = bare.createStatement()) {
      statement.execute("create table if not exists t (id int primary key, a int)");
      statement.execute("merge into t values (1, 1)");
    }
    bareSelect = bare.prepareStatement("select a from t where id = ?");
    wrappedSelect = wrapped.prepareStatement("select a from t where id = ?");
  }

  /** Closes everything. */
  @TearDown
  public void close() throws SQLException {
    bare.close();
    wrapped.close();
    wrappedSource.close();
    client.close();
  }

  /** A prepared query on the bare connection. */
  @Benchmark
  public int bareSelect() throws SQLException {
    return select(bareSelect);
  }

  /** The same, wrapped. */
  @Benchmark
  public int wrappedSelect() throws SQLException {
    return select(wrappedSelect);
  }

  private static int select(PreparedStatement statement) throws SQLException {
    statement.setInt(1, 1);
    try (ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getInt(1);
    }
  }

  /** Prepares, changes and closes on the bare connection. */
  @Benchmark
  public int bareUpdate() throws SQLException {
    return update(bare);
  }

  /** The same, wrapped. */
  @Benchmark
  public int wrappedUpdate() throws SQLException {
    return update(wrapped);
  }

  private static int update(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("update t set a = a + 1 where id = ?")) {
      statement.setInt(1, 1);
      return statement.executeUpdate();
    }
  }
}
