package io.attx.coordinator.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Global transactions. */
@Command(
    name = "tx",
    description = "Shows global transactions, or rolls one back. Exit codes as of dirty.",
    mixinStandardHelpOptions = true)
final class TransactionCommand {
  @Command(
      name = "list",
      description = "Those of which something is left to do, oldest first.",
      mixinStandardHelpOptions = true)
  int list(
      @Mixin ApiArguments api,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "100",
              description = "The most lines. Default 100.")
          int limit) {
    return api.show(
        client -> client.get("/api/transactions?limit=" + Math.max(0, limit)),
        (out, answer) -> {
          TextTable lines =
              new TextTable(
                  "", "XID", "NAME", "STATUS", "AGE", "LEFT", "BRANCHES", "QUARANTINED", "REASON");
          List<JsonTree> all = answer.objects("transactions");
          for (JsonTree tx : all) {
            lines.line(
                tx.text("xid"),
                tx.text("name"),
                tx.text("status"),
                tx.number("ageMillis") / 1_000 + "s",
                tx.number("remainingMillis") / 1_000 + "s",
                tx.text("branches"),
                tx.text("quarantined"),
                tx.text("reason"));
          }
          if (!all.isEmpty()) {
            out.print(lines);
          }
          out.println(all.size() + " of " + answer.text("total"));
        });
  }

  @Command(
      name = "show",
      description = "One with its branches; of one that ended lately, how it ended.",
      mixinStandardHelpOptions = true)
  int show(
      @Mixin ApiArguments api, @Parameters(paramLabel = "XID", description = "Which.") String xid) {
    return api.show(
        client -> client.get("/api/transactions/" + checked(xid)),
        (out, tx) -> {
          DirtyText.line(
              out,
              tx.text("xid")
                  + " "
                  + tx.text("name")
                  + ": "
                  + tx.text("status")
                  + (tx.text("reason").isEmpty() ? "" : ", because: " + tx.text("reason")));
          List<JsonTree> branches = tx.objects("branchList");
          if (!branches.isEmpty()) {
            TextTable lines =
                new TextTable(
                    "  ", "BRANCH", "RESOURCE", "APPLICATION", "STATE", "LOCAL END", "LOCKS");
            for (JsonTree branch : branches) {
              lines.line(
                  branch.text("branch"),
                  branch.text("resource"),
                  branch.text("application"),
                  branch.text("state"),
                  branch.text("localEnd"),
                  branch.text("locks"));
            }
            out.print(lines);
          }
        });
  }

  @Command(
      name = "rollback",
      description = "Rolls one back that is not decided yet.",
      mixinStandardHelpOptions = true)
  int rollback(
      @Mixin ApiArguments api,
      @Parameters(paramLabel = "XID", description = "Which.") String xid,
      @Option(
              names = "--who",
              paramLabel = "NAME",
              defaultValue = "${env:ATTX_OPERATOR:-${sys:user.name}}",
              description = "Who decides. Default: the user of the system. [ATTX_OPERATOR]")
          String who,
      @Option(names = "--why", required = true, paramLabel = "TEXT", description = "Why.")
          String why) {
    return api.show(
        client -> {
          Map<String, Object> body = new LinkedHashMap<>();
          body.put("operator", who);
          body.put("reason", why);
          return client.post("/api/transactions/" + checked(xid) + ":rollback", JsonText.of(body));
        },
        (out, answer) -> DirtyText.line(out, xid + ": " + answer.text("status")));
  }

  private static String checked(String xid) {
    if (!xid.matches("[0-9a-f]+-\\d+-\\d+")) {
      throw new IllegalArgumentException("not an xid: " + xid);
    }
    return xid;
  }
}
