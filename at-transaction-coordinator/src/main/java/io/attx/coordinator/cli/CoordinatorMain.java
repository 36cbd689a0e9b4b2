package io.attx.coordinator.cli;

/** The entry point of the runnable jar. */
public final class CoordinatorMain {
  private static final String LOGGING = "logback.configurationFile";

  private CoordinatorMain() {}

  /** Runs the command line and ends the process with its {@link ExitCode}. */
  public static void main(String[] arguments) {
    if (System.getProperty(LOGGING) == null) {
      // A name of its own, so that the jar as a library does not configure anybody's logging.
      System.setProperty(LOGGING, "attx-coordinator-logback.xml");
    }
    ShutdownHook shutdown = new ShutdownHook().install();
    int code = CoordinatorCommand.commandLine(System.out, shutdown).execute(arguments);
    shutdown.closeNow();
    System.exit(code);
  }
}
