package io.attx.datasource.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.BranchRef;
import io.attx.ResourceId;
import io.attx.databases.DatabaseKind;
import io.attx.datasource.dirty.DirtyRules;
import io.attx.datasource.dirty.DirtySettings;
import io.attx.datasource.undo.BranchRollback.Outcome;
import io.attx.datasource.undo.UndoFixture.Branch;
import io.attx.dirty.DirtyPolicies;
import io.attx.protocol.DirtyCase;
import io.attx.protocol.DirtyCases;
import io.attx.protocol.DirtyColumn;
import io.attx.protocol.FetchValue;
import io.attx.protocol.FetchedValue;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.RowDecision;
import io.attx.protocol.ShownValue;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a person sees of a branch in quarantine, and what becomes of the decision. */
abstract class OperatorDecisionsContract {
  private final DatabaseKind kind;
  UndoFixture database;

  OperatorDecisionsContract(DatabaseKind kind) {
    this.kind = kind;
  }

  /** Column definitions and pairs of values that are one value in two spellings. */
  abstract Map<String, List<String>> spellings();

  /** What a session may be set to while the branch runs, and must not make its rows dirty. */
  abstract List<String> oddSession();

  @BeforeEach
  void freshDatabase() throws SQLException {
    database = UndoFixture.on(kind);
    database.execute(
        "CREATE TABLE account (id INT PRIMARY KEY, owner VARCHAR(2000), balance DECIMAL(12,2),"
            + " points INT)",
        "INSERT INTO account VALUES (1, 'ann', 100.50, 1), (2, 'bob', 0, 2), (3, NULL, NULL, 3)");
  }

  // ---- what a person sees ----

  @Test
  void theCaseShowsTheThreeImagesAndTheColumnsThatDiffer() throws Exception {
    DirtyCases cases = casesOf(quarantined(conflict(), OperatorDecisions.NONE));

    DirtyCase one = cases.cases().get(0);
    assertThat(cases.total()).isEqualTo(1);
    assertThat(one.table()).containsIgnoringCase("account");
    assertThat(one.key()).isEqualToIgnoringCase("id=1");
    assertThat(one.policy()).isEqualTo("hold");
    assertThat(column(one, "balance"))
        .extracting(c -> c.before().text(), c -> c.after().text(), c -> c.now().text())
        .containsExactly("100.50", "5.00", "6.00");
    assertThat(column(one, "balance").changedByOthers()).isTrue();
    assertThat(column(one, "owner").after().text()).isEqualTo("new");
    assertThat(column(one, "owner").changedByOthers()).isFalse();
    assertThat(column(one, "points").changedByBranch()).isFalse();
  }

  @Test
  void aLongValueIsAbbreviatedAndCanBeFetchedWhole() throws Exception {
    String longText = "ü0'\"".repeat(300);
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch =
          work.change(
                  "account",
                  List.of("1"),
                  "UPDATE account SET owner = '" + longText.replace("'", "''") + "' WHERE id = 1")
              .commit();
    }
    database.execute("UPDATE account SET owner = NULL WHERE id = 1");
    DirtyCase one = casesOf(quarantined(branch, OperatorDecisions.NONE)).cases().get(0);

    ShownValue shown = column(one, "owner").after();
    assertThat(shown.isAbbreviated()).isTrue();
    assertThat(shown.length()).isEqualTo(longText.length());
    assertThat(column(one, "owner").now()).isEqualTo(ShownValue.NULL);
    String name = column(one, "owner").name();
    assertThat(fetch(branch, one.row(), name, FetchValue.Image.AFTER).text()).isEqualTo(longText);
    assertThat(fetch(branch, one.row(), name, FetchValue.Image.BEFORE).text()).isEqualTo("ann");
    assertThat(fetch(branch, one.row(), name, FetchValue.Image.NOW).kind())
        .isEqualTo(ShownValue.Kind.NULL);
    assertThat(fetch(branch, one.row(), "nothing", FetchValue.Image.NOW).problem())
        .contains("nothing");
    assertThat(fetch(branch, "0123456789abcdef", name, FetchValue.Image.NOW).problem())
        .contains("no row");
    database.execute("DELETE FROM account WHERE id = 1");
    assertThat(fetch(branch, one.row(), name, FetchValue.Image.NOW).kind())
        .isEqualTo(ShownValue.Kind.ABSENT);
  }

  // ---- decisions ----

  @Test
  void eachDecisionAboutARowDoesWhatItSays() throws Exception {
    assertThat(decided(ResolveAction.KEEP)).containsExactly("1|new|6.00|1");
    assertThat(decided(ResolveAction.RESTORE)).containsExactly("1|ann|100.50|1");
    assertThat(
            decided(
                ResolveAction.VALUES,
                value("balance", "7.25"),
                value("owner", null),
                value("points", "12")))
        .containsExactly("1|null|7.25|12");
  }

  private List<String> decided(ResolveAction action, RowDecision.ColumnText... values)
      throws Exception {
    freshDatabase();
    BranchRef branch = conflict();
    DirtyCase one = casesOf(quarantined(branch, OperatorDecisions.NONE)).cases().get(0);
    List<RowDecision.ColumnText> exact =
        List.of(values).stream()
            .map(
                given ->
                    new RowDecision.ColumnText(column(one, given.column()).name(), given.text()))
            .toList();
    RowDecision decision = new RowDecision(one.row(), action, one.now(), exact);
    Outcome outcome = resolve(branch, List.of(decision), null);
    assertThat(outcome).isInstanceOf(Outcome.Undone.class);
    assertThat(((Outcome.Undone) outcome).settled())
        .extracting(SettledRow::policy)
        .containsExactly("operator " + action.name().toLowerCase(Locale.ROOT));
    assertThat(database.rows("SELECT state FROM undo_log")).containsExactly("1");
    assertThat(database.rows("SELECT balance FROM account WHERE id = 2")).containsExactly("0.00");
    return database.rows("SELECT * FROM account WHERE id = 1");
  }

  @Test
  void aMergeIsRefusedWhereBothChangedAColumnAndDoneElsewhere() throws Exception {
    BranchRef branch = conflict();
    List<String> now = database.rows("SELECT * FROM account ORDER BY id");
    DirtyCase one = casesOf(quarantined(branch, OperatorDecisions.NONE)).cases().get(0);
    RowDecision merge = new RowDecision(one.row(), ResolveAction.MERGE, one.now(), List.of());
    assertThat(resolve(branch, List.of(merge), null)).isInstanceOf(Outcome.Refused.class);
    assertThat(database.rows("SELECT * FROM account ORDER BY id")).isEqualTo(now);

    database.execute("UPDATE account SET balance = 5, points = 77 WHERE id = 1");
    assertThat(resolve(branch, List.of(), ResolveAction.MERGE)).isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT * FROM account WHERE id = 1"))
        .containsExactly("1|ann|100.50|77");
  }

  @Test
  void aDecisionAboutARowThatChangedSinceIsNotCarriedOutAndTheNewStateIsShown() throws Exception {
    BranchRef branch = conflict();
    DirtyCase seen = casesOf(quarantined(branch, OperatorDecisions.NONE)).cases().get(0);
    database.execute("UPDATE account SET balance = 8 WHERE id = 1");
    List<String> now = database.rows("SELECT * FROM account ORDER BY id");

    Outcome.Quarantined again =
        (Outcome.Quarantined)
            resolve(
                branch,
                List.of(new RowDecision(seen.row(), ResolveAction.KEEP, seen.now(), List.of())),
                null);

    DirtyCase fresh = casesOf(again).cases().get(0);
    assertThat(again.detail()).contains("changed since");
    assertThat(fresh.row()).isEqualTo(seen.row());
    assertThat(fresh.now()).isNotEqualTo(seen.now());
    assertThat(column(fresh, "balance").now().text()).isEqualTo("8.00");
    assertThat(database.rows("SELECT * FROM account ORDER BY id")).isEqualTo(now);
    assertThat(database.rows("SELECT state FROM undo_log")).containsExactly("0");
  }

  @Test
  void oneDecisionForAllOtherRowsGoesWithDecisionsForSingleOnes() throws Exception {
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch =
          work.change(
                  "account", List.of("1", "2", "3"), "UPDATE account SET balance = 5, points = 0")
              .commit();
    }
    database.execute("UPDATE account SET balance = 6 WHERE id <= 2");
    DirtyCases cases = casesOf(quarantined(branch, OperatorDecisions.NONE));
    DirtyCase two =
        cases.cases().stream().filter(c -> c.key().endsWith("=2")).findFirst().orElseThrow();
    RowDecision keepTwo = new RowDecision(two.row(), ResolveAction.KEEP, two.now(), List.of());

    Outcome undecided = resolve(branch, List.of(keepTwo), null);
    assertThat(casesOf((Outcome.Quarantined) undecided).total()).isEqualTo(2);

    assertThat(resolve(branch, List.of(keepTwo), ResolveAction.RESTORE))
        .isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT * FROM account ORDER BY id"))
        .containsExactly("1|ann|100.50|1", "2|bob|6.00|0", "3|null|null|3");
  }

  @Test
  void whatCannotBeDecidedSoIsRefusedAndNothingIsChanged() throws Exception {
    BranchRef branch = conflict();
    List<String> now = database.rows("SELECT * FROM account ORDER BY id");
    DirtyCase one = casesOf(quarantined(branch, OperatorDecisions.NONE)).cases().get(0);
    String key = one.key().substring(0, one.key().indexOf('='));
    String balance = column(one, "balance").name();

    assertRefused(branch, one, "key", value(key, "9"));
    assertRefused(branch, one, "balance", value(balance, "many"));
    assertRefused(branch, one, "nothing", value("nothing", "1"));
    Outcome unknown =
        resolve(
            branch,
            List.of(new RowDecision("0123456789abcdef", ResolveAction.KEEP, one.now(), List.of())),
            null);
    assertThat(((Outcome.Refused) unknown).detail()).contains("0123456789abcdef");
    assertThat(database.rows("SELECT * FROM account ORDER BY id")).isEqualTo(now);
  }

  private void assertRefused(
      BranchRef branch, DirtyCase one, String part, RowDecision.ColumnText value)
      throws SQLException {
    Outcome outcome =
        resolve(
            branch,
            List.of(new RowDecision(one.row(), ResolveAction.VALUES, one.now(), List.of(value))),
            null);
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    assertThat(((Outcome.Refused) outcome).detail()).containsIgnoringCase(part);
  }

  @Test
  void retryAsksTheDeclaredPoliciesAgain() throws Exception {
    BranchRef branch = conflict();
    database.execute("UPDATE account SET balance = 5 WHERE id = 1");
    assertThat(resolve(branch, List.of(), ResolveAction.RETRY)).isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT * FROM account WHERE id = 1"))
        .containsExactly("1|ann|100.50|1");
  }

  @Test
  void keepEndsABranchThatCannotBeUndoneAtAll() throws Exception {
    BranchRef missing = database.newBranch();
    assertThat(resolve(missing, List.of(), ResolveAction.RESTORE))
        .isInstanceOf(Outcome.Quarantined.class);
    assertThat(((Outcome.Undone) resolve(missing, List.of(), ResolveAction.KEEP)).note())
        .contains("undo missing");

    BranchRef damaged = conflict();
    List<String> now = database.rows("SELECT * FROM account ORDER BY id");
    try (Connection connection = database.address.connect();
        PreparedStatement damage = connection.prepareStatement("UPDATE undo_log SET payload = ?")) {
      damage.setBytes(1, new byte[] {1, 0, 0, 0, 0, 0, 99});
      damage.executeUpdate();
    }
    assertThat(((Outcome.Undone) resolve(damaged, List.of(), ResolveAction.KEEP)).note())
        .contains("damaged");
    assertThat(database.rows("SELECT * FROM account ORDER BY id")).isEqualTo(now);
    assertThat(database.rows("SELECT state FROM undo_log")).containsExactly("1");
  }

  @Test
  void aDecisionIsCarriedOutOnlyOnce() throws Exception {
    BranchRef branch = conflict();
    assertThat(resolve(branch, List.of(), ResolveAction.RESTORE))
        .isInstanceOf(Outcome.Undone.class);
    database.execute("UPDATE account SET balance = 1 WHERE id = 1");
    assertThat(resolve(branch, List.of(), ResolveAction.RESTORE))
        .isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT balance FROM account WHERE id = 1")).containsExactly("1.00");
  }

  // ---- policies that meet the database ----

  @Test
  void aCountThatTheColumnCannotHoldIsHeldWithTheRowNamed() throws Exception {
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch =
          work.change(
                  "account",
                  List.of("1", "2"),
                  "UPDATE account SET balance = balance + 10 WHERE id IN (1, 2)")
              .commit();
    }
    database.execute("UPDATE account SET balance = -9999999999.99 WHERE id = 2");
    List<String> now = database.rows("SELECT * FROM account ORDER BY id");

    Outcome outcome = rollback("account=delta(balance),hold", branch);

    DirtyCase one = casesOf((Outcome.Quarantined) outcome).cases().get(0);
    assertThat(one.key()).isEqualToIgnoringCase("id=2");
    assertThat(one.kind()).contains("refused");
    assertThat(database.rows("SELECT * FROM account ORDER BY id")).isEqualTo(now);
  }

  @Test
  void aPolicyThatDoesNotFitIsRefusedWhenItIsChecked() throws Exception {
    assertUnfit("nowhere=hold", "nowhere");
    assertUnfit("account=keep(ballance),hold", "ballance");
    assertUnfit("account=delta(owner),hold", "decimal");
    assertUnfit("account=delta(id),hold", "key");
    assertThatThrownBy(() -> settings("delta(balance)")).hasMessageContaining("names columns");
    assertThatThrownBy(() -> settings("handler(x),hold")).hasMessageContaining("not registered");
    try (Connection connection = database.address.connect()) {
      rules("account=delta(balance, POINTS),merge,keep(owner),hold").check(connection);
    }
  }

  private void assertUnfit(String policies, String part) throws SQLException {
    try (Connection connection = database.address.connect()) {
      assertThatThrownBy(() -> rules(policies).check(connection)).hasMessageContaining(part);
    }
  }

  // ---- no false dirt ----

  @Test
  void theSameValueInAnotherSpellingIsNotDirty() throws Exception {
    for (Map.Entry<String, List<String>> spelling : spellings().entrySet()) {
      String type = spelling.getKey();
      List<String> values = spelling.getValue();
      database.execute(
          "DROP TABLE IF EXISTS spelled",
          "CREATE TABLE spelled (id INT PRIMARY KEY, v " + type + ", w INT)",
          "INSERT INTO spelled VALUES (1, " + values.get(0) + ", 1)");
      List<String> before = database.rows("SELECT * FROM spelled");
      BranchRef branch;
      try (Branch work = database.branch()) {
        branch =
            work.change("spelled", List.of("1"), "UPDATE spelled SET w = 2, v = " + values.get(1))
                .commit();
      }
      database.execute("UPDATE spelled SET v = " + values.get(2));
      assertThat(rollback("", branch)).as(type).isInstanceOf(Outcome.Undone.class);
      assertThat(database.rows("SELECT * FROM spelled")).as(type).isEqualTo(before);
    }
  }

  @Test
  void theSessionOfTheBranchMakesNothingDirty() throws Exception {
    database.execute(
        "CREATE TABLE clock (id INT PRIMARY KEY, t TIMESTAMP NULL, c CHAR(9), d DECIMAL(9,3))",
        "INSERT INTO clock VALUES (1, '2024-03-31 12:00:00', 'ab', 1.5)");
    List<String> before = database.rows("SELECT * FROM clock");
    BranchRef branch;
    try (Branch work = database.branch()) {
      for (String setting : oddSession()) {
        try (var statement = work.connection.createStatement()) {
          statement.execute(setting);
        }
      }
      branch =
          work.change(
                  "clock",
                  List.of("1"),
                  "UPDATE clock SET t = '2024-07-01 01:02:03', c = 'xyz', d = 2.25")
              .commit();
    }
    assertThat(rollback("", branch)).isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT * FROM clock")).isEqualTo(before);
  }

  // ---- helpers ----

  /** Both changed the balance; the branch alone changed the owner, nobody the points. */
  private BranchRef conflict() throws SQLException {
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch =
          work.change(
                  "account",
                  List.of("1", "2"),
                  "UPDATE account SET balance = 5, owner = 'new' WHERE id IN (1, 2)")
              .commit();
    }
    database.execute("UPDATE account SET balance = 6 WHERE id = 1");
    return branch;
  }

  private static RowDecision.ColumnText value(String column, @Nullable String text) {
    return new RowDecision.ColumnText(column, text);
  }

  private static DirtyColumn column(DirtyCase one, String name) {
    return one.columns().stream()
        .filter(column -> column.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseGet(
            () ->
                new DirtyColumn(
                    name,
                    "",
                    ShownValue.ABSENT,
                    ShownValue.ABSENT,
                    ShownValue.ABSENT,
                    false,
                    false));
  }

  private DirtyCases casesOf(Outcome.Quarantined stuck) {
    return new DirtyReport(database.dialect).cases(stuck.rows());
  }

  private static DirtySettings settings(String policies) {
    return new DirtySettings(DirtyPolicies.parse(policies), Map.of(), List.of());
  }

  private DirtyRules rules(String policies) {
    return new DirtyRules(
        settings(policies), database.dialect.metadata(), database.dialect.images()::isSame);
  }

  private Outcome rollback(String policies, BranchRef branch) throws SQLException {
    try (Connection connection = database.address.connect()) {
      return new BranchRollback(
              database.dialect, database.store, java.time.Duration.ofSeconds(2), rules(policies))
          .rollback(connection, branch, true);
    }
  }

  private Outcome.Quarantined quarantined(BranchRef branch, OperatorDecisions decisions)
      throws SQLException {
    Outcome outcome = session(new UndoOrder(branch, true, DirtyPolicies.NONE, decisions));
    assertThat(outcome).isInstanceOf(Outcome.Quarantined.class);
    return (Outcome.Quarantined) outcome;
  }

  private Outcome resolve(BranchRef branch, List<RowDecision> rows, @Nullable ResolveAction others)
      throws SQLException {
    return session(
        new UndoOrder(branch, true, DirtyPolicies.NONE, OperatorDecisions.of(rows, others)));
  }

  private Outcome session(UndoOrder order) throws SQLException {
    try (Connection connection = database.address.connect();
        BranchRollback.Session session = database.rollback().open(connection)) {
      return session.rollback(order);
    }
  }

  private FetchedValue fetch(BranchRef branch, String row, String column, FetchValue.Image image)
      throws SQLException {
    try (Connection connection = database.address.connect();
        BranchRollback.Session session = database.rollback().open(connection)) {
      return session.fetch(new FetchValue(1, branch, new ResourceId("r"), row, column, image, 0));
    }
  }
}
