package io.attx.datasource.image;

import io.attx.undolog.UndoTable;
import java.sql.SQLTransientException;

/**
 * A table is no longer what the cached description says (DDL, or another search path); the
 * description was dropped and nothing executed, so the statement can be repeated.
 */
public class TableChangedException extends SQLTransientException {
  /** With the table and what was different. */
  public TableChangedException(UndoTable table, String what) {
    super(
        "table "
            + table
            + " changed its structure while the application runs: "
            + what
            + ". Nothing was executed. What to do: repeat the statement.",
        "40001");
  }
}
