package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.TransactionControl;
import io.attx.datasource.sql.AnalyzedStatement.TransactionControl.Kind;
import io.attx.datasource.sql.SqlFlags.Syntax;
import java.util.Set;

/** BEGIN, COMMIT, ROLLBACK and savepoints as text. */
final class TransactionStatements implements StatementForm {
  private static final Set<String> VERBS =
      Set.of("BEGIN", "START", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "XA", "PREPARE");

  @Override
  public boolean begins(StatementText text) {
    String verb = text.get(0).keyword();
    return VERBS.contains(verb)
        || (text.isFor(Syntax.POSTGRESQL) && (verb.equals("END") || verb.equals("ABORT")));
  }

  @Override
  public AnalyzedStatement recognise(StatementText text) {
    if (text.parameterCount() > 0) {
      throw new Refusal("Transaction control has a placeholder.", "Write the name or value.");
    }
    Cursor cursor = new Cursor(text, "transaction control");
    String verb = text.get(0).keyword();
    cursor.skip();
    return switch (verb) {
      case "BEGIN", "START" -> begin(text, cursor);
      case "COMMIT", "END" -> end(text, cursor, Kind.COMMIT);
      case "ROLLBACK", "ABORT" -> end(text, cursor, Kind.ROLLBACK);
      case "SAVEPOINT" -> savepoint(text, cursor, Kind.SAVEPOINT);
      case "RELEASE" -> {
        cursor.accept("SAVEPOINT");
        yield savepoint(text, cursor, Kind.RELEASE);
      }
      default -> throw twoPhase();
    };
  }

  private static Refusal twoPhase() {
    return new Refusal(
        "It prepares or decides a distributed transaction, or a statement, in the database itself.",
        "Leave two-phase commit to the global transaction; use PreparedStatement for statements.");
  }

  private static AnalyzedStatement begin(StatementText text, Cursor cursor) {
    boolean startWord = text.is(0, "START");
    if (startWord) {
      cursor.expect("TRANSACTION");
    } else if (!cursor.accept("WORK")) {
      cursor.accept("TRANSACTION");
    }
    int from = cursor.index();
    while (!cursor.atEnd()) {
      Token token = text.get(cursor.index());
      boolean mode = !token.keyword().isEmpty() || token.kind() == Token.Kind.COMMA;
      if (!mode || token.is("ATOMIC")) {
        throw cursor.unexpected();
      }
      cursor.skip();
    }
    String modes = from < text.size() ? text.slice(from, text.size()).of(text.sql()) : "";
    return new TransactionControl(text.sql(), Kind.BEGIN, modes);
  }

  private static AnalyzedStatement end(StatementText text, Cursor cursor, Kind kind) {
    if (cursor.sees("PREPARED")) {
      throw twoPhase();
    }
    if (!cursor.accept("WORK")
        && cursor.accept("TRANSACTION")
        && text.isFor(Syntax.H2)
        && !cursor.atEnd()) {
      throw twoPhase();
    }
    if (kind == Kind.ROLLBACK && cursor.accept("TO")) {
      cursor.accept("SAVEPOINT");
      return savepoint(text, cursor, Kind.ROLLBACK_TO);
    }
    if (cursor.sees("AND") && !cursor.accept("AND", "NO", "CHAIN")) {
      throw new Refusal(
          "AND CHAIN opens another transaction behind the end of this one.",
          "End the transaction by the connection's commit or rollback.");
    }
    cursor.accept("NO", "RELEASE");
    cursor.expectEnd();
    return new TransactionControl(text.sql(), kind, "");
  }

  private static AnalyzedStatement savepoint(StatementText text, Cursor cursor, Kind kind) {
    Identifier name = cursor.name();
    cursor.expectEnd();
    return new TransactionControl(text.sql(), kind, Names.folded(name, text.flags().syntax()));
  }
}
