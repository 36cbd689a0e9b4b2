package io.attx.coordinator.runtime;

import static io.attx.coordinator.runtime.TestCoordinator.ACCOUNT;
import static io.attx.coordinator.runtime.TestCoordinator.STOCK;
import static io.attx.coordinator.runtime.TestCoordinator.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.attx.BranchRef;
import io.attx.GlobalStatus;
import io.attx.Xid;
import io.attx.coordinator.runtime.ResolveAnswer.State;
import io.attx.coordinator.runtime.TestCoordinator.TestClient;
import io.attx.coordinator.state.AuditEntry;
import io.attx.protocol.BeginInfo;
import io.attx.protocol.BeginTransaction;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchResult;
import io.attx.protocol.BranchResult.Outcome;
import io.attx.protocol.DirtyCase;
import io.attx.protocol.DirtyCases;
import io.attx.protocol.FetchValue;
import io.attx.protocol.FetchedValue;
import io.attx.protocol.PhaseTwoResults;
import io.attx.protocol.QueryTransaction;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.ResolveBranch;
import io.attx.protocol.RowDecision;
import io.attx.protocol.TransactionOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Branches in quarantine and what people do about them, from the report to the end. */
class QuarantineTest {
  private static final String ROW_1 = "0000000000000001";
  private static final String ROW_2 = "0000000000000002";
  private static final Duration LONG = Duration.ofSeconds(60);

  private final TestCoordinator coordinator = new TestCoordinator();
  private TestClient client = coordinator.client("shop");

  private static DirtyCase row(String row, String table, String now) {
    return new DirtyCase(table, "id=" + row.charAt(15), row, "changed", "hold", List.of(), 0, now);
  }

  private static DirtyCase row(String row) {
    return row(row, "shop.account", "aaaaaaaa");
  }

  private BranchRef quarantined(DirtyCase... rows) {
    client.serve(STOCK, ACCOUNT);
    Xid xid = client.xid();
    BranchRef ref = client.committedBranch(xid, STOCK, update("row " + xid.number()));
    client.rollback(xid);
    client.work();
    held(ref, 0, rows);
    return ref;
  }

  private void held(BranchRef ref, long resolution, DirtyCase... rows) {
    result(ref, Outcome.QUARANTINED, resolution, rows);
  }

  private void result(BranchRef ref, Outcome outcome, long resolution, DirtyCase... rows) {
    client.ask(
        new PhaseTwoResults(
            List.of(
                new BranchResult(
                    ref,
                    STOCK,
                    outcome,
                    outcome + " it is",
                    resolution,
                    new DirtyCases(Arrays.asList(rows), 0)))));
  }

  private static ResolveRequest request(BranchRef ref, int report, ResolveAction others) {
    return new ResolveRequest(ref, report, List.of(), null, others, "ada", "ticket 7");
  }

  private static ResolveRequest rows(BranchRef ref, ResolveRequest.Row... rows) {
    return new ResolveRequest(ref, 0, Arrays.asList(rows), null, null, "ada", "ticket 7");
  }

  private static ResolveRequest.Row keep(String row) {
    return new ResolveRequest.Row(row, ResolveAction.KEEP, List.of());
  }

  private CompletableFuture<ResolveAnswer> resolve(ResolveRequest request) {
    CompletableFuture<ResolveAnswer> answer =
        coordinator.runtime.operators().resolve(request, LONG);
    coordinator.loop.runDue();
    return answer;
  }

  private <T> T now(CompletableFuture<T> answer) {
    coordinator.loop.runDue();
    assertThat(answer).isCompleted();
    return answer.join();
  }

  private List<ResolveBranch> orders() {
    List<ResolveBranch> orders = new ArrayList<>();
    client.link.pushes.removeIf(push -> push instanceof ResolveBranch order && orders.add(order));
    return orders;
  }

  private List<AuditEntry> trail() {
    return now(coordinator.runtime.operators().audit(0, 100)).items();
  }

  private GlobalStatus status(Xid xid) {
    return ((TransactionOutcome) client.ask(new QueryTransaction(xid))).status();
  }

  private DirtyBranch shown(BranchRef ref) {
    return now(coordinator.runtime.operators().dirty(ref));
  }

  // ---- looking ----

  @Test
  void aCaseIsShownWithAllThatIsNeededToDecideIt() {
    BranchRef ref = quarantined(row(ROW_1), row(ROW_2));

    DirtyBranch shown = shown(ref);

    assertThat(shown.application()).isEqualTo("shop");
    assertThat(shown.description()).isEqualTo("a database");
    assertThat(shown.transaction()).isEqualTo("test");
    assertThat(shown.detail()).isEqualTo("QUARANTINED it is");
    assertThat(shown.locks()).isEqualTo(1);
    assertThat(shown.servers()).isEqualTo(1);
    assertThat(shown.quarantine().report()).isEqualTo(1);
    assertThat(shown.quarantine().sinceMillis()).isGreaterThanOrEqualTo(SimLoop.WALL_MILLIS);
    assertThat(shown.quarantine().cases().cases()).containsExactly(row(ROW_1), row(ROW_2));
  }

  @Test
  void casesAreListedByTableWithOrWithoutItsSchemaAndInPages() {
    BranchRef one = quarantined(row(ROW_1, "shop.account", "aaaaaaaa"));
    BranchRef two = quarantined(row(ROW_1, "shop.stock", "aaaaaaaa"));
    OperatorDesk desk = coordinator.runtime.operators();

    assertThat(now(desk.dirty(null, 0, 10)).items())
        .extracting(DirtyBranch::branch)
        .containsExactly(one, two);
    assertThat(now(desk.dirty("STOCK", 0, 10)).items())
        .extracting(DirtyBranch::branch)
        .containsExactly(two);
    assertThat(now(desk.dirty("shop.stock", 0, 10)).total()).isEqualTo(1);
    assertThat(now(desk.dirty("tock", 0, 10)).total()).isZero();
    Page<DirtyBranch> second = now(desk.dirty(null, 1, 1));
    assertThat(second.total()).isEqualTo(2);
    assertThat(second.items()).extracting(DirtyBranch::branch).containsExactly(two);
  }

  @Test
  void locksAreListedInPagesWithTheirHoldersAndWhoWaits() {
    Xid xid = client.xid();
    BranchRef ref = client.committedBranch(xid, STOCK, update("1"), update("2"), update("3"));
    BranchRef waiting = client.branch(client.xid());
    client.registerAndWait(waiting, STOCK, update("3"));
    client.committedBranch(client.xid(), ACCOUNT, update("9"));
    OperatorDesk desk = coordinator.runtime.operators();

    Page<HeldLock> page = now(desk.locks(null, null, 1, 2));
    assertThat(page.total()).isEqualTo(4);
    assertThat(page.items())
        .extracting(lock -> lock.key().toString())
        .containsExactly("t[2]", "t[3]");
    assertThat(page.items()).allMatch(lock -> lock.holder().equals(ref));
    assertThat(page.items().get(0).waiters()).isEmpty();
    assertThat(page.items().get(1).waiters()).containsExactly(waiting.xid());
    assertThat(now(desk.locks(ACCOUNT, null, 0, 10)).total()).isEqualTo(1);
    assertThat(now(desk.locks(null, xid, 0, 10)).total()).isEqualTo(3);
    assertThat(now(desk.locks(null, null, 3, 10)).items()).hasSize(1);
  }

  // ---- resolving ----

  @Test
  void aDecisionAboutTheWholeBranchNamesEachRowAsItWasSeenAndFreesTheLocks() {
    BranchRef ref = quarantined(row(ROW_1), row(ROW_2));

    CompletableFuture<ResolveAnswer> answer = resolve(request(ref, 1, ResolveAction.KEEP));

    ResolveBranch order = orders().get(0);
    assertThat(order.rows())
        .containsExactly(
            new RowDecision(ROW_1, ResolveAction.KEEP, "aaaaaaaa", List.of()),
            new RowDecision(ROW_2, ResolveAction.KEEP, "aaaaaaaa", List.of()));
    assertThat(order.others()).as("no row that nobody saw is kept").isNull();
    assertThat(order.operator()).isEqualTo("ada");
    assertThat(order.locallyCommitted()).isTrue();
    assertThat(answer).isNotCompleted();
    result(ref, Outcome.UNDONE, order.resolution());
    assertThat(now(answer).state()).isEqualTo(State.UNDONE);
    assertThat(coordinator.status().counts().locks()).isZero();
    assertThat(coordinator.status().counts().quarantined()).isZero();
    assertThat(status(ref.xid())).isEqualTo(GlobalStatus.ROLLED_BACK);
    assertThat(shown(ref)).isNull();
  }

  @Test
  void decisionsAboutSingleRowsWaitUntilAllRowsAreDecided() {
    BranchRef ref = quarantined(row(ROW_1), row(ROW_2));

    assertThat(now(resolve(rows(ref, keep(ROW_1)))))
        .extracting(ResolveAnswer::state, ResolveAnswer::open)
        .containsExactly(State.RECORDED, 1);
    assertThat(orders()).isEmpty();
    List<RowDecision.ColumnText> values = List.of(new RowDecision.ColumnText("balance", "5"));
    resolve(rows(ref, new ResolveRequest.Row("0000000000000002", ResolveAction.VALUES, values)));

    assertThat(orders().get(0).rows())
        .containsExactlyInAnyOrder(
            new RowDecision(ROW_1, ResolveAction.KEEP, "aaaaaaaa", List.of()),
            new RowDecision(ROW_2, ResolveAction.VALUES, "aaaaaaaa", values));
  }

  @Test
  void aDecisionForATableLeavesRowsOfOtherTablesOpen() {
    BranchRef ref = quarantined(row(ROW_1), row(ROW_2, "shop.stock", "bbbbbbbb"));
    ResolveRequest stock =
        new ResolveRequest(ref, 0, List.of(), "stock", ResolveAction.RESTORE, "ada", "why");

    assertThat(now(resolve(stock)).open()).isEqualTo(1);
    assertThat(shown(ref).quarantine().decided())
        .containsExactly(new RowDecision(ROW_2, ResolveAction.RESTORE, "bbbbbbbb", List.of()));
    resolve(request(ref, 1, ResolveAction.KEEP));

    assertThat(orders().get(0).rows())
        .extracting(RowDecision::row, RowDecision::action)
        .containsExactlyInAnyOrder(
            tuple(ROW_1, ResolveAction.KEEP), tuple(ROW_2, ResolveAction.RESTORE));
  }

  @Test
  void rowsThatAreNotListedFollowTheDecisionForTheWholeBranchOnly() {
    client.serve(STOCK);
    BranchRef ref = client.committedBranch(client.xid(), STOCK, update("1"));
    client.rollback(ref.xid());
    DirtyCases many =
        DirtyCases.of(
            IntStream.range(0, 120).mapToObj(n -> row(String.format("%016x", n))).toList());
    client.ask(
        new PhaseTwoResults(
            List.of(new BranchResult(ref, STOCK, Outcome.QUARANTINED, "many", 0, many))));

    assertThat(now(resolve(rows(ref, keep(ROW_1)))).open()).isEqualTo(119);
    resolve(request(ref, 1, ResolveAction.RESTORE));

    ResolveBranch order = orders().get(0);
    assertThat(order.rows()).hasSize(100);
    assertThat(order.others()).isEqualTo(ResolveAction.RESTORE);
  }

  @Test
  void aRowThatChangedSinceIsShownAnewAndOtherDecisionsStay() {
    BranchRef ref = quarantined(row(ROW_1), row(ROW_2));
    CompletableFuture<ResolveAnswer> answer = resolve(request(ref, 1, ResolveAction.RESTORE));
    long number = orders().get(0).resolution();

    held(ref, number, row(ROW_1), row(ROW_2, "shop.account", "cccccccc"));

    assertThat(now(answer).state()).isEqualTo(State.HELD);
    DirtyBranch again = shown(ref);
    assertThat(again.quarantine().report()).isEqualTo(2);
    assertThat(again.quarantine().running()).isNull();
    assertThat(again.quarantine().decided()).extracting(RowDecision::row).containsExactly(ROW_1);
    assertThat(now(resolve(request(ref, 1, ResolveAction.RESTORE))).state())
        .isEqualTo(State.CHANGED_SINCE);
    resolve(request(ref, 2, ResolveAction.RESTORE));
    assertThat(orders().get(0).rows())
        .extracting(RowDecision::expectedNow)
        .containsExactlyInAnyOrder("aaaaaaaa", "cccccccc");
  }

  @Test
  void aDecisionThatCannotBeCarriedOutChangesNothingAndIsNotRepeated() {
    BranchRef ref = quarantined(row(ROW_1));
    CompletableFuture<ResolveAnswer> answer = resolve(request(ref, 1, ResolveAction.MERGE));

    result(ref, Outcome.RESOLUTION_REFUSED, orders().get(0).resolution());

    assertThat(now(answer).state()).isEqualTo(State.REFUSED);
    assertThat(now(answer).message()).contains("RESOLUTION_REFUSED it is");
    coordinator.advance(Duration.ofMinutes(5));
    assertThat(orders()).isEmpty();
    assertThat(shown(ref).quarantine().cases().cases()).hasSize(1);
    assertThat(coordinator.status().counts().locks()).isEqualTo(1);
  }

  @Test
  void aPassingObstacleIsShownAndTheDecisionIsTriedAgain() {
    BranchRef ref = quarantined(row(ROW_1));
    CompletableFuture<ResolveAnswer> answer = resolve(request(ref, 1, ResolveAction.KEEP));
    ResolveBranch order = orders().get(0);

    result(ref, Outcome.RETRY, order.resolution());

    assertThat(shown(ref).obstacle()).isEqualTo("RETRY it is");
    coordinator.advance(Duration.ofSeconds(1));
    assertThat(orders()).containsExactly(order);
    result(ref, Outcome.UNDONE, order.resolution());
    assertThat(now(answer).state()).isEqualTo(State.UNDONE);
  }

  @Test
  void aDecisionWaitsForAnApplicationThatServesTheResource() {
    BranchRef ref = quarantined(row(ROW_1));
    client.disconnect();
    CompletableFuture<ResolveAnswer> answer =
        coordinator.runtime.operators().resolve(request(ref, 1, ResolveAction.KEEP), Duration.ZERO);
    coordinator.loop.runDue();

    assertThat(answer.join().state()).isEqualTo(State.RUNNING);
    client.resume();
    client.serve(STOCK);
    coordinator.advance(Duration.ofMillis(20));
    assertThat(orders()).hasSize(1);
  }

  @Test
  void aNewerDecisionReplacesOneThatIsNotCarriedOutYetAndLateAnswersDoNotCount() {
    BranchRef ref = quarantined(row(ROW_1));
    resolve(request(ref, 1, ResolveAction.KEEP));
    ResolveBranch first = orders().get(0);
    CompletableFuture<ResolveAnswer> second = resolve(request(ref, 1, ResolveAction.RESTORE));
    ResolveBranch order = orders().get(0);
    assertThat(order.resolution()).isGreaterThan(first.resolution());

    held(ref, first.resolution(), row(ROW_1, "shop.account", "dddddddd"));
    result(ref, Outcome.RESOLUTION_REFUSED, first.resolution());
    held(ref, 0, row(ROW_1, "shop.account", "eeeeeeee"));

    assertThat(second).isNotCompleted();
    assertThat(shown(ref).quarantine().report()).isEqualTo(1);
    result(ref, Outcome.UNDONE, order.resolution());
    assertThat(now(second).state()).isEqualTo(State.UNDONE);
  }

  @Test
  void aRepeatedReportWithTheSameContentIsNoNewOne() {
    BranchRef ref = quarantined(row(ROW_1));

    held(ref, 0, row(ROW_1));
    assertThat(shown(ref).quarantine().report()).isEqualTo(1);
    held(ref, 0, row(ROW_1, "shop.account", "eeeeeeee"));
    assertThat(shown(ref).quarantine().report()).isEqualTo(2);
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheReason() {
    BranchRef ref = quarantined(row(ROW_1), row(ROW_2));

    assertThat(now(resolve(rows(ref, keep("0000")))).state()).isEqualTo(State.INVALID);
    assertThat(now(resolve(rows(ref, keep("ffff")))).state()).isEqualTo(State.NOT_FOUND);
    assertThat(now(resolve(rows(ref))).message()).isEqualTo("nothing is decided");
    assertThat(
            now(resolve(rows(ref, new ResolveRequest.Row(ROW_1, ResolveAction.VALUES, List.of()))))
                .message())
        .contains("do not go with VALUES");
    BranchRef unknown = client.branch(client.xid());
    assertThat(now(resolve(request(unknown, 0, ResolveAction.KEEP))).state())
        .isEqualTo(State.NOT_FOUND);
  }

  @Test
  void earlierBranchesOfTheResourceGoOnWhenTheDecisionIsCarriedOut() {
    client.serve(STOCK, ACCOUNT);
    Xid xid = client.xid();
    BranchRef earlier = client.committedBranch(xid, STOCK, update("1"));
    BranchRef dirty = client.committedBranch(xid, STOCK, update("2"));
    client.rollback(xid);
    client.work();
    held(dirty, 0, row(ROW_1));
    assertThat(client.work()).isEmpty();

    resolve(request(dirty, 1, ResolveAction.RETRY));
    ResolveBranch order = orders().get(0);
    assertThat(order.others()).isEqualTo(ResolveAction.RETRY);
    assertThat(order.rows()).isEmpty();
    result(dirty, Outcome.UNDONE, order.resolution());

    assertThat(client.work()).extracting(BranchCommand::ref).contains(earlier);
  }

  // ---- restarts ----

  @Test
  void casesDecisionsAndWhatIsUnderWaySurviveARestart() {
    BranchRef open = quarantined(row(ROW_1), row(ROW_2));
    now(resolve(rows(open, keep(ROW_1))));
    BranchRef running = quarantined(row(ROW_1));
    resolve(request(running, 1, ResolveAction.RESTORE));
    ResolveBranch order = orders().get(0);
    DirtyBranch before = shown(open);
    List<AuditEntry> trail = trail();

    coordinator.restart();
    client.resume();
    client.serve(STOCK);
    coordinator.advance(Duration.ofMillis(20));

    assertThat(shown(open).quarantine()).isEqualTo(before.quarantine());
    assertThat(trail()).isEqualTo(trail);
    assertThat(orders()).containsExactly(order);
    result(running, Outcome.UNDONE, order.resolution());
    assertThat(status(running.xid())).isEqualTo(GlobalStatus.ROLLED_BACK);
    resolve(request(open, 1, ResolveAction.KEEP));
    ResolveBranch last = orders().get(0);
    assertThat(last.resolution()).isGreaterThan(order.resolution());
    result(open, Outcome.UNDONE, last.resolution());
    assertThat(coordinator.status().counts().locks()).isZero();
  }

  // ---- the trail ----

  @Test
  void everyActionOfAPersonIsInTheTrailWithWhoWhyWhenWhatAndItsOutcome() {
    BranchRef ref = quarantined(row(ROW_1), row(ROW_2));
    now(resolve(request(ref, 7, ResolveAction.KEEP)));
    now(resolve(rows(ref, keep(ROW_2))));
    resolve(request(ref, 1, ResolveAction.RESTORE));
    long number = orders().get(0).resolution();
    result(ref, Outcome.UNDONE, number);
    Xid other = client.xid();
    client.committedBranch(other, ACCOUNT, update("7"));
    now(coordinator.runtime.operators().rollback(other, "bob", "stuck"));

    List<AuditEntry> trail = trail();

    assertThat(trail).extracting(AuditEntry::number).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(trail).allMatch(entry -> entry.atMillis() >= SimLoop.WALL_MILLIS);
    assertThat(trail)
        .extracting(AuditEntry::event, AuditEntry::operator, AuditEntry::reason)
        .containsExactly(
            tuple(AuditEntry.Event.DECISION, "ada", "ticket 7"),
            tuple(AuditEntry.Event.DECISION, "ada", "ticket 7"),
            tuple(AuditEntry.Event.DECISION, "ada", "ticket 7"),
            tuple(AuditEntry.Event.END, "ada", "ticket 7"),
            tuple(AuditEntry.Event.ROLLBACK, "bob", "stuck"));
    assertThat(trail.get(0).outcome()).startsWith("refused: the decision is about report 7");
    assertThat(trail.get(1).rows())
        .containsExactly(
            new AuditEntry.Row(
                ROW_2, "shop.account", "id=2", ResolveAction.KEEP, "aaaaaaaa", List.of()));
    assertThat(trail.get(2).others()).isEqualTo(ResolveAction.RESTORE);
    assertThat(trail.get(3).resolution()).isEqualTo(number);
    assertThat(trail.get(3).outcome()).isEqualTo("undone");
    assertThat(trail.get(4).outcome()).isEqualTo("rolling_back");
    assertThat(now(coordinator.runtime.operators().audit(3, 1)).items())
        .containsExactly(trail.get(3));
  }

  @Test
  void aDecidedTransactionIsNotRolledBackByAPersonAndThatIsNotedToo() {
    client.serve(STOCK);
    BranchRef ref = client.committedBranch(client.xid(), STOCK, update("1"));
    client.commit(ref.xid());

    assertThat(now(coordinator.runtime.operators().rollback(ref.xid(), "bob", "no")).status())
        .isEqualTo(GlobalStatus.COMMITTING);
    assertThat(trail()).extracting(AuditEntry::outcome).containsExactly("committing");
    assertThat(now(coordinator.runtime.operators().transaction(ref.xid(), 10)).branches())
        .hasSize(1);
  }

  // ---- values ----

  @Test
  void aFullValueIsAskedOfAnApplicationThatServesTheResource() {
    BranchRef ref = quarantined(row(ROW_1));
    CompletableFuture<FetchedValue> answer =
        coordinator.runtime.operators().fetch(ref, ROW_1, "note", FetchValue.Image.NOW, 3, LONG);
    coordinator.loop.runDue();
    FetchValue question =
        (FetchValue)
            client.link.pushes.stream().filter(FetchValue.class::isInstance).findFirst().get();

    client.ask(FetchedValue.of(question, "abcdef"));

    assertThat(now(answer).text()).isEqualTo("def");
    client.disconnect();
    assertThat(
            now(coordinator
                    .runtime
                    .operators()
                    .fetch(ref, ROW_1, "note", FetchValue.Image.NOW, 0, LONG))
                .problem())
        .contains("no application");
  }

  @Test
  void thePolicyOfATransactionTravelsWithItsCommandsAlsoAfterARestart() {
    client.serve(STOCK);
    Xid xid = client.xid();
    client.ask(new BeginTransaction(xid, new BeginInfo("x", 30_000, "merge,hold")));
    client.committedBranch(xid, STOCK, update("1"));
    coordinator.restart();
    client.resume();
    client.serve(STOCK);

    client.rollback(xid);

    assertThat(client.work()).extracting(BranchCommand::dirtyPolicy).containsExactly("merge,hold");
  }
}
