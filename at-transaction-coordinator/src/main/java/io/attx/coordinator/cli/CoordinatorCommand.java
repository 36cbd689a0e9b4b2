package io.attx.coordinator.cli;

import io.attx.coordinator.CannotListenException;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.coordinator.log.DataDirectoryException;
import io.attx.coordinator.log.RatisLogOptions.Cluster;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Runs a coordinator until the process is asked to stop. Operator commands become subcommands
 * beside it.
 */
@Command(
    name = "at-transaction-coordinator",
    description = {
      "Runs the attx transaction coordinator until it gets SIGTERM or SIGINT.",
      "When it serves, it prints one line on standard output; everything else goes to standard"
          + " error."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:stopped on request (SIGTERM, SIGINT), everything closed",
      "1:failed at run time: the state or the log can no longer be trusted",
      "2:the command line is wrong",
      "3:a port cannot be bound",
      "4:the data directory is in use, damaged or not of attx"
    },
    footer = {
      "",
      "Each option can also be set by the environment variable named with it; the command line wins."
    })
final class CoordinatorCommand implements Callable<Integer> {
  private static final int MAX_TOKEN_BYTES = 4096;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "${env:ATTX_HOST:-127.0.0.1}",
      description =
          "Address to listen on, 0.0.0.0 for all (then set a token). Default 127.0.0.1. [ATTX_HOST]")
  private String host = "";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "${env:ATTX_PORT:-8091}",
      description = "Port for clients, 0 picks a free one. Default 8091. [ATTX_PORT]")
  private int port;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      defaultValue = "${env:ATTX_HTTP_PORT:--1}",
      description =
          "Port for health, metrics and status, 0 picks a free one. Default off (-1)."
              + " [ATTX_HTTP_PORT]")
  private int httpPort;

  @Option(
      names = "--data-dir",
      paramLabel = "DIRECTORY",
      defaultValue = "${env:ATTX_DATA_DIR:-data}",
      description =
          "Where the log is kept; created if need be, for one coordinator alone. Default ./data."
              + " [ATTX_DATA_DIR]")
  private Path dataDir = Path.of("data");

  @Option(
      names = "--in-memory",
      defaultValue = "${env:ATTX_IN_MEMORY:-false}",
      description = "Keep nothing on disk: for development only. [ATTX_IN_MEMORY]")
  private boolean inMemory;

  @Option(
      names = "--token",
      paramLabel = "SECRET",
      description =
          "Secret that clients must present. Visible in the list of processes: better use the"
              + " variable or a file. [ATTX_TOKEN]")
  private @Nullable String token;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with the secret in its first line. [ATTX_TOKEN_FILE]")
  private @Nullable Path tokenFile;

  @Mixin private ClusterArguments clusterArguments = new ClusterArguments();

  @Spec private @Nullable CommandSpec spec;

  private final PrintStream out;
  private final ShutdownHook shutdown;

  CoordinatorCommand(PrintStream out, ShutdownHook shutdown) {
    this.out = out;
    this.shutdown = shutdown;
  }

  @Override
  public Integer call() {
    CoordinatorOptions options = options();
    Logger log = LoggerFactory.getLogger(CoordinatorCommand.class);
    CoordinatorServer server;
    try {
      server = CoordinatorServer.start(options);
    } catch (CannotListenException e) {
      log.error("{}", e.getMessage());
      return ExitCode.CANNOT_LISTEN;
    } catch (DataDirectoryException e) {
      log.error("{}", e.getMessage());
      return ExitCode.DATA_DIRECTORY;
    }
    shutdown.closes(server);
    if (options.token().isEmpty() && !options.host().startsWith("127.")) {
      log.warn(
          "No token is set and the coordinator listens on {}: whoever reaches that port can end"
              + " transactions",
          options.host());
    }
    out.println(readyLine(server, options));
    out.flush();
    server.failure().join();
    return ExitCode.FAILURE;
  }

  static String readyLine(CoordinatorServer server, CoordinatorOptions options) {
    Path directory = options.dataDir();
    Cluster node = options.cluster();
    String http =
        server.httpPort() == CoordinatorOptions.HTTP_OFF
            ? ""
            : ", http " + options.host() + ":" + server.httpPort();
    return "attx coordinator ready on "
        + options.host()
        + ":"
        + server.port()
        + (node == null
            ? " (cluster " + Long.toHexString(server.cluster())
            : " (node " + node.self())
        + ", data "
        + (directory == null ? "in memory" : directory)
        + http
        + ")";
  }

  private CoordinatorOptions options() {
    try {
      return CoordinatorOptions.builder()
          .host(host)
          .port(port)
          .httpPort(httpPort)
          .dataDir(dataDir)
          .inMemory(inMemory)
          .token(secret())
          .cluster(clusterArguments.cluster())
          .build();
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private String secret() {
    if (token != null && tokenFile != null) {
      throw usage("give --token or --token-file, not both");
    }
    if (token != null) {
      return token;
    }
    Path file = tokenFile;
    String variable = System.getenv("ATTX_TOKEN");
    String fileVariable = System.getenv("ATTX_TOKEN_FILE");
    if (file == null && variable != null && fileVariable != null) {
      throw usage("set ATTX_TOKEN or ATTX_TOKEN_FILE, not both");
    }
    if (file == null && fileVariable != null) {
      file = Path.of(fileVariable);
    }
    if (file == null) {
      return variable == null ? "" : variable;
    }
    return read(file);
  }

  private String read(Path file) {
    try {
      if (Files.size(file) > MAX_TOKEN_BYTES) {
        throw usage("the token file " + file + " has more than " + MAX_TOKEN_BYTES + " bytes");
      }
      String first =
          Files.readString(file, StandardCharsets.UTF_8).lines().findFirst().orElse("").strip();
      if (first.isEmpty()) {
        throw usage("the token file " + file + " is empty");
      }
      return first;
    } catch (IOException e) {
      throw usage("the token file " + file + " cannot be read: " + e);
    }
  }

  private ParameterException usage(String message) {
    CommandSpec known = spec;
    if (known == null) {
      throw new IllegalStateException("picocli did not inject the command");
    }
    return new ParameterException(known.commandLine(), message);
  }

  static CommandLine commandLine(PrintStream out, ShutdownHook shutdown) {
    return new CommandLine(new CoordinatorCommand(out, shutdown))
        .addSubcommand(new ClusterCommand(out))
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              LoggerFactory.getLogger(CoordinatorCommand.class)
                  .error("The coordinator failed", failure);
              return ExitCode.FAILURE;
            });
  }
}
