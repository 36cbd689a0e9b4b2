package io.attx.coordinator.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Global row locks. */
@Command(
    name = "locks",
    description = "Shows global row locks. Exit codes as of dirty.",
    mixinStandardHelpOptions = true)
final class LocksCommand {
  @Command(
      name = "list",
      description = "Row locks, who holds them and who waits for them.",
      mixinStandardHelpOptions = true)
  int list(
      @Mixin ApiArguments api,
      @Option(names = "--xid", paramLabel = "XID", description = "Only of this transaction.")
          @Nullable String xid,
      @Option(names = "--resource", paramLabel = "ID", description = "Only of this lock space.")
          @Nullable String resource,
      @Option(
              names = "--skip",
              paramLabel = "N",
              defaultValue = "0",
              description = "Leave out so many at the beginning.")
          int skip,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "100",
              description = "The most lines. Default 100.")
          int limit) {
    return api.show(
        client ->
            client.get(
                "/api/locks"
                    + OperatorClient.query(
                        "xid",
                        xid == null ? "" : xid,
                        "resource",
                        resource == null ? "" : resource,
                        "skip",
                        String.valueOf(Math.max(0, skip)),
                        "limit",
                        String.valueOf(Math.max(0, limit)))),
        (out, answer) -> {
          TextTable lines =
              new TextTable("", "RESOURCE", "ROW", "MODE", "XID", "BRANCH", "WAITERS");
          List<JsonTree> locks = answer.objects("locks");
          for (JsonTree lock : locks) {
            lines.line(
                lock.text("resource"),
                lock.text("key"),
                lock.text("mode"),
                lock.text("xid"),
                lock.text("branch"),
                String.join(",", lock.texts("waiters")));
          }
          if (!locks.isEmpty()) {
            out.print(lines);
          }
          out.println(
              locks.size()
                  + " of "
                  + answer.text("total")
                  + ", "
                  + answer.text("waiting")
                  + " requests wait");
        });
  }
}
