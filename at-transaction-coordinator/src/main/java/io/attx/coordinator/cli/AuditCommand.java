package io.attx.coordinator.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What operators did. */
@Command(
    name = "audit",
    description = {
      "What operators did, oldest first. The coordinator keeps the last 10,000 entries; with --json"
          + " and --after they are exported, each with a digest over it and the one before."
    },
    mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {
  @Mixin private ApiArguments api = new ApiArguments();

  @Option(
      names = "--after",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = "Only entries behind this one.")
  private long after;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description = "The most entries. Default 1000, at most 10000.")
  private int limit;

  @Override
  public Integer call() {
    return api.show(
        client ->
            client.get(
                "/api/audit"
                    + OperatorClient.query(
                        "after", String.valueOf(after), "limit", String.valueOf(limit))),
        (out, answer) -> {
          List<JsonTree> entries = answer.objects("entries");
          for (JsonTree entry : entries) {
            print(out, entry);
          }
          out.println(entries.size() + " entries, the last one is " + answer.text("last"));
        });
  }

  private static void print(PrintWriter out, JsonTree entry) {
    String others = entry.text("others");
    DirtyText.line(
        out,
        entry.text("number")
            + "  "
            + entry.text("at")
            + "  "
            + entry.text("operator")
            + "  "
            + entry.text("event")
            + (others.isEmpty() ? "" : " " + others)
            + "  "
            + entry.text("xid")
            + " "
            + entry.text("branch")
            + "  "
            + entry.text("outcome")
            + "  ("
            + entry.text("reason")
            + ")");
    for (JsonTree row : entry.objects("rows")) {
      DirtyText.line(
          out,
          "     "
              + row.text("action")
              + "  "
              + row.text("table")
              + "  "
              + row.text("key")
              + "  row "
              + row.text("row"));
    }
  }
}
