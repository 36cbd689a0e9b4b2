package io.attx.coordinator.state;

/** A client that has not been expired. Changed by {@link CoordinatorState} only; others read. */
public final class Session {
  final long number;
  final long secret;
  final String application;
  final IntervalSet usedTransactions = new IntervalSet();
  final IntervalSet usedBranches = new IntervalSet();

  Session(long number, long secret, String application) {
    this.number = number;
    this.secret = secret;
    this.application = application;
  }

  /** Its number, never used twice in an incarnation. */
  public long number() {
    return number;
  }

  /** What the client has to know to resume it. */
  public long secret() {
    return secret;
  }

  /** The name of the application, for people. */
  public String application() {
    return application;
  }
}
