package io.attx.coordinator.cli;

/** An operator's command that did not do what was asked for. */
final class CommandFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * With what the operator is told.
   *
   * @param exitCode one of {@link ExitCode}
   */
  CommandFailedException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
