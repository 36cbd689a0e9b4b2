package io.attx;

/** What kind of participant a branch is. The coordinator treats all kinds alike. */
public enum BranchType {
  /** Automatic rollback: a local JDBC transaction with recorded row images. */
  AT
}
