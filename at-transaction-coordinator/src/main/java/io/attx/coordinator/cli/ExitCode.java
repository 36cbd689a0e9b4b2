package io.attx.coordinator.cli;

/**
 * What the process ends with. Part of the contract with scripts: never renumbered. From 3 on a
 * number means one thing for the coordinator itself and another for the commands of operators.
 */
public final class ExitCode {
  /** Stopped on request (SIGTERM, SIGINT), everything closed; done; also after help and version. */
  public static final int OK = 0;

  /** Failed at run time: the state or the log could no longer be trusted, or a defect. */
  public static final int FAILURE = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** A port cannot be bound. */
  public static final int CANNOT_LISTEN = 3;

  /** The data directory is in use, damaged or not ours. */
  public static final int DATA_DIRECTORY = 4;

  /** Commands of operators: no coordinator answers, or it does not serve now. */
  public static final int UNREACHABLE = 3;

  /** Commands of operators: refused, or something has changed since; nothing was done. */
  public static final int REFUSED = 4;

  /** Commands of operators: there is no such transaction, branch or row. */
  public static final int NOT_FOUND = 5;

  /** Commands of operators: accepted, but not finished yet. */
  public static final int PENDING = 6;

  private ExitCode() {}
}
