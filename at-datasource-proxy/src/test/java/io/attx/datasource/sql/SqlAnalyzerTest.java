package io.attx.datasource.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.datasource.sql.AnalyzedStatement.PassThrough;
import io.attx.datasource.sql.AnalyzedStatement.Refused;
import io.attx.datasource.sql.AnalyzedStatement.TableStatement;
import io.attx.datasource.sql.AnalyzedStatement.Update;
import io.attx.datasource.sql.SqlFlags.Syntax;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SqlAnalyzerTest {
  private final SqlAnalyzer analyzer = new SqlAnalyzer();

  static List<ConformanceList.Case> statements() {
    return ConformanceList.all();
  }

  @ParameterizedTest
  @MethodSource("statements")
  void theVerdictIsTheOneInTheList(ConformanceList.Case statement) {
    AnalyzedStatement verdict = analyzer.analyze(statement.sql(), statement.flags());

    String description = Verdicts.describe(verdict);
    if (statement.verdict().startsWith("REFUSED")) {
      assertThat(description).startsWith("REFUSED ").contains(statement.verdict().substring(8));
      assertThat(((Refused) verdict).remedy()).isNotBlank();
    } else {
      assertThat(description.replace("\n", "⏎")).isEqualTo(statement.verdict());
    }
    assertThat(verdict.sql()).isSameAs(statement.sql());
  }

  @ParameterizedTest
  @EnumSource(Syntax.class)
  void theListsAreLong(Syntax syntax) {
    assertThat(ConformanceList.of(syntax)).hasSizeGreaterThan(200);
  }

  @ParameterizedTest
  @EnumSource(Syntax.class)
  void theBodyLeavesOutCommentsAndSemicolonsAtBothEnds(Syntax syntax) {
    String sql = " /* a */ delete from t where id = ? /* b */ ; -- c";

    TableStatement statement =
        (TableStatement) analyzer.analyze(sql, ConformanceList.flags(syntax));

    assertThat(statement.body().of(sql)).isEqualTo("delete from t where id = ?");
    assertThat(statement.body().parameterCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Syntax.class)
  void slicesCountTheirPlaceholders(Syntax syntax) {
    String sql = "update t set a = ?, b = f(?, ?) where c = ? and d in (?, ?)";

    Update update = (Update) analyzer.analyze(sql, ConformanceList.flags(syntax));

    assertThat(update.set().firstParameter()).isZero();
    assertThat(update.set().parameterCount()).isEqualTo(3);
    assertThat(update.assignments().get(1).value().slice().firstParameter()).isEqualTo(1);
    assertThat(update.assignments().get(1).value().slice().parameterCount()).isEqualTo(2);
    assertThat(update.where().firstParameter()).isEqualTo(3);
    assertThat(update.where().parameterCount()).isEqualTo(3);
  }

  @Test
  void namesKeepTheirQuotesAsAFlag() {
    Update update =
        (Update)
            analyzer.analyze(
                "update S.\"T\"\"x\" as Y set a = 1", ConformanceList.flags(Syntax.POSTGRESQL));

    assertThat(update.table().qualifiers()).containsExactly(new Identifier("S", false));
    assertThat(update.table().name()).isEqualTo(new Identifier("T\"x", true));
    assertThat(update.table().alias()).isEqualTo(new Identifier("Y", false));
    assertThat(update.assignments().get(0).column()).isEqualTo(new Identifier("a", false));
  }

  @ParameterizedTest
  @EnumSource(Syntax.class)
  void aLiteralOfAMegabyteIsNoProblem(Syntax syntax) {
    String literal = "'" + "x''? ".repeat(200_000) + "'";
    String sql = "update t set a = " + literal + " where id = ?";

    Update update = (Update) analyzer.analyze(sql, ConformanceList.flags(syntax));

    assertThat(update.set().of(sql)).isEqualTo("a = " + literal);
    assertThat(update.parameterCount()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Syntax.class)
  void deepBracketsAreReadAndBounded(Syntax syntax) {
    SqlFlags flags = ConformanceList.flags(syntax);
    int deep = SqlLexer.MAX_DEPTH;

    AnalyzedStatement allowed = analyzer.analyze(nested(deep), flags);
    AnalyzedStatement tooDeep = analyzer.analyze(nested(100_000), flags);

    assertThat(((Update) allowed).equalities()).hasSize(1);
    assertThat(tooDeep).isInstanceOf(Refused.class);
    assertThat(((Refused) tooDeep).reason()).contains("brackets stand inside each other");
  }

  private static String nested(int depth) {
    return "update t set a = 1 where " + "(".repeat(depth) + "id = 1" + ")".repeat(depth);
  }

  @ParameterizedTest
  @EnumSource(Syntax.class)
  void thousandsOfRowsAreRead(Syntax syntax) {
    String sql = "insert into t (a, b) values (?, 'x')" + ", (?, 'x')".repeat(19_999);

    AnalyzedStatement insert = analyzer.analyze(sql, ConformanceList.flags(syntax));

    assertThat(((AnalyzedStatement.Insert) insert).rows()).hasSize(20_000);
    assertThat(insert.parameterCount()).isEqualTo(20_000);
  }

  @Test
  void aCarriageReturnInsideALineCommentIsRefusedBecauseH2EndsTheCommentThere() {
    for (Syntax syntax : Syntax.values()) {
      SqlFlags flags = ConformanceList.flags(syntax);

      assertThat(analyzer.analyze("select 1 -- a\rb", flags)).isInstanceOf(Refused.class);
      assertThat(analyzer.analyze("select 1 -- a\r\n+ 1", flags)).isInstanceOf(PassThrough.class);
    }
  }

  @Test
  void refusedStatementsStillTellTheirPlaceholders() {
    AnalyzedStatement refused =
        analyzer.analyze("merge into t using s on ? = ?", ConformanceList.flags(Syntax.H2));

    assertThat(refused).isInstanceOf(Refused.class);
    assertThat(refused.parameterCount()).isEqualTo(2);
  }
}
