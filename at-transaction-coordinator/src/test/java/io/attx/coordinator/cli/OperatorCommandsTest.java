package io.attx.coordinator.cli;

import static io.attx.coordinator.testing.QuarantinedShop.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.attx.BranchRef;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.coordinator.testing.QuarantinedShop;
import io.attx.coordinator.testing.WireClient;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.RowDecision;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of operators against a real coordinator: what they print and end with. */
@Timeout(60)
class OperatorCommandsTest {
  @TempDir Path directory;

  private CoordinatorServer server;
  private QuarantinedShop shop;
  private Path token;

  private record Ran(int code, String out, String err) {}

  @BeforeEach
  void start() throws Exception {
    server =
        CoordinatorServer.start(
            CoordinatorOptions.builder().port(0).httpPort(0).inMemory(true).token("t").build());
    shop = QuarantinedShop.open(server.port(), "t");
    token = Files.writeString(directory.resolve("token"), "t\n");
  }

  @AfterEach
  void stop() {
    shop.close();
    server.close();
  }

  private Ran run(String... words) {
    List<String> arguments = new ArrayList<>(Arrays.asList(words));
    arguments.addAll(
        List.of(
            "--coordinator", "127.0.0.1:" + server.httpPort(), "--token-file", token.toString()));
    return bare(arguments.toArray(String[]::new));
  }

  private static Ran bare(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    int code =
        CoordinatorCommand.commandLine(stream, new ShutdownHook())
            .setErr(new PrintWriter(err))
            .execute(words);
    return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString());
  }

  @Test
  void aCaseIsShownAsThreeImagesWithDifferingColumnsMarkedAndResolvedBySecondCommand() {
    BranchRef ref = shop.quarantined(row("shop.account", 42, "aaaaaaaa"));
    String xid = ref.xid().toString();
    String branch = ref.branch().toString();

    Ran show = run("dirty", "show", xid, branch);
    Ran resolve =
        run("dirty", "resolve", xid, branch, "keep", "--who", "ada", "--why", "the bank called");

    assertThat(show.code()).isEqualTo(ExitCode.OK);
    assertThat(show.out())
        .contains("branch " + xid + " " + branch + " of wire-client on r (test)")
        .contains(
            "rolls back:   no stock", "held because: 1 rows are dirty", "report 1; row locks: 1")
        .contains("shop.account  id=42  row 0000002a", "changed  policy hold")
        .containsPattern("both +balance +decimal\\(10,2\\) +100.00 +70.00 +75.00\n")
        .containsPattern("others +note +text +NULL +NULL +n{20}… \\(70003 characters, sha256 ")
        .containsPattern("\n +owner +text +a\\\\u001b\\[31m")
        .contains("decide: dirty resolve " + xid + " " + branch + " restore|keep|merge|retry")
        .doesNotContain("\u001b");
    assertThat(resolve).isEqualTo(new Ran(ExitCode.OK, xid + " " + branch + ": undone\n", ""));
    assertThat(run("dirty", "list").out()).isEqualTo("0 of 0\n");
    assertThat(run("dirty", "show", xid + "/" + branch))
        .isEqualTo(new Ran(ExitCode.NOT_FOUND, "", "branch " + ref + " is not in quarantine\n"));
    assertThat(run("dirty", "audit").out())
        .contains("ada  decision keep  " + xid, "started", "undone", "(the bank called)");
  }

  @Test
  void listsAreTablesForPeopleAndJsonForPrograms() {
    BranchRef ref = shop.quarantined(row("shop.account", 1, "aaaaaaaa"));

    assertThat(run("dirty", "list").out().split("\n"))
        .hasSize(3)
        .satisfies(
            lines -> {
              assertThat(lines[0]).startsWith("XID ").contains("BRANCH", "TABLES", "OPEN");
              assertThat(lines[1]).startsWith(ref.xid() + " ").contains("shop.account");
              assertThat(lines[2]).isEqualTo("1 of 1");
            });
    assertThat(run("dirty", "list", "--table", "stock").out()).isEqualTo("0 of 0\n");
    assertThat(run("dirty", "list", "--json").out())
        .startsWith("{\"total\":1,\"branches\":[{\"xid\":\"" + ref.xid() + "\"");
    assertThat(run("dirty", "show", ref.toString(), "--json").out()).contains("\"cases\":[{");
    assertThat(run("tx", "list").out()).contains("rolling_back", "no stock", "1 of 1");
    assertThat(run("tx", "show", ref.xid().toString()).out())
        .contains("test: rolling_back, because: no stock", "quarantined");
    assertThat(run("locks", "list", "--xid", ref.xid().toString()).out())
        .contains("t[row of 1]", "exclusive", "1 of 1, 0 requests wait");
    assertThat(run("dirty", "audit", "--json").out()).isEqualTo("{\"last\":0,\"entries\":[]}\n");
  }

  @Test
  void rowsAndValuesAreDecidedOneByOne() {
    BranchRef ref =
        shop.quarantined(row("shop.account", 1, "aaaaaaaa"), row("shop.account", 2, "bbbbbbbb"));
    String name = ref.toString();

    Ran first = run("dirty", "resolve", name, "restore", "--row", "00000001", "--why", "w");
    Ran second =
        run(
            "dirty",
            "resolve",
            name,
            "values",
            "--row",
            "00000002",
            "--set",
            "balance=5=five",
            "--set-null",
            "note",
            "--report",
            "1",
            "--why",
            "w");

    assertThat(first.code()).isEqualTo(ExitCode.OK);
    assertThat(first.out()).contains("recorded: noted; 1 rows of the branch have no decision yet");
    assertThat(second.out()).contains("undone");
    assertThat(shop.orders().get(0).rows())
        .filteredOn(decision -> decision.action() == ResolveAction.VALUES)
        .flatExtracting(RowDecision::values)
        .containsExactly(
            new RowDecision.ColumnText("balance", "5=five"),
            new RowDecision.ColumnText("note", null));
  }

  @Test
  void aRowThatChangedSinceEndsWithTheCodeForRefused() {
    BranchRef ref = shop.quarantined(row("shop.account", 1, "aaaaaaaa"));
    shop.change(ref, row("shop.account", 1, "cccccccc"));

    Ran held = run("dirty", "resolve", ref.toString(), "restore", "--why", "w");
    assertThat(held.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(held.out()).contains("held: held: a row has changed since the decision");
    Ran old = run("dirty", "resolve", ref.toString(), "keep", "--report", "1", "--why", "w");
    assertThat(old.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(old.out()).contains("changed_since: the decision is about report 1");
  }

  @Test
  void allCasesAreResolvedAtOnceAndTheWorstEndIsTheExitCode() {
    shop.quarantined(row("shop.account", 1, "aaaaaaaa"));
    BranchRef changed = shop.quarantined(row("shop.stock", 2, "aaaaaaaa"));
    shop.change(changed, row("shop.stock", 2, "dddddddd"));

    Ran table = run("dirty", "resolve", "--all", "keep", "--table", "account", "--why", "w");
    Ran all = run("dirty", "resolve", "--all", "keep", "--why", "w");
    Ran again = run("dirty", "resolve", "--all", "keep", "--why", "w");

    assertThat(table.code()).isEqualTo(ExitCode.OK);
    assertThat(table.out()).contains(": undone\n", "1 of 1");
    assertThat(all.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(again.code()).isEqualTo(ExitCode.OK);
    assertThat(run("dirty", "resolve", "--all", "keep", "--why", "w").out()).isEqualTo("0 of 0\n");
  }

  @Test
  void aDecisionThatNobodyCanCarryOutNowEndsWithTheCodeForPending() {
    BranchRef ref = shop.quarantined(row("shop.account", 1, "aaaaaaaa"));
    shop.close();

    Ran pending = run("dirty", "resolve", ref.toString(), "keep", "--wait", "1", "--why", "w");

    assertThat(pending.code()).isEqualTo(ExitCode.PENDING);
    assertThat(pending.out()).contains("running: decision 1 is being carried out");
    assertThat(run("dirty", "list").out()).contains("running");
    assertThat(run("dirty", "show", ref.toString()).out())
        .contains("decision 1 of ", "applications that can undo it: 0");
  }

  @Test
  void aFullValueIsPrintedInOnePiece() {
    BranchRef ref = shop.quarantined(row("shop.account", 1, "aaaaaaaa"));

    Ran value = run("dirty", "value", ref.toString(), "--row", "00000001", "--column", "note");

    assertThat(value.code()).as(value.err()).isEqualTo(ExitCode.OK);
    assertThat(value.out()).isEqualTo(QuarantinedShop.NOTE + "\n");
    assertThat(
            run("dirty", "value", ref.toString(), "--row", "00000009", "--column", "note").code())
        .isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void aTransactionIsRolledBackByCommand() throws Exception {
    try (WireClient client = WireClient.open(server.port(), "t", true)) {
      var xid = client.newXid();
      client.call(client.register(xid, client.newBranch(), true, "1"));

      Ran done = run("tx", "rollback", xid.toString(), "--why", "stuck");

      assertThat(done.code()).as(done.err()).isEqualTo(ExitCode.OK);
      assertThat(done.out()).contains(xid + ": roll");
    }
    assertThat(run("tx", "rollback", "abc-5-5", "--why", "x").code()).isEqualTo(ExitCode.NOT_FOUND);
  }

  @Test
  void wrongCommandLinesWrongTokensAndNobodyThereHaveTheirExitCodes() throws Exception {
    String there = "127.0.0.1:" + server.httpPort();
    assertThat(run("dirty", "resolve", "x", "keep", "--why", "w").code()).isEqualTo(ExitCode.USAGE);
    assertThat(run("dirty", "resolve", "abc-1-1/1-1", "keep").err()).contains("--why");
    assertThat(run("dirty", "resolve", "abc-1-1/1-1", "values", "--why", "w").err())
        .contains("values goes with one --row");
    assertThat(run("dirty", "resolve", "--all", "keep", "--row", "0000", "--why", "w").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(run("dirty", "resolve", "--all", "shred", "--why", "w").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(run("tx", "show", "../status").code()).isEqualTo(ExitCode.USAGE);
    Ran wrong = bare("dirty", "list", "--coordinator", there, "--token", "wrong");
    assertThat(wrong.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(wrong.err()).contains("send the coordinator's token");
    assertThat(bare("tx", "list", "--coordinator", "127.0.0.1:1").code())
        .isEqualTo(ExitCode.UNREACHABLE);
    assertThat(bare("tx", "list", "--coordinator", "http://x").code()).isEqualTo(ExitCode.USAGE);
    assertThat(bare("dirty", "--help").out()).contains("Exit codes", "resolve", "audit");
  }
}
