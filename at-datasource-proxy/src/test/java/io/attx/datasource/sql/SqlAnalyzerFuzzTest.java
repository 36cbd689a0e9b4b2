package io.attx.datasource.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.datasource.sql.AnalyzedStatement.Filtered;
import io.attx.datasource.sql.AnalyzedStatement.Insert;
import io.attx.datasource.sql.AnalyzedStatement.TableStatement;
import io.attx.datasource.sql.SqlFlags.Syntax;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random texts: the analysis never throws, and its slices always fit the text. */
class SqlAnalyzerFuzzTest {
  private static final int ROUNDS = 30_000;
  private static final String[] SOUP = {
    "select",
    "update",
    "delete",
    "insert",
    "into",
    "from",
    "set",
    "where",
    "order by",
    "limit",
    "for update",
    "values",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ".",
    ";",
    "?",
    "??",
    "=",
    ":=",
    "::",
    "'",
    "''",
    "\"",
    "`",
    "--",
    "-- ",
    "#",
    "//",
    "/*",
    "*/",
    "/*!",
    "\\",
    "\n",
    "\r",
    "$$",
    "$a$",
    "$1",
    "E'",
    "U&'",
    "x'41'",
    "N'",
    "@a",
    "@@b",
    "1",
    "1.5e3",
    ".5",
    "1a",
    "t",
    "a",
    "id",
    "null",
    "default",
    "true",
    "and",
    "in",
    "with",
    "as",
    "returning",
    "on",
    "fetch first",
    "rows only",
    "\u0131nsert",
    "日本",
    "\u00a0",
    "\ud83d\ude00",
    "\0",
    "date",
    "-",
    "+",
    "||",
    "for",
    "share"
  };

  private final SqlAnalyzer analyzer = new SqlAnalyzer();

  @ParameterizedTest
  @EnumSource(Syntax.class)
  void tokenSoupNeverThrows(Syntax syntax) {
    long seed = Long.getLong("attx.seed", 20_261_120L);
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      StringBuilder sql = new StringBuilder();
      if (random.nextBoolean()) {
        sql.append("update t set a = 1 where ");
      }
      for (int words = random.nextInt(25); words > 0; words--) {
        sql.append(SOUP[random.nextInt(SOUP.length)]).append(random.nextInt(3) == 0 ? "" : " ");
      }
      check(sql.toString(), randomFlags(syntax, random), seed);
    }
  }

  @ParameterizedTest
  @EnumSource(Syntax.class)
  void mutationsOfValidStatementsNeverThrow(Syntax syntax) {
    long seed = Long.getLong("attx.seed", 20_261_120L);
    Random random = new Random(seed);
    List<ConformanceList.Case> cases = ConformanceList.of(syntax);
    for (int i = 0; i < ROUNDS; i++) {
      String sql = cases.get(random.nextInt(cases.size())).sql();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        sql = mutate(sql, cases.get(random.nextInt(cases.size())).sql(), random);
      }
      check(sql, randomFlags(syntax, random), seed);
    }
  }

  static String mutate(String sql, String other, Random random) {
    int at = random.nextInt(sql.length() + 1);
    int to = Math.min(sql.length(), at + random.nextInt(6));
    return switch (random.nextInt(4)) {
      case 0 -> sql.substring(0, at) + sql.substring(to);
      case 1 -> sql.substring(0, at) + SOUP[random.nextInt(SOUP.length)] + sql.substring(at);
      case 2 ->
          sql.substring(0, at) + " " + SOUP[random.nextInt(SOUP.length)] + " " + sql.substring(at);
      default -> sql.substring(0, at) + other.substring(random.nextInt(other.length() + 1));
    };
  }

  private static SqlFlags randomFlags(Syntax syntax, Random random) {
    return new SqlFlags(syntax, random.nextBoolean(), random.nextBoolean());
  }

  private void check(String sql, SqlFlags flags, long seed) {
    String about = "seed " + seed + " " + flags + ": " + sql;
    try {
      if (analyzer.analyze(sql, flags) instanceof TableStatement statement) {
        checkTableStatement(statement, flags, about);
      }
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("threw with " + about, e);
    }
  }

  private static void checkTableStatement(TableStatement statement, SqlFlags flags, String about) {
    String sql = statement.sql();
    LexedSql lexed = SqlLexer.lex(sql, flags);
    assertThat(statement.parameterCount()).as(about).isEqualTo(lexed.parameterCount());
    for (SqlSlice slice : Verdicts.slices(statement)) {
      assertThat(slice.start()).as(about).isBetween(0, slice.end() - 1);
      assertThat(slice.end()).as(about).isLessThanOrEqualTo(sql.length());
      assertThat(lexed.tokens().stream().anyMatch(t -> t.start() == slice.start()))
          .as(about)
          .isTrue();
      assertThat(lexed.tokens().stream().anyMatch(t -> t.end() == slice.end())).as(about).isTrue();
      long inside =
          lexed.tokens().stream()
              .filter(t -> t.kind() == Token.Kind.PARAMETER)
              .filter(t -> t.start() >= slice.start() && t.end() <= slice.end())
              .count();
      assertThat(slice.parameterCount()).as(about).isEqualTo((int) inside);
      checkAlone(sql, slice, flags, about);
    }
    if (statement instanceof Filtered filtered && filtered.where() != null) {
      assertThat(wordBefore(lexed, filtered.where())).as(about).isEqualTo("WHERE");
    }
    if (statement instanceof Insert insert) {
      Token verb = lexed.tokens().get(0);
      assertThat(verb.is("INSERT") || verb.is("REPLACE") || verb.is("MERGE")).as(about).isTrue();
      assertThat(insert.rows().isEmpty()).as(about).isEqualTo(insert.query() != null);
    }
  }

  /** A slice read on its own, as in an image query, has the same tokens as inside the text. */
  private static void checkAlone(String sql, SqlSlice slice, SqlFlags flags, String about) {
    LexedSql alone = SqlLexer.lex(slice.of(sql), flags);
    List<Integer> inside =
        SqlLexer.lex(sql, flags).tokens().stream()
            .filter(t -> t.start() >= slice.start() && t.end() <= slice.end())
            .map(t -> t.end() - slice.start())
            .toList();
    assertThat(alone.tokens().stream().map(Token::end).toList()).as(about).isEqualTo(inside);
  }

  private static String wordBefore(LexedSql lexed, SqlSlice slice) {
    String before = "";
    for (Token token : lexed.tokens()) {
      if (token.start() >= slice.start()) {
        return before;
      }
      before = token.keyword();
    }
    return before;
  }
}
