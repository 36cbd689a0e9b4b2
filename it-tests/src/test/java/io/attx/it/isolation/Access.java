package io.attx.it.isolation;

/** How the observer of a scenario reads before it decides what to write. */
enum Access {
  /** A global transaction, plain SELECT. */
  PLAIN("global transaction, `SELECT`", true, false),
  /** A global transaction, SELECT … FOR UPDATE. */
  FOR_UPDATE("global transaction, `SELECT … FOR UPDATE`", true, true),
  /** A local transaction outside of any global one, plain SELECT. */
  OUTSIDE("local transaction, `SELECT`", false, false),
  /** A local transaction outside of any global one, SELECT … FOR UPDATE. */
  OUTSIDE_FOR_UPDATE("local transaction, `SELECT … FOR UPDATE`", false, true);

  final String title;
  final boolean global;
  final boolean locking;

  Access(String title, boolean global, boolean locking) {
    this.title = title;
    this.global = global;
    this.locking = locking;
  }
}
