package io.attx.datasource.undo;

import io.attx.BranchRef;
import java.sql.SQLTransientException;

/** The branch was rolled back globally before its local commit; the local transaction must end. */
public class BranchFencedException extends SQLTransientException {
  /** With the branch. */
  public BranchFencedException(BranchRef branch, Throwable cause) {
    super("branch " + branch + " was already rolled back globally", "40001", cause);
  }
}
