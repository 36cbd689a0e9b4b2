package io.attx.datasource.metadata;

import java.sql.SQLException;

/** The table cannot take part in a global transaction: missing, a view, without a key. */
public class TableNotSupportedException extends SQLException {
  /** With the reason and the remedy. */
  public TableNotSupportedException(String message) {
    super(message, "0A000");
  }
}
