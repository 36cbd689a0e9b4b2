package io.attx.datasource.image;

import java.sql.SQLNonTransientException;

/** A statement changed rows that its images do not cover; the local transaction must roll back. */
public class UnprotectedChangeException extends SQLNonTransientException {
  /** With what was expected and found. */
  public UnprotectedChangeException(String message) {
    super(message, "40000");
  }

  /** With what was being proved when it failed. */
  public UnprotectedChangeException(String message, Throwable cause) {
    super(message, "40000", cause);
  }
}
