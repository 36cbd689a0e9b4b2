package io.attx;

/** How the local transaction of a branch ended, as its owner reports it. */
public enum LocalEnd {
  /** The database acknowledged the local commit. */
  LOCALLY_COMMITTED,
  /** The local transaction was rolled back, or never will be committed. */
  FAILED,
  /** The connection was lost while COMMIT was under way: only the database knows. */
  UNKNOWN
}
