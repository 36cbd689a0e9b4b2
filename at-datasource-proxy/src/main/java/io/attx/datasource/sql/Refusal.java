package io.attx.datasource.sql;

/**
 * Ends the analysis of a text: it must not execute. Never leaves this package; it carries no stack
 * trace because it is a verdict, not a failure.
 */
final class Refusal extends RuntimeException {
  private final String remedy;

  Refusal(String reason, String remedy) {
    super(reason, null, false, false);
    this.remedy = remedy;
  }

  /** Why the statement cannot be undone or was not understood. */
  String reason() {
    return String.valueOf(getMessage());
  }

  /** What to do instead. */
  String remedy() {
    return remedy;
  }

  /** Something stands where no known form of the statement has it. */
  static Refusal unexpected(String sql, Token token, String where) {
    return new Refusal(
        "'"
            + token.shortText(sql)
            + "' at character "
            + (token.start() + 1)
            + " is not understood "
            + where
            + ".",
        "Use the plain form of the statement on one table, or run it outside the global"
            + " transaction.");
  }
}
