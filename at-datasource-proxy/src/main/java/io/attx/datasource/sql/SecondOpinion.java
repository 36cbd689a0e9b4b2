package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.TableStatement;
import net.sf.jsqlparser.parser.CCJSqlParser;
import net.sf.jsqlparser.parser.CCJSqlParserConstants;
import net.sf.jsqlparser.parser.ParseException;
import net.sf.jsqlparser.parser.StringProvider;
import net.sf.jsqlparser.statement.Statement;
import org.jspecify.annotations.Nullable;

/**
 * What an independent parser (JSqlParser) thinks of a statement that was recognised as undoable.
 * Stateless and thread-safe; parses on the calling thread, without a timer.
 *
 * <p>That parser knows no database exactly: it fails on valid statements and reads some operators
 * and literals differently. So it is shown a {@link MaskedText}, only the structure is compared
 * ({@link StructureComparison}), and where it cannot read the text it has no opinion. A structure
 * that differs from what was recognised means that one of two parsers is wrong, and that is reason
 * enough not to write an undo record by it.
 */
final class SecondOpinion {
  /** Deeper brackets are not worth the stack of a recursive parser. */
  static final int MAX_DEPTH = 48;

  /** A parse costs about a microsecond for each token, and several while it is not compiled. */
  static final int MAX_TOKENS = 4_000;

  /** The verdict on a longer text is not cached, so its parse would be repeated each time. */
  static final int MAX_CHARACTERS = AnalysisCache.LONGEST_CACHED_TEXT;

  /**
   * What it thinks.
   *
   * @param kind whether it agrees
   * @param detail how its reading differs, or why it has none; empty when it agrees
   */
  record Opinion(Kind kind, String detail) {
    /** Whether it agrees. */
    enum Kind {
      /** It reads the same structure. */
      AGREES,
      /** It cannot read the text. */
      NONE,
      /** It reads another structure. */
      CONTRADICTS
    }

    private static Opinion none(String why) {
      return new Opinion(Kind.NONE, why);
    }

    private static Opinion contradicts(String how) {
      return new Opinion(Kind.CONTRADICTS, how);
    }
  }

  private static final Opinion AGREES = new Opinion(Opinion.Kind.AGREES, "");

  /** The opinion about a statement and what was recognised in it. Never throws. */
  Opinion of(StatementText text, TableStatement recognised) {
    if (text.size() > MAX_TOKENS || text.sql().length() > MAX_CHARACTERS) {
      return Opinion.none("too long");
    }
    for (Token token : text.tokens()) {
      if (token.depth() > MAX_DEPTH) {
        return Opinion.none("more than " + MAX_DEPTH + " brackets inside each other");
      }
    }
    try {
      return parse(text, recognised);
    } catch (ParseException | RuntimeException | StackOverflowError | LinkageError e) {
      // A parser that fails says nothing about the statement: it fails on valid ones too. (A class
      // whose initialiser met the end of the stack fails to link from then on.)
      return Opinion.none(String.valueOf(e.getMessage()));
    }
  }

  private static Opinion parse(StatementText text, TableStatement recognised)
      throws ParseException {
    String masked = MaskedText.of(text);
    CCJSqlParser parser = new CCJSqlParser(new StringProvider(masked));
    parser
        .withSquareBracketQuotation(false)
        .withBackslashEscapeCharacter(false)
        .withAllowComplexParsing(true);
    net.sf.jsqlparser.parser.Token beforeFirst = parser.token;
    Statement statement = parser.Statement();
    if (parser.token.kind != CCJSqlParserConstants.EOF) {
      return Opinion.contradicts(
          "it ends at character " + (text.body().start() + parser.token.absoluteBegin));
    }
    String difference = tokens(beforeFirst, text);
    if (difference == null) {
      difference = new StructureComparison(recognised).difference(statement);
    }
    return difference == null ? AGREES : Opinion.contradicts(difference);
  }

  /** Its tokens show no comment where all are blank, and all placeholders. */
  private static @Nullable String tokens(
      net.sf.jsqlparser.parser.Token beforeFirst, StatementText text) {
    int placeholders = 0;
    for (var token = beforeFirst.next; token != null; token = token.next) {
      if (token.specialToken != null) {
        return "it sees a comment before character " + (text.body().start() + token.absoluteBegin);
      }
      if (token.image.equals("?")) {
        placeholders++;
      }
    }
    int expected = text.body().parameterCount();
    return placeholders == expected
        ? null
        : "it sees " + placeholders + " placeholders, not " + expected;
  }
}
