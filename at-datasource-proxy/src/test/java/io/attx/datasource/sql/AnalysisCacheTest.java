package io.attx.datasource.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.datasource.sql.AnalyzedStatement.Refused;
import io.attx.datasource.sql.AnalyzedStatement.Update;
import io.attx.datasource.sql.SqlFlags.Syntax;
import org.junit.jupiter.api.Test;

class AnalysisCacheTest {
  private static final SqlFlags H2 = new SqlFlags(Syntax.H2, false, true);
  private final SqlAnalyzer analyzer = new SqlAnalyzer();

  @Test
  void theSameTextIsAnalysedOnce() {
    AnalysisCache cache = new AnalysisCache(analyzer, AnalysisCache.DEFAULT_CHARACTERS);

    AnalyzedStatement first = cache.get("delete from t", H2);
    AnalyzedStatement second = cache.get(new String("delete from t"), H2);

    assertThat(second).isSameAs(first);
  }

  @Test
  void otherSessionFlagsAreAnotherMeaning() {
    AnalysisCache cache = new AnalysisCache(analyzer, AnalysisCache.DEFAULT_CHARACTERS);
    String sql = "update t set a = 'x\\' where b = '?'";

    AnalyzedStatement plain = cache.get(sql, new SqlFlags(Syntax.MYSQL, false, false));
    AnalyzedStatement escaped = cache.get(sql, new SqlFlags(Syntax.MYSQL, true, false));

    assertThat(plain).isInstanceOf(Update.class);
    assertThat(escaped).isInstanceOf(Refused.class);
  }

  @Test
  void textsBeyondTheBoundAreDropped() {
    AnalysisCache cache = new AnalysisCache(analyzer, 10_000);

    for (int i = 0; i < 1_000; i++) {
      cache.get("delete from t where id = " + i, H2);
    }

    assertThat(cache.size()).isBetween(1L, 10_000L / 200);
  }

  @Test
  void veryLongTextsAreNotRemembered() {
    AnalysisCache cache = new AnalysisCache(analyzer, AnalysisCache.DEFAULT_CHARACTERS);
    String sql = "select '" + "x".repeat(AnalysisCache.LONGEST_CACHED_TEXT) + "'";

    AnalyzedStatement statement = cache.get(sql, H2);

    assertThat(statement.sql()).isSameAs(sql);
    assertThat(cache.size()).isZero();
  }
}
