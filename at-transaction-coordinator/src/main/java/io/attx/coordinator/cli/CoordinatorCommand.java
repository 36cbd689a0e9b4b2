package io.attx.coordinator.cli;

import io.attx.coordinator.CannotListenException;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.coordinator.log.DataDirectoryException;
import io.attx.coordinator.log.RatisLogOptions.Cluster;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
  /** From the port for clients to the default one for HTTP. */
  private static final int HTTP_DISTANCE = 10;

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
      names = "--http-host",
      paramLabel = "ADDRESS",
      defaultValue = "${env:ATTX_HTTP_HOST:-127.0.0.1}",
      description =
          "Address for health, metrics and operators, 0.0.0.0 for all (then set a token). Default"
              + " 127.0.0.1, whatever --host is. [ATTX_HTTP_HOST]")
  private String httpHost = "";

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      defaultValue = "${env:ATTX_HTTP_PORT}",
      description =
          "Port for health, metrics and operators, 0 picks a free one, -1 is off. Default: --port"
              + " plus 10, so 8101. [ATTX_HTTP_PORT]")
  private @Nullable Integer httpPort;

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

  @Mixin private TokenArguments tokenArguments = new TokenArguments();

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
            : ", http " + options.httpHost() + ":" + server.httpPort();
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
          .httpHost(httpHost)
          .httpPort(httpPort())
          .dataDir(dataDir)
          .inMemory(inMemory)
          .token(tokenArguments.secret())
          .cluster(clusterArguments.cluster())
          .build();
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private int httpPort() {
    if (httpPort != null) {
      return httpPort;
    }
    return port == 0 || port + HTTP_DISTANCE > 65_535 ? 0 : port + HTTP_DISTANCE;
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
        .addSubcommand(new DirtyCommand())
        .addSubcommand(new TransactionCommand())
        .addSubcommand(new LocksCommand())
        .setOut(new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), true))
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              LoggerFactory.getLogger(CoordinatorCommand.class)
                  .error("The coordinator failed", failure);
              return ExitCode.FAILURE;
            });
  }
}
