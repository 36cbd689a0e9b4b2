package io.attx.datasource.sql;

/** Turns SQL text into an {@link AnalyzedStatement}. Stateless and thread-safe. */
public final class SqlAnalyzer {
  /**
   * Analyses one SQL text. Never throws for bad SQL: what is not understood is {@link
   * AnalyzedStatement.Refused}.
   */
  public AnalyzedStatement analyze(String sql, SqlFlags flags) {
    throw new UnsupportedOperationException("contract only " + sql + flags);
  }
}
