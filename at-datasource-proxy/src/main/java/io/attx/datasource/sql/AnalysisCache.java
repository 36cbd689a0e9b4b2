package io.attx.datasource.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/** Remembers what texts are, bounded by the characters it holds. Thread-safe. */
public final class AnalysisCache {
  /** Longer texts are seldom sent twice, and are analysed each time. */
  public static final int LONGEST_CACHED_TEXT = 64 * 1024;

  /** Enough for some ten thousand statements of usual length. */
  public static final long DEFAULT_CHARACTERS = 4L * 1024 * 1024;

  private static final int OVERHEAD_CHARACTERS = 200;

  private final SqlAnalyzer analyzer;
  private final Cache<Key, AnalyzedStatement> statements;

  private record Key(String sql, SqlFlags flags) {}

  /**
   * With its bound.
   *
   * @param analyzer who analyses what is not known
   * @param maximumCharacters of all texts together; old ones are dropped beyond
   */
  public AnalysisCache(SqlAnalyzer analyzer, long maximumCharacters) {
    this.analyzer = analyzer;
    this.statements =
        Caffeine.newBuilder()
            .maximumWeight(maximumCharacters)
            .<Key, AnalyzedStatement>weigher(
                (key, statement) -> key.sql().length() + OVERHEAD_CHARACTERS)
            .executor(Runnable::run)
            .build();
  }

  /** What a text is; analysed at most once as long as it is remembered. */
  public AnalyzedStatement get(String sql, SqlFlags flags) {
    if (sql.length() > LONGEST_CACHED_TEXT) {
      return analyzer.analyze(sql, flags);
    }
    return statements.get(new Key(sql, flags), key -> analyzer.analyze(key.sql(), key.flags()));
  }

  /** How many texts are remembered, after dropping what is beyond the bound. */
  long size() {
    statements.cleanUp();
    return statements.estimatedSize();
  }
}
