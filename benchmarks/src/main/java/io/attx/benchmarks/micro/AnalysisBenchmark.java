package io.attx.benchmarks.micro;

import io.attx.datasource.sql.AnalysisCache;
import io.attx.datasource.sql.AnalyzedStatement;
import io.attx.datasource.sql.SqlAnalyzer;
import io.attx.datasource.sql.SqlFlags;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to know a statement: from the cache (the goal is less than 2 µs), and anew for an
 * UPDATE of 200 characters (less than 300 µs).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class AnalysisBenchmark {
  private static final String UPDATE =
      "UPDATE customer_account SET balance = balance - ?, last_change = CURRENT_TIMESTAMP, version ="
          + " version + 1, changed_by = ? WHERE customer_id = ? AND account_number = ? AND balance"
          + " >= ? AND state <> 'CLOSED'";

  private final SqlFlags flags = new SqlFlags(SqlFlags.Syntax.MYSQL, true, false);
  private final SqlAnalyzer analyzer = new SqlAnalyzer();
  private final AnalysisCache cache = new AnalysisCache(analyzer, AnalysisCache.DEFAULT_CHARACTERS);

  /** A statement that was seen before. */
  @Benchmark
  public AnalyzedStatement cached() {
    return cache.get(UPDATE, flags);
  }

  /** A statement that was never seen. */
  @Benchmark
  public AnalyzedStatement anew() {
    return analyzer.analyze(UPDATE, flags);
  }
}
