package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.PassThrough;
import io.attx.datasource.sql.AnalyzedStatement.Refused;
import io.attx.datasource.sql.AnalyzedStatement.TableStatement;
import io.attx.datasource.sql.AnalyzedStatement.TransactionControl;
import io.attx.datasource.sql.AnalyzedStatement.Unprotected;
import io.attx.datasource.sql.SecondOpinion.Opinion;
import io.attx.datasource.sql.SqlFlags.Syntax;
import io.attx.datasource.sql.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Turns SQL text into an {@link AnalyzedStatement}. Stateless and thread-safe.
 *
 * <p>A text is cut into tokens as its database would ({@link SqlLexer}); the forms that can be
 * undone are recognised from the tokens, whose offsets give exact slices of the text. Expressions
 * are not parsed: only their boundaries matter. A sequence of tokens that no form knows is refused.
 * What is recognised as undoable is shown to an independent parser as well ({@link SecondOpinion});
 * where that one reads another structure, the text is refused. What a user-defined function, a view
 * or a trigger does is not visible here.
 */
public final class SqlAnalyzer {
  /** What may run without protection, because it does not end the local transaction. */
  private static final Set<String> MAY_BE_UNPROTECTED =
      Set.of(
          "INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "SELECT", "WITH", "VALUES", "CALL",
          "EXPLAIN", "LOAD", "DO");

  private final List<StatementForm> forms;
  private final SecondOpinion secondOpinion = new SecondOpinion();

  /** With all forms of statements. */
  public SqlAnalyzer() {
    List<StatementForm> plain =
        List.of(
            new Queries(),
            new Updates(),
            new Inserts(),
            new Merges(),
            new Deletes(),
            new TransactionStatements(),
            new Settings(),
            new OtherStatements());
    List<StatementForm> all = new ArrayList<>(plain);
    all.add(0, new WritableCtes(new SqlAnalyzer(plain)));
    this.forms = List.copyOf(all);
  }

  /** With these forms; the first that a statement begins like decides. */
  SqlAnalyzer(List<StatementForm> forms) {
    this.forms = List.copyOf(forms);
  }

  /**
   * Analyses one SQL text. Never throws for bad SQL: what is not understood is {@link
   * AnalyzedStatement.Refused}.
   */
  public AnalyzedStatement analyze(String sql, SqlFlags flags) {
    LexedSql lexed;
    try {
      lexed = SqlLexer.lex(sql, flags);
    } catch (Refusal refusal) {
      return new Refused(sql, 0, refusal.reason(), refusal.remedy());
    }
    try {
      return analyze(sql, flags, lexed);
    } catch (Refusal refusal) {
      return new Refused(sql, lexed.parameterCount(), refusal.reason(), refusal.remedy());
    }
  }

  private AnalyzedStatement analyze(String sql, SqlFlags flags, LexedSql lexed) {
    List<Token> tokens = withoutTrailingSemicolons(lexed.tokens());
    if (tokens.isEmpty()) {
      return new PassThrough(sql, 0);
    }
    for (Token token : tokens) {
      if (token.kind() == Kind.SEMICOLON) {
        return several(sql, flags, lexed, tokens);
      }
    }
    StatementText text = new StatementText(sql, flags, tokens, lexed.parameterCount());
    return lexed.unprotected() ? unprotected(text) : recognise(text);
  }

  /** Each part is analysed as a text of its own; one that must not run keeps all from running. */
  private AnalyzedStatement several(
      String sql, SqlFlags flags, LexedSql lexed, List<Token> tokens) {
    if (lexed.unprotected() || flags.syntax() == Syntax.H2) {
      throw severalRefused(
          lexed.unprotected()
              ? "attx:unprotected stands before them"
              : "H2 gives no results for the others");
    }
    List<AnalyzedStatement> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= tokens.size(); i++) {
      boolean end = i == tokens.size() || tokens.get(i).kind() == Kind.SEMICOLON;
      if (end && i > from) {
        String part = sql.substring(tokens.get(from).start(), tokens.get(i - 1).end());
        AnalyzedStatement analyzed = analyze(part, flags);
        if (analyzed instanceof Refused refused) {
          return new Refused(
              sql,
              lexed.parameterCount(),
              "In statement " + (parts.size() + 1) + " of the text: " + refused.reason(),
              refused.remedy());
        }
        if (analyzed instanceof TransactionControl) {
          throw severalRefused("transaction control is among them");
        }
        parts.add(analyzed);
      }
      from = end ? i + 1 : from;
    }
    return new AnalyzedStatement.Several(sql, lexed.parameterCount(), parts);
  }

  private static Refusal severalRefused(String what) {
    return new Refusal(
        "The text holds more than one statement, and " + what + ".",
        "Send the statements one by one.");
  }

  private static List<Token> withoutTrailingSemicolons(List<Token> tokens) {
    int end = tokens.size();
    while (end > 0 && tokens.get(end - 1).kind() == Kind.SEMICOLON) {
      end--;
    }
    return tokens.subList(0, end);
  }

  private AnalyzedStatement recognise(StatementText text) {
    for (StatementForm form : forms) {
      if (form.begins(text)) {
        AnalyzedStatement recognised = form.recognise(text);
        if (recognised instanceof TableStatement statement) {
          refuseContradiction(secondOpinion.of(text, statement));
        }
        return recognised;
      }
    }
    throw text.unexpected(0, "at the beginning");
  }

  private static void refuseContradiction(Opinion opinion) {
    if (opinion.kind() == Opinion.Kind.CONTRADICTS) {
      throw new Refusal(
          "Two parsers read the statement differently; about what was recognised as undoable, the"
              + " second says: "
              + opinion.detail()
              + ".",
          "Write the statement in a plainer form, with quotes around names that are keywords.");
    }
  }

  private AnalyzedStatement unprotected(StatementText text) {
    String verb = text.get(0).keyword();
    boolean ddlIsTransactional = text.isFor(Syntax.POSTGRESQL);
    boolean control = new TransactionStatements().begins(text);
    if (verb.equals("SET") && recognise(text) instanceof TransactionControl autocommit) {
      return autocommit;
    }
    if (control || verb.equals("SET")) {
      return recognise(text);
    }
    if (!ddlIsTransactional && !MAY_BE_UNPROTECTED.contains(verb) && !text.isChar(0, '{')) {
      throw new Refusal(
          "attx:unprotected cannot be used with "
              + text.get(0).shortText(text.sql())
              + ": it may commit the local transaction before its undo record is written.",
          "Run it outside the global transaction.");
    }
    return new Unprotected(text.sql(), text.parameterCount());
  }
}
