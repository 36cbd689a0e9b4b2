package io.attx.datasource.image;

import java.sql.SQLNonTransientException;

/** The statement cannot be undone, so it was refused before it executed. */
public class StatementRefusedException extends SQLNonTransientException {
  /**
   * With the statement, the reason and the remedy.
   *
   * @param sql shortened to 500 characters in the message
   */
  public StatementRefusedException(String sql, String reason, String remedy) {
    super(
        "refused inside a global transaction: "
            + reason
            + " What to do: "
            + remedy
            + " SQL: "
            + (sql.length() > 500 ? sql.substring(0, 500) + "…" : sql),
        "0A000");
  }
}
