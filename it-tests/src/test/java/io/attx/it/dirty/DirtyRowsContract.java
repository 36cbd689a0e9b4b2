package io.attx.it.dirty;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.GlobalTransactionException;
import io.attx.client.GlobalTransaction;
import io.attx.client.GlobalTransactionOptions;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.dirty.DirtyRow;
import io.attx.datasource.dirty.DirtyRowDecision;
import io.attx.datasource.dirty.DirtyRowEvent;
import io.attx.it.support.Bank;
import io.attx.it.support.GeneratedDocument;
import io.attx.undolog.ColumnValue;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Plays every kind of dirt under every policy on a real server, through the proxy and a
 * coordinator, and compares what became of the rows with {@code docs/DIRTY_ROWS.md}, which people
 * have read and agreed to. {@code -Dattx.docs.write=true} writes the section anew instead.
 */
@Timeout(300)
abstract class DirtyRowsContract {
  private static final List<String> POLICIES =
      List.of(
          "hold",
          "keep",
          "restore",
          "merge,hold",
          "delta(qty),hold",
          "delta(qty),merge,keep",
          "handler(mine)");
  private static final List<String> COLUMNS = List.of("id", "a", "b", "qty", "code", "owner");

  private final DatabaseKind kind;
  private final ConcurrentLinkedQueue<DirtyRowEvent> events = new ConcurrentLinkedQueue<>();

  DirtyRowsContract(DatabaseKind kind) {
    this.kind = kind;
  }

  @Test
  void every_kind_of_dirt_ends_under_every_policy_as_documented() throws Exception {
    StringBuilder table = new StringBuilder("\n| | ");
    table.append(POLICIES.stream().map(p -> "`" + p + "`").collect(Collectors.joining(" | ")));
    table.append(" |\n").append("| --- ".repeat(POLICIES.size() + 1)).append("|\n");
    try (CoordinatorServer coordinator =
            CoordinatorServer.start(CoordinatorOptions.builder().port(0).inMemory(true).build());
        Bank bank =
            Bank.open(
                "dirty",
                SharedServers.freshDatabase(kind),
                "127.0.0.1:" + coordinator.port(),
                "",
                options ->
                    options
                        .dirtyRowHandler("mine", DirtyRowsContract::decide)
                        .dirtyRowListener(events::add))) {
      createTables(bank);
      bank.awaitConnected();
      long key = 100;
      for (Dirt dirt : Dirt.values()) {
        table.append("| ").append(dirt.title);
        for (String policy : POLICIES) {
          table.append(" | ").append(play(bank, dirt, policy, key));
          key += 10;
        }
        table.append(" |\n");
      }
    }
    GeneratedDocument.named("DIRTY_ROWS.md").section("Outcomes").isOrBecomes(table.toString());
  }

  /** The handler of the table: 42 where both changed the row, else what is there stays. */
  private static DirtyRowDecision decide(DirtyRow row) {
    Map<String, ColumnValue> now = row.now();
    if (now == null || row.before() == null || row.after() == null || row.kind().isObstacle()) {
      return DirtyRowDecision.KEEP_CURRENT;
    }
    String quantity = now.keySet().stream().filter("qty"::equalsIgnoreCase).findFirst().orElse("");
    return quantity.isEmpty()
        ? DirtyRowDecision.RESTORE_BEFORE
        : DirtyRowDecision.values(Map.of(quantity, new ColumnValue.Text("42.00")));
  }

  private static void createTables(Bank bank) throws Exception {
    bank.execute("create table owner (id bigint not null primary key)");
    bank.execute(
        "create table item (id bigint not null primary key, a int, b varchar(20),"
            + " qty decimal(12,2), code bigint unique, owner bigint,"
            + " foreign key (owner) references owner (id))");
    bank.execute(
        "create table piece (id bigint not null primary key, item bigint,"
            + " foreign key (item) references item (id))");
    bank.execute("create table crate (id bigint not null primary key)");
    bank.execute(
        "create table part (id bigint not null primary key, crate bigint,"
            + " foreign key (crate) references crate (id) on delete cascade)");
  }

  private String play(Bank bank, Dirt dirt, String policy, long key) throws Exception {
    String what = dirt + " under " + policy + " on " + kind;
    bank.execute(Dirt.at(key, "insert into owner values ($), ($1)"));
    bank.execute(Dirt.at(key, "insert into item values ($, 1, 'x', 100, $, $)"));
    List<List<String>> before = rows(bank, key);
    events.clear();
    GlobalTransaction tx =
        bank.client().begin(GlobalTransactionOptions.named(dirt.name()).dirty(policy));
    try (Connection connection = bank.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate(Dirt.at(key, dirt.ours))).as(what).isEqualTo(1);
    }
    for (String theirs : dirt.theirs) {
      bank.execute(Dirt.at(key, theirs));
    }
    List<List<String>> now = rows(bank, key);
    List<String> neighbours = neighbours(bank, key);
    boolean held = false;
    try {
      tx.rollback();
    } catch (GlobalTransactionException quarantined) {
      held = true;
    }
    List<List<String>> after = rows(bank, key);
    assertThat(neighbours(bank, key)).as("what others wrote: %s", what).isEqualTo(neighbours);
    assertThat(events.stream().anyMatch(DirtyRowEvent::held)).as(what).isEqualTo(held);
    if (held) {
      assertThat(after).as("nothing is changed: %s", what).isEqualTo(now);
      return "held";
    }
    String settled =
        events.stream().map(DirtyRowEvent::policy).distinct().collect(Collectors.joining(", "));
    String state = after.equals(before) ? "undone" : after.equals(now) ? "stays" : describe(after);
    return settled.isEmpty() ? state + ", not dirty" : state;
  }

  private static List<List<String>> rows(Bank bank, long key) throws Exception {
    String range = " where id between " + key + " and " + (key + 9);
    List<List<String>> rows = new ArrayList<>(bank.dump("item" + range, "id"));
    rows.addAll(bank.dump("crate" + range, "id"));
    return rows;
  }

  private static List<String> neighbours(Bank bank, long key) throws Exception {
    List<String> all = new ArrayList<>();
    for (String table : List.of("owner", "piece", "part")) {
      all.add(bank.dump(table + " where id between " + key + " and " + (key + 9), "id").toString());
    }
    return all;
  }

  /** The columns that are neither key nor as every row begins. */
  private static String describe(List<List<String>> rows) {
    return rows.stream()
        .map(
            row ->
                COLUMNS.stream()
                    .filter(column -> List.of("a", "b", "qty").contains(column))
                    .map(column -> column + " " + row.get(COLUMNS.indexOf(column)))
                    .collect(Collectors.joining(", ")))
        .collect(Collectors.joining(" / "));
  }

  /** A cluster of cells is worth its reading time only when the words are explained. */
  @Test
  void the_document_explains_its_cells() {
    assertThat(GeneratedDocument.named("DIRTY_ROWS.md").text())
        .contains("**held**", "**undone**", "**stays**", "**not dirty**");
  }
}
