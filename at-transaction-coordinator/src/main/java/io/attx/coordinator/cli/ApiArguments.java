package io.attx.coordinator.cli;

import java.io.PrintWriter;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all commands of operators have in common: whom to ask, and how to answer. */
final class ApiArguments {
  @Option(
      names = "--coordinator",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:ATTX_HTTP:-127.0.0.1:8101}",
      description =
          "The coordinator's HTTP address (--http-host, --http-port there). Default"
              + " 127.0.0.1:8101. [ATTX_HTTP]")
  private String coordinator = "";

  @Mixin private TokenArguments tokenArguments = new TokenArguments();

  @Option(names = "--json", description = "Print the answer as JSON, for programs.")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  /** What a command does. */
  interface Work {
    /** Does it and returns the exit code. */
    int run(OperatorClient client) throws CommandFailedException;
  }

  /** Where answers go. */
  PrintWriter out() {
    return commandLine().getOut();
  }

  boolean json() {
    return json;
  }

  /** The one request of a command that only shows something. */
  interface Question {
    /** Asks it. */
    OperatorClient.Reply ask(OperatorClient client) throws CommandFailedException;
  }

  /** Asks, and prints the answer: as it came with {@code --json}, else as the printer shows it. */
  int show(Question question, BiConsumer<PrintWriter, JsonTree> printer) {
    return run(
        client -> {
          OperatorClient.Reply reply = question.ask(client);
          if (json) {
            out().println(reply.body());
          } else {
            printer.accept(out(), reply.tree());
          }
          return ExitCode.OK;
        });
  }

  /** Runs the work; what it could not do goes to standard error. */
  int run(Work work) {
    int code;
    try {
      OperatorClient client = new OperatorClient(coordinator, tokenArguments.secret());
      code = work.run(client);
    } catch (CommandFailedException failed) {
      commandLine().getErr().println(TextTable.plain(String.valueOf(failed.getMessage())));
      commandLine().getErr().flush();
      code = failed.exitCode();
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(commandLine(), String.valueOf(wrong.getMessage()), wrong);
    }
    out().flush();
    return code;
  }

  private picocli.CommandLine commandLine() {
    CommandSpec known = spec;
    if (known == null) {
      throw new IllegalStateException("picocli did not inject the command");
    }
    return known.commandLine();
  }
}
