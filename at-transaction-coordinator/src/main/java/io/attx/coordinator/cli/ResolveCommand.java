package io.attx.coordinator.cli;

import io.attx.coordinator.cli.OperatorClient.Reply;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Decides about dirty rows. */
@Command(
    name = "resolve",
    description = {
      "Decides about the dirty rows of a branch, of some of its rows, or of all branches:",
      "  restore  undo the row, whatever others did to it",
      "  keep     leave the row as it is now",
      "  merge    take back what only the branch changed, keep what only others changed",
      "  values   set the columns named by --set and --set-null (with one --row)",
      "  retry    try to undo again by the declared policies"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ResolveCommand implements Callable<Integer> {
  @Mixin private ApiArguments api = new ApiArguments();

  @Parameters(
      arity = "1..3",
      paramLabel = "XID BRANCH ACTION",
      description = "Which branch (not with --all), and what to do.")
  private List<String> words = List.of();

  @Option(names = "--all", description = "All branches in quarantine.")
  private boolean all;

  @Option(names = "--table", paramLabel = "TABLE", description = "Only dirty rows of this table.")
  private String table = "";

  @Option(
      names = "--row",
      paramLabel = "ROW",
      description = "Only this row, by its name or the beginning of it. Repeatable.")
  private List<String> rows = List.of();

  @Option(
      names = "--set",
      paramLabel = "COLUMN=VALUE",
      description = "For values: a column and what to set it to. Repeatable.")
  private List<String> set = List.of();

  @Option(
      names = "--set-null",
      paramLabel = "COLUMN",
      description = "For values: a column to set to NULL. Repeatable.")
  private List<String> setNull = List.of();

  @Option(
      names = "--report",
      paramLabel = "N",
      defaultValue = "0",
      description = "Refuse unless this is still the newest report, as dirty show prints it.")
  private int report;

  @Option(
      names = "--who",
      paramLabel = "NAME",
      defaultValue = "${env:ATTX_OPERATOR:-${sys:user.name}}",
      description = "Who decides. Default: the user of the system. [ATTX_OPERATOR]")
  private String who = "";

  @Option(names = "--why", required = true, paramLabel = "TEXT", description = "Why.")
  private String why = "";

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long to wait for the end. Default 10, at most 60.")
  private int wait;

  @Override
  public Integer call() {
    return api.run(client -> all ? resolveAll(client) : resolveOne(client));
  }

  private int resolveOne(OperatorClient client) throws CommandFailedException {
    String path = DirtyCommand.path(words.subList(0, words.size() - 1));
    Reply reply = client.post("/api/dirty/" + path + ":resolve", body());
    print(reply, List.of(reply.tree()));
    return code(reply.tree().text("state"));
  }

  private int resolveAll(OperatorClient client) throws CommandFailedException {
    if (words.size() != 1 || !rows.isEmpty() || report != 0) {
      throw new IllegalArgumentException(
          "with --all only an action and --table are given: dirty resolve --all keep --table T");
    }
    Reply reply = client.post("/api/dirty:resolve", body());
    List<JsonTree> results = reply.tree().objects("results");
    print(reply, results);
    int worst = ExitCode.OK;
    for (JsonTree result : results) {
      int code = code(result.text("state"));
      worst = worst == ExitCode.OK || code == ExitCode.REFUSED ? code : worst;
    }
    return worst;
  }

  private void print(Reply reply, List<JsonTree> results) {
    PrintWriter out = api.out();
    if (api.json()) {
      out.println(reply.body());
      return;
    }
    for (JsonTree result : results) {
      DirtyText.line(
          out,
          result.text("xid")
              + " "
              + result.text("branch")
              + ": "
              + result.text("state")
              + (result.text("state").equals("undone") ? "" : ": " + result.text("message")));
    }
    if (all) {
      out.println(results.size() + " of " + reply.tree().text("total"));
    }
  }

  private static int code(String state) {
    return switch (state) {
      case "undone", "recorded" -> ExitCode.OK;
      case "running" -> ExitCode.PENDING;
      case "held", "refused", "changed_since" -> ExitCode.REFUSED;
      case "not_found" -> ExitCode.NOT_FOUND;
      case "invalid" -> ExitCode.USAGE;
      default -> ExitCode.FAILURE;
    };
  }

  private String body() {
    String action = words.get(words.size() - 1);
    boolean values = action.equals("values");
    if (values != (!set.isEmpty() || !setNull.isEmpty()) || (values && rows.size() != 1)) {
      throw new IllegalArgumentException(
          "values goes with one --row and at least one --set COLUMN=VALUE or --set-null COLUMN");
    }
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("operator", who);
    members.put("reason", why);
    members.put("waitMillis", (long) Math.max(0, Math.min(60, wait)) * 1_000);
    if (report > 0) {
      members.put("report", (long) report);
    }
    if (!table.isEmpty()) {
      members.put("table", table);
    }
    if (rows.isEmpty()) {
      members.put("action", action);
    } else {
      List<Object> list = new ArrayList<>();
      for (String row : rows) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("row", row);
        one.put("action", action);
        if (values) {
          one.put("values", values());
        }
        list.add(one);
      }
      members.put("rows", list);
    }
    return JsonText.of(members);
  }

  private Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String each : set) {
      int equals = each.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException("--set wants COLUMN=VALUE, not " + each);
      }
      values.put(each.substring(0, equals), each.substring(equals + 1));
    }
    setNull.forEach(column -> values.put(column, JsonText.NULL));
    return values;
  }
}
