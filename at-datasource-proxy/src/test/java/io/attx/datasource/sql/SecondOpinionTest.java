package io.attx.datasource.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.datasource.sql.AnalyzedStatement.Refused;
import io.attx.datasource.sql.AnalyzedStatement.TableStatement;
import io.attx.datasource.sql.SecondOpinion.Opinion;
import io.attx.datasource.sql.SecondOpinion.Opinion.Kind;
import io.attx.datasource.sql.SqlFlags.Syntax;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import net.sf.jsqlparser.parser.CCJSqlParserConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecondOpinionTest {
  private static final SqlFlags PG = ConformanceList.flags(Syntax.POSTGRESQL);
  private static final SqlFlags MYSQL = ConformanceList.flags(Syntax.MYSQL);
  private static final List<StatementForm> FORMS =
      List.of(new Queries(), new Updates(), new Inserts(), new Deletes());

  private final SecondOpinion secondOpinion = new SecondOpinion();

  // ---- it contradicts no accepted statement

  @ParameterizedTest
  @EnumSource(Syntax.class)
  void itContradictsNoStatementOfTheListAndAgreesWithMost(Syntax syntax) {
    Map<Kind, List<String>> opinions = new EnumMap<>(Kind.class);
    for (ConformanceList.Case statement : ConformanceList.of(syntax)) {
      StatementText text = text(statement.sql(), statement.flags());
      TableStatement recognised = text == null ? null : recognised(text);
      if (recognised != null) {
        Opinion opinion = secondOpinion.of(text, recognised);
        opinions
            .computeIfAbsent(opinion.kind(), kind -> new ArrayList<>())
            .add(statement.sql() + "   -- " + opinion.detail().lines().findFirst().orElse(""));
      }
    }

    List<String> none = opinions.getOrDefault(Kind.NONE, List.of());
    List<String> agreeing = opinions.getOrDefault(Kind.AGREES, List.of());
    System.out.println(
        syntax
            + ": agrees "
            + agreeing.size()
            + ", none "
            + none.size()
            + "\n  agrees: "
            + String.join("\n  agrees: ", agreeing)
            + "\n  none: "
            + String.join("\n  none: ", none));
    assertThat(opinions.getOrDefault(Kind.CONTRADICTS, List.of())).isEmpty();
    assertThat(agreeing).hasSizeGreaterThan(40).hasSizeGreaterThan(8 * none.size());
  }

  @ParameterizedTest
  @EnumSource(Syntax.class)
  void randomChangesOfTheListLeadToFewContradictionsAndEndSoon(Syntax syntax) {
    long seed = Long.getLong("attx.seed", 20_261_120L);
    Random random = new Random(seed);
    List<ConformanceList.Case> cases = ConformanceList.of(syntax);
    List<String> contradicted = new ArrayList<>();
    int accepted = 0;
    long slowest = 0;
    for (int i = 0; i < 20_000; i++) {
      String sql = cases.get(random.nextInt(cases.size())).sql();
      sql = SqlAnalyzerFuzzTest.mutate(sql, cases.get(random.nextInt(cases.size())).sql(), random);
      StatementText text = text(sql, ConformanceList.flags(syntax));
      TableStatement recognised = text == null ? null : recognised(text);
      if (recognised != null) {
        accepted++;
        Opinion opinion = secondOpinion.of(text, recognised);
        slowest = Math.max(slowest, fastestMicros(text, recognised));
        if (opinion.kind() == Kind.CONTRADICTS) {
          contradicted.add(sql + "   -- " + opinion.detail());
        }
      }
    }
    System.out.println(
        syntax
            + " seed "
            + seed
            + ": contradicted "
            + contradicted.size()
            + " of "
            + accepted
            + ", slowest "
            + slowest
            + " us\n  "
            + String.join("\n  ", contradicted));
    assertThat(slowest).as("seed " + seed).isLessThan(100_000);
    assertThat(contradicted.size()).as("seed " + seed).isLessThan(accepted / 20);
  }

  /** Words that the other parser knows as keywords, as names at each place. */
  @ParameterizedTest
  @EnumSource(Syntax.class)
  void itContradictsNoNameThatIsOneOfItsKeywords(Syntax syntax) {
    String[] forms = {
      "select % from t for update",
      "select %, a from t for update",
      "select a, % from t for update",
      "select t.% from t where t.% = ? for update",
      "select a from % where id = ? for update",
      "update % set a = 1 where id = ?",
      "update t set % = 1 where id = ?",
      "update t set a = % where id = ?",
      "update t set a = 1 where % = ?",
      "update t set a = 1 where id = ? and % = 2",
      "update t set a = 1 where id = %",
      "insert into t (%, a) values (1, 2)",
      "insert into t (a, %) values (1, ?)",
      "insert into % (a) values (?)",
      "insert into % values (?)",
      "delete from t where % = ?",
      "delete from % where id = ?"
    };
    List<String> contradicted = new ArrayList<>();
    int accepted = 0;
    for (String image : CCJSqlParserConstants.tokenImage) {
      String word = image.replaceAll("^<[A-Z]+_|>$", "").toLowerCase();
      for (String form : word.matches("[a-z_]+") ? forms : new String[0]) {
        String sql = form.replace("%", word);
        StatementText text = text(sql, ConformanceList.flags(syntax));
        TableStatement recognised = text == null ? null : recognised(text);
        if (recognised != null) {
          accepted++;
          Opinion opinion = secondOpinion.of(text, recognised);
          if (opinion.kind() == Kind.CONTRADICTS) {
            contradicted.add(sql + "   -- " + opinion.detail());
          }
        }
      }
    }
    System.out.println(syntax + " names " + accepted + ": " + String.join("\n  ", contradicted));
    assertThat(accepted).isGreaterThan(1_000);
    assertThat(contradicted).isEmpty();
  }

  // ---- it contradicts wrong verdicts

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          POSTGRESQL | update t set a = 1 where id = 1 | update t set a = 1 | WHERE
          POSTGRESQL | update t set a = 1 | update t set a = 1 where id = 1 | WHERE
          POSTGRESQL | update s.t set a = 1 | update t set a = 1 | table
          POSTGRESQL | update t set a = 1 | update u set a = 1 | table
          POSTGRESQL | update "t u" set a = 1 | update t set a = 1 | table
          POSTGRESQL | update t x set a = 1 | update t set a = 1 | alias
          POSTGRESQL | update t set a = 1, b = 2 | update t set a = 1 | columns
          POSTGRESQL | update t set a = 1 | update t set b = 1 | columns
          POSTGRESQL | update t set (a, b) = (1, 2) | update t set a = 1, b = 2 | one assignment
          POSTGRESQL | update t set a = 1 where id = 1 and k = 2 | update t set a = 1 where id = 1 | AND
          POSTGRESQL | update t set a = 1 where id = 1 or k = 2 | update t set a = 1 where id = 1 and k = 2 | AND
          POSTGRESQL | update t set a = 1 where id > 1 | update t set a = 1 where id = 1 | no comparison of id
          POSTGRESQL | update t set a = 1 where not id = 1 | update t set a = 1 where id = 1 | no comparison of id
          POSTGRESQL | update t set a = 1 where k = 1 | update t set a = 1 where id = 1 | no comparison of id
          POSTGRESQL | update t set a = 1 where id in (1, 2) | update t set a = 1 where id in (1) | 1 values
          POSTGRESQL | update t set a = 1 where id not in (1) | update t set a = 1 where id in (1) | id IN
          POSTGRESQL | update t set a = 1 from s where t.id = s.id | update t set a = 1 where t.id = s.id | FROM
          POSTGRESQL | update t set a = 1 returning a | update t set a = 1 | RETURNING
          POSTGRESQL | delete from t where id = 1 | update t set a = 1 where id = 1 | statement
          POSTGRESQL | delete from t using s where t.id = s.id | delete from t where t.id = s.id | USING
          POSTGRESQL | delete from t returning a | delete from t | RETURNING
          POSTGRESQL | with x as (select 1) delete from t | delete from t | WITH
          POSTGRESQL | insert into t (a) values (1), (2) | insert into t (a) values (1) | rows
          POSTGRESQL | insert into t (a) values (1) | insert into t (a) values (1), (2) | rows
          POSTGRESQL | insert into t values (1, 2) | insert into t values (1) | rows
          POSTGRESQL | insert into t (a, b) values (1, 2) | insert into t (b, a) values (1, 2) | columns
          POSTGRESQL | insert into t values (1) | insert into t (a) values (1) | columns
          POSTGRESQL | insert into t (a) select b from s | insert into t (a) values (1) | rows
          POSTGRESQL | insert into t (a) values (1) returning a | insert into t (a) values (1) | RETURNING
          POSTGRESQL | insert into t (a) values (1) on conflict do nothing | insert into t (a) values (1) | CONFLICT
          POSTGRESQL | select a from t for update skip locked | select a from t for update | SKIP LOCKED
          POSTGRESQL | select a from t for update nowait | select a from t for update | NOWAIT
          POSTGRESQL | select a from t for update of t | select a from t for update | OF
          POSTGRESQL | select a from t for share | select a from t for update | lock
          POSTGRESQL | select a from t | select a from t for update | lock
          POSTGRESQL | select distinct a from t for update | select a from t for update | DISTINCT
          POSTGRESQL | select a from t group by a for update | select a from t for update | GROUP BY
          POSTGRESQL | select a from t join s on t.a = s.a for update | select a from t for update | join
          POSTGRESQL | select a from t, s for update | select a from t for update | join
          POSTGRESQL | select a from (select 1) t for update | select a from t for update | source
          POSTGRESQL | select a from t union select a from s | select a from t for update | statement
          POSTGRESQL | select a from t offset 1 for update | select a from t for update | LIMIT
          MYSQL | update t set a = 1 order by b limit 1 | update t set a = 1 limit 1 | ORDER BY
          MYSQL | update t set a = 1 order by b limit 1 | update t set a = 1 order by b | LIMIT
          MYSQL | update ignore t set a = 1 | update t set a = 1 | IGNORE
          MYSQL | update t, s set a = 1 | update t set a = 1 | join
          MYSQL | delete a from a join b on a.i = b.i | delete from a | before FROM
          MYSQL | delete ignore from t | delete from t | IGNORE
          MYSQL | insert ignore into t (a) values (1) | insert into t (a) values (1) | IGNORE
          MYSQL | insert into t set a = 1, b = 2 | insert into t set a = 1 | columns
          MYSQL | insert into t (a) values (1) on duplicate key update a = 2 | insert into t (a) values (1) | DUPLICATE
          """)
  void aVerdictThatBelongsToAnotherTextIsRefused(
      Syntax syntax, String sql, String claimed, String difference) {
    SqlFlags flags = ConformanceList.flags(syntax);
    AnalyzedStatement verdict = new SqlAnalyzer().analyze(claimed, flags);
    assertThat(verdict).isInstanceOf(TableStatement.class);
    SqlAnalyzer lying = new SqlAnalyzer(List.of(saying(verdict)));

    AnalyzedStatement refused = lying.analyze(sql, flags);
    AnalyzedStatement accepted = lying.analyze(claimed, flags);

    assertThat(refused).isInstanceOf(Refused.class);
    assertThat(((Refused) refused).reason())
        .contains("Two parsers read the statement differently")
        .contains(difference);
    assertThat(((Refused) refused).remedy()).isNotBlank();
    assertThat(accepted).isSameAs(verdict);
  }

  @Test
  void aSecondStatementThatTheLexerMissedIsFound() {
    String sql = "update t set a = 1; delete from s";
    StatementText both = new StatementText(sql, PG, SqlLexer.lex(sql, PG).tokens(), 0);

    assertThat(secondOpinion.of(both, recognised(text("update t set a = 1", PG))))
        .isEqualTo(new Opinion(Kind.CONTRADICTS, "it ends at character 19"));
  }

  @Test
  void aCommentThatTheLexerMissedIsFound() {
    StatementText text = text("update t set a = 1 where id=2//3", MYSQL);

    assertThat(secondOpinion.of(text, recognised(text)).detail()).contains("sees a comment");
  }

  @Test
  void aPlaceholderThatTheLexerMissedIsFound() {
    StatementText text = text("update t set a = ? where id = 1", PG);
    List<Token> tokens = new ArrayList<>(text.tokens());
    for (int i = 5; i < tokens.size(); i++) {
      Token t = tokens.get(i);
      tokens.set(
          i,
          new Token(
              t.kind() == Token.Kind.PARAMETER ? Token.Kind.OPEN : t.kind(),
              t.start(),
              t.end(),
              t.depth(),
              0,
              t.keyword()));
    }
    StatementText without = new StatementText(text.sql(), PG, tokens, 0);

    assertThat(secondOpinion.of(without, recognised(text)).detail())
        .isEqualTo("it sees 1 placeholders, not 0");
  }

  // ---- it stays within bounds

  @Test
  void deepAndLongTextsHaveNoOpinionSoon() {
    String deep = "update t set a = 1 where " + "(".repeat(4_000) + "1=1" + ")".repeat(4_000);
    String many = "insert into t values (1)" + ", (1)".repeat(10_000);
    String literal = "update t set a = '" + "x".repeat(1_000_000) + "'";
    for (String sql : List.of(deep, many, literal)) {
      StatementText text = text(sql, PG);

      assertThat(secondOpinion.of(text, recognised(text)).kind()).isEqualTo(Kind.NONE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(1 + %)",
        "f(%)",
        "case when a = 1 then % end",
        "(select % from s)",
        "not (%)",
        "(a = 1 or (b = 2 and %))",
        "array[%]",
        "cast(% as int)",
        "1 in (2, %)"
      })
  void nestedTextsAreParsedInTimeThatDoesNotExplode(String nesting) {
    String value = "1";
    for (int depth = 0; depth < 20; depth++) {
      value = nesting.replace("%", value);
    }
    StatementText text = text("update t set a = " + value + " where id = 1", PG);
    TableStatement recognised = recognised(text);

    assertThat(fastestMicros(text, recognised)).isLessThan(100_000);
    assertThat(secondOpinion.of(text, recognised).kind()).isNotEqualTo(Kind.CONTRADICTS);
  }

  @Test
  void aSmallStackIsEnough() throws InterruptedException {
    String nested = "(1 + ".repeat(SecondOpinion.MAX_DEPTH) + "1" + ")".repeat(48);
    StatementText text = text("update t set a = " + nested, PG);
    List<Opinion> opinions = new CopyOnWriteArrayList<>();
    Thread small =
        new Thread(
            null, () -> opinions.add(secondOpinion.of(text, recognised(text))), "s", 1 << 17);

    small.start();
    small.join();

    assertThat(opinions).hasSize(1);
    assertThat(opinions.get(0).kind()).isNotEqualTo(Kind.CONTRADICTS);
    assertThat(secondOpinion.of(text, recognised(text)).kind()).isEqualTo(Kind.AGREES);
  }

  private long fastestMicros(StatementText text, TableStatement recognised) {
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      long start = System.nanoTime();
      secondOpinion.of(text, recognised);
      fastest = Math.min(fastest, (System.nanoTime() - start) / 1_000);
    }
    return fastest;
  }

  private static StatementForm saying(AnalyzedStatement verdict) {
    return new StatementForm() {
      @Override
      public boolean begins(StatementText text) {
        return true;
      }

      @Override
      public AnalyzedStatement recognise(StatementText text) {
        return verdict;
      }
    };
  }

  private static StatementText text(String sql, SqlFlags flags) {
    try {
      LexedSql lexed = SqlLexer.lex(sql, flags);
      List<Token> tokens = new ArrayList<>(lexed.tokens());
      while (!tokens.isEmpty() && tokens.get(tokens.size() - 1).kind() == Token.Kind.SEMICOLON) {
        tokens.remove(tokens.size() - 1);
      }
      boolean several = tokens.stream().anyMatch(t -> t.kind() == Token.Kind.SEMICOLON);
      return tokens.isEmpty() || several || lexed.unprotected()
          ? null
          : new StatementText(sql, flags, tokens, lexed.parameterCount());
    } catch (Refusal refusal) {
      return null;
    }
  }

  private static TableStatement recognised(StatementText text) {
    try {
      for (StatementForm form : FORMS) {
        if (form.begins(text)) {
          return form.recognise(text) instanceof TableStatement statement ? statement : null;
        }
      }
    } catch (Refusal refusal) {
      return null;
    }
    return null;
  }
}
