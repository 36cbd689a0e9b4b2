package io.attx.coordinator.cli;

/** What the process ends with. Part of the contract with scripts: never renumbered. */
public final class ExitCode {
  /** Stopped on request (SIGTERM, SIGINT), everything closed; also after help and version. */
  public static final int OK = 0;

  /** Failed at run time: the state or the log could no longer be trusted, or a defect. */
  public static final int FAILURE = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** A port cannot be bound. */
  public static final int CANNOT_LISTEN = 3;

  /** The data directory is in use, damaged or not ours. */
  public static final int DATA_DIRECTORY = 4;

  private ExitCode() {}
}
