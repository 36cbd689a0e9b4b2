package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.PassThrough;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Statements that only tell something, and those that are refused by their first word. */
final class OtherStatements implements StatementForm {
  private static final Set<String> INFORMATION = Set.of("SHOW", "DESCRIBE", "DESC", "EXPLAIN");

  private static final String OUTSIDE = "Run it outside the global transaction.";

  private record Answer(String reason, String remedy, List<String> verbs) {}

  private static final List<Answer> ANSWERS =
      List.of(
          new Answer(
              "A change of the schema, of users or of settings commits or cannot be undone.",
              OUTSIDE,
              List.of(
                  "CREATE",
                  "ALTER",
                  "DROP",
                  "RENAME",
                  "GRANT",
                  "REVOKE",
                  "COMMENT",
                  "SECURITY",
                  "REINDEX",
                  "REFRESH",
                  "IMPORT",
                  "INSTALL",
                  "UNINSTALL")),
          new Answer(
              "TRUNCATE removes rows without telling which.",
              "Use DELETE without WHERE, or run it outside the global transaction.",
              List.of("TRUNCATE")),
          new Answer(
              "This database has no such statement.",
              "Use its own form of an upsert.",
              List.of("MERGE", "REPLACE", "UPSERT")),
          new Answer(
              "What a procedure or a block of code changes cannot be told from the text.",
              "Send its statements one by one, or mark a procedure that changes no rows with"
                  + " /* attx:unprotected */.",
              List.of("CALL", "DO", "EXECUTE", "EXEC", "DECLARE")),
          new Answer(
              "Loading or unloading in bulk tells no rows.",
              "Use INSERT in JDBC batches, or run it outside the global transaction.",
              List.of("COPY", "LOAD", "RUNSCRIPT", "SCRIPT", "BACKUP", "RESTORE")),
          new Answer(
              "Table locks and cursors in the server go around row images.",
              "Use SELECT … FOR UPDATE, and JDBC result sets.",
              List.of("LOCK", "UNLOCK", "HANDLER", "FETCH", "CLOSE", "MOVE", "OPEN")),
          new Answer(
              "Maintenance of tables or sessions may commit.",
              OUTSIDE,
              List.of(
                  "ANALYZE",
                  "ANALYSE",
                  "VACUUM",
                  "OPTIMIZE",
                  "REPAIR",
                  "CHECK",
                  "CHECKPOINT",
                  "CLUSTER",
                  "FLUSH",
                  "KILL",
                  "SHUTDOWN",
                  "DISCARD",
                  "PURGE",
                  "RESIGNAL")));

  private final Map<String, Answer> byVerb = new HashMap<>();

  OtherStatements() {
    for (Answer answer : ANSWERS) {
      for (String verb : answer.verbs()) {
        byVerb.put(verb, answer);
      }
    }
  }

  @Override
  public boolean begins(StatementText text) {
    return true;
  }

  @Override
  public AnalyzedStatement recognise(StatementText text) {
    String verb = text.get(0).keyword();
    if (INFORMATION.contains(verb)) {
      return information(text);
    }
    Answer answer = byVerb.get(verb);
    if (answer != null) {
      throw new Refusal(answer.reason(), answer.remedy());
    }
    if (text.isChar(0, '{')) {
      throw new Refusal(
          "What a procedure call changes cannot be told from the text.",
          "Send its statements one by one.");
    }
    throw new Refusal(
        "No known statement begins with '" + text.get(0).shortText(text.sql()) + "'.", OUTSIDE);
  }

  private static AnalyzedStatement information(StatementText text) {
    for (int i = 1; i < text.size(); i++) {
      boolean quotedOption = text.isKind(i, Token.Kind.QUOTED) && text.isChar(1, '(');
      if (text.is(i, "ANALYZE") || text.is(i, "ANALYSE") || quotedOption) {
        throw new Refusal(
            "EXPLAIN ANALYZE executes the statement.", "Use EXPLAIN without ANALYZE.");
      }
    }
    return new PassThrough(text.sql(), text.parameterCount());
  }
}
