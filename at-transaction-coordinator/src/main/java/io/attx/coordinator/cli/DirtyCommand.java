package io.attx.coordinator.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Branches that cannot be undone without a person. */
@Command(
    name = "dirty",
    description = "Shows branches in quarantine and decides about their dirty rows.",
    mixinStandardHelpOptions = true,
    subcommands = {
      DirtyCommand.Show.class,
      DirtyCommand.Value.class,
      ResolveCommand.class,
      AuditCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed",
      "2:the command line is wrong",
      "3:no coordinator answers, or it does not serve now",
      "4:refused, or a row has changed since: nothing was done",
      "5:no such transaction, branch or row",
      "6:accepted, but not finished yet"
    })
final class DirtyCommand {
  @Command(
      name = "list",
      description = "One line per branch in quarantine.",
      mixinStandardHelpOptions = true)
  int list(
      @Mixin ApiArguments api,
      @Option(names = "--table", paramLabel = "TABLE", description = "Only with dirty rows of it.")
          @Nullable String table,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "100",
              description = "The most lines. Default 100.")
          int limit) {
    return api.show(
        client ->
            client.get(
                "/api/dirty"
                    + OperatorClient.query(
                        "table", table == null ? "" : table, "limit", String.valueOf(limit))),
        (out, answer) -> {
          TextTable lines =
              new TextTable(
                  "", "XID", "BRANCH", "APPLICATION", "TABLES", "ROWS", "OPEN", "LOCKS", "SINCE");
          List<JsonTree> branches = answer.objects("branches");
          for (JsonTree branch : branches) {
            lines.line(
                branch.text("xid"),
                branch.text("branch"),
                branch.text("application"),
                String.join(",", branch.texts("tables")),
                branch.text("rows"),
                branch.has("running") ? "running" : branch.text("open"),
                branch.text("locks"),
                branch.text("since"));
          }
          if (!branches.isEmpty()) {
            out.print(lines);
          }
          out.println(branches.size() + " of " + answer.text("total"));
        });
  }

  /** One branch, its rows in three images each. */
  @Command(
      name = "show",
      description = "One branch with its dirty rows: before, as the branch left it, now.",
      mixinStandardHelpOptions = true)
  static final class Show implements java.util.concurrent.Callable<Integer> {
    @Mixin private ApiArguments api = new ApiArguments();

    @Parameters(arity = "1..2", paramLabel = "XID BRANCH", description = "Which.")
    private List<String> target = List.of();

    @Override
    public Integer call() {
      return api.show(client -> client.get("/api/dirty/" + path(target)), DirtyText::print);
    }
  }

  /** A value in full. */
  @Command(
      name = "value",
      description = "Prints a value that was abbreviated, in full.",
      mixinStandardHelpOptions = true)
  static final class Value implements java.util.concurrent.Callable<Integer> {
    @Mixin private ApiArguments api = new ApiArguments();

    @Parameters(arity = "1..2", paramLabel = "XID BRANCH", description = "Which branch.")
    private List<String> target = List.of();

    @Option(names = "--row", required = true, paramLabel = "ROW", description = "Which row.")
    private String row = "";

    @Option(names = "--column", required = true, paramLabel = "NAME", description = "Which column.")
    private String column = "";

    @Option(
        names = "--image",
        paramLabel = "IMAGE",
        defaultValue = "now",
        description = "before, after or now. Default now.")
    private String image = "now";

    @Override
    public Integer call() {
      PrintWriter out = api.out();
      return api.run(
          client -> {
            String path = "/api/dirty/" + path(target) + "/value";
            String full = DirtyText.row(client.get("/api/dirty/" + path(target)).tree(), row);
            long offset = 0;
            long length;
            do {
              OperatorClient.Reply part =
                  client.get(
                      path
                          + OperatorClient.query(
                              "row",
                              full,
                              "column",
                              column,
                              "image",
                              image.toLowerCase(Locale.ROOT),
                              "offset",
                              String.valueOf(offset)));
              if (api.json()) {
                out.println(part.body());
              } else if (part.tree().text("kind").equals("text")) {
                out.print(part.tree().text("text"));
              } else {
                out.print("(" + part.tree().text("kind") + ")");
              }
              int read = part.tree().text("text").length();
              offset += read;
              length = read == 0 ? 0 : part.tree().number("length");
            } while (offset < length);
            if (!api.json()) {
              out.println();
            }
            return ExitCode.OK;
          });
    }
  }

  /** {@code xid/branch}, from one argument or two. */
  static String path(List<String> target) {
    String path = String.join("/", target);
    if (!path.matches("[0-9a-f]+-\\d+-\\d+/\\d+-\\d+")) {
      throw new IllegalArgumentException(
          "a branch is named by its transaction and its number, as in 5fe4ca2d-3-1 3-2, not by "
              + path);
    }
    return path;
  }
}
