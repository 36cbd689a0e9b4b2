package io.attx.it.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.attx.GlobalTransactionException;
import io.attx.client.GlobalTransaction;
import io.attx.client.GlobalTransactionContext;
import io.attx.client.GlobalTransactionOptions;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.it.support.Bank;
import io.attx.it.support.FaultyNetwork;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A dirty row from the log line of the application to the end, as a new operator meets it. */
@Timeout(300)
abstract class OperatorJourneyContract {
  private static final String TOKEN = "s3cret";
  private static final Pattern ADVICE =
      Pattern.compile(
          "java -jar at-transaction-coordinator.jar (dirty show ([0-9a-f-]+) ([0-9-]+))");

  private final DatabaseKind kind;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @TempDir Path directory;
  private GlobalTransactionContext.Scope unbind;
  private CoordinatorServer coordinator;
  private FaultyNetwork network;
  private Bank bank;
  private String xid = "";

  OperatorJourneyContract(DatabaseKind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws Exception {
    unbind = GlobalTransactionContext.suspend();
    coordinator = startCoordinator();
    network = new FaultyNetwork(coordinator.port());
    bank =
        Bank.open(
            "bank",
            SharedServers.freshDatabase(kind),
            network.address(),
            TOKEN,
            options -> options);
    bank.put(1, "Ada", "100.00");
    bank.awaitConnected();
    Files.writeString(directory.resolve("token"), TOKEN);
    log.start();
    root().addAppender(log);
  }

  @AfterEach
  void close() throws Exception {
    root().detachAppender(log);
    unbind.close();
    bank.close();
    network.close();
    coordinator.close();
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  private CoordinatorServer startCoordinator() {
    return CoordinatorServer.start(
        CoordinatorOptions.builder()
            .port(0)
            .httpPort(0)
            .dataDir(directory.resolve("data"))
            .token(TOKEN)
            .build());
  }

  /** A transfer takes 30 of Ada's 100, somebody adds 5, and the transfer is rolled back. */
  private Matcher dirtyRow() throws Exception {
    GlobalTransaction transfer = bank.client().begin(GlobalTransactionOptions.named("transfer"));
    bank.add(1, "-30.00");
    bank.execute("update account set balance = balance + 5 where id = 1");
    assertThatThrownBy(transfer::rollback)
        .isInstanceOf(GlobalTransactionException.class)
        .hasMessageContaining("1 of its branches are in quarantine");
    xid = transfer.xid().toString();
    return advice();
  }

  /** What the line in the application's log says is to be done. */
  private Matcher advice() {
    await().atMost(Duration.ofSeconds(60)).until(() -> line() != null);
    Matcher advice = ADVICE.matcher(line());
    assertThat(advice.find()).as(line()).isTrue();
    return advice;
  }

  private String line() {
    for (ILoggingEvent event : List.copyOf(log.list)) {
      // Other tests log at the same time.
      String message = event.getFormattedMessage();
      if (message.startsWith("DIRTY ROWS") && message.contains(xid)) {
        return message;
      }
    }
    return null;
  }

  private CommandProcess command(String... words) throws Exception {
    List<String> all = new ArrayList<>(Arrays.asList(words));
    all.addAll(
        List.of(
            "--coordinator",
            "127.0.0.1:" + coordinator.httpPort(),
            "--token-file",
            directory.resolve("token").toString()));
    return CommandProcess.run(all);
  }

  private HttpResponse<String> http(String path, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + coordinator.httpPort() + path))
            .header("Authorization", "Bearer " + TOKEN);
    if (body != null) {
      request
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(body));
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private void awaitNothingLeft() {
    bank.awaitNoUndoRows();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              var counts = coordinator.status(1).join().counts();
              return counts.locks() == 0 && counts.rollingBack() + counts.rolledBack() == 0;
            });
  }

  /** Called with the log line and what the two commands were and printed. */
  void transcript(String logLine, String show, String shown, String resolve, String resolved)
      throws Exception {}

  @Test
  void from_the_log_line_to_a_resolved_case_with_two_commands_after_everything_was_restarted()
      throws Exception {
    Matcher advice = dirtyRow();
    String logLine = line();
    bank.crash();
    coordinator.close();
    coordinator = startCoordinator();
    network.retarget(coordinator.port());
    bank.restart();
    bank.awaitConnected();

    String[] words = advice.group(1).split(" ");
    CommandProcess show = command(words);
    String branch = words[3];
    String[] decide = {
      "dirty", "resolve", xid, branch, "merge", "--who", "ada", "--why", "keep the bonus"
    };
    CommandProcess refused = command(decide);
    decide[4] = "keep";
    CommandProcess resolve = command(decide);

    assertThat(show.exitCode()).as(show.output()).isZero();
    assertThat(show.output()).containsIgnoringCase("account").contains("rolls back");
    assertThat(show.output())
        .containsPattern("(?i)both +balance +numeric\\(19, ?2\\) +100.00 +70.00 +75.00")
        .contains("report 1", "applications that can undo it: 1");
    assertThat(refused.exitCode())
        .as("both changed the balance: %s", refused.output())
        .isEqualTo(4);
    assertThat(resolve.exitCode()).as(resolve.output()).isZero();
    assertThat(resolve.output()).isEqualTo(xid + " " + branch + ": undone\n");
    assertThat(bank.balance(1)).isEqualByComparingTo("75.00");
    awaitNothingLeft();
    assertThat(http("/api/audit", null).body())
        .contains(
            "\"operator\":\"ada\"", "\"reason\":\"keep the bonus\"", "\"outcome\":\"undone\"");
    transcript(logLine, String.join(" ", words), show.output(), shell(decide), resolve.output());
  }

  private static String shell(String[] words) {
    StringBuilder line = new StringBuilder();
    for (String word : words) {
      line.append(line.isEmpty() ? "" : " ");
      line.append(word.contains(" ") ? "'" + word + "'" : word);
    }
    return line.toString();
  }

  @Test
  void a_row_that_changed_after_it_was_looked_at_is_shown_anew_and_not_touched() throws Exception {
    Matcher advice = dirtyRow();
    String path = "/api/dirty/" + advice.group(2) + "/" + advice.group(3);
    String who = "{\"operator\":\"ada\",\"reason\":\"test\",\"waitMillis\":60000,";
    assertThat(http(path, null).body()).contains("\"text\":\"75.00\"");
    bank.execute("update account set balance = balance + 7 where id = 1");

    HttpResponse<String> late =
        http(path + ":resolve", who + "\"report\":1,\"action\":\"restore\"}");

    assertThat(late.statusCode()).as(late.body()).isEqualTo(409);
    assertThat(bank.balance(1)).isEqualByComparingTo("82.00");
    String again = http(path, null).body();
    assertThat(again).contains("\"text\":\"82.00\"", "\"report\":2");
    Matcher row = Pattern.compile("\"row\":\"([0-9a-f]+)\"").matcher(again);
    assertThat(row.find()).isTrue();
    Matcher column = Pattern.compile("(?i)\"name\":\"(balance)\"").matcher(again);
    assertThat(column.find()).isTrue();
    HttpResponse<String> set =
        http(
            path + ":resolve",
            who
                + "\"report\":2,\"rows\":[{\"row\":\""
                + row.group(1)
                + "\",\"action\":\"values\",\"values\":{\""
                + column.group(1)
                + "\":\"112.50\"}}]}");
    assertThat(set.statusCode()).as(set.body()).isEqualTo(200);
    assertThat(bank.balance(1)).isEqualByComparingTo("112.50");
    awaitNothingLeft();
  }
}
