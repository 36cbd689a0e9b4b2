package io.attx.client;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.attx.AttxException;
import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.GlobalStatus;
import io.attx.GlobalTransactionException;
import io.attx.LocalEnd;
import io.attx.ResourceId;
import io.attx.Xid;
import io.attx.protocol.AnnounceResources;
import io.attx.protocol.AskLocalEnds;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchFate;
import io.attx.protocol.BranchReport;
import io.attx.protocol.BranchResult;
import io.attx.protocol.CheckLocks;
import io.attx.protocol.CommitTransaction;
import io.attx.protocol.DirtyCase;
import io.attx.protocol.DirtyCases;
import io.attx.protocol.DirtyColumn;
import io.attx.protocol.FetchValue;
import io.attx.protocol.FetchedValue;
import io.attx.protocol.Limits;
import io.attx.protocol.PhaseTwo;
import io.attx.protocol.PhaseTwoResults;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.ReportBranches;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.ResolveBranch;
import io.attx.protocol.ResourceAnnouncement;
import io.attx.protocol.ShownValue;
import io.attx.protocol.TransactionDecided;
import io.attx.testing.LogLines;
import io.attx.testing.ScriptedCoordinator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Resource managers, phase two, and the questions of the coordinator. */
class ResourceTest extends ClientFixture {
  private static final Xid FOREIGN = new Xid(ScriptedCoordinator.CLUSTER, 99, 5);

  private DefaultAtClient client;

  /** A manager that records what it is told, and answers each command by a function. */
  private static class Recording implements ResourceManager {
    final List<BranchCommand> commands = new CopyOnWriteArrayList<>();
    final List<String> decisions = new CopyOnWriteArrayList<>();
    final AtomicInteger connects = new AtomicInteger();

    @Override
    public void phaseTwo(List<BranchCommand> work, Consumer<BranchResult> results) {
      commands.addAll(work);
      work.forEach(command -> results.accept(done(command)));
    }

    BranchResult done(BranchCommand command) {
      return new BranchResult(
          command.ref(), command.resource(), BranchResult.Outcome.UNDO_DELETED, "");
    }

    @Override
    public void decided(Xid xid, GlobalStatus status) {
      decisions.add(xid + " " + status);
    }

    @Override
    public void connected() {
      connects.incrementAndGet();
    }
  }

  @BeforeEach
  void connect() {
    coordinator.start();
    client = connected();
  }

  private static ResourceAnnouncement announcement(String resource) {
    return new ResourceAnnouncement(new ResourceId(resource), "server-1", "H2 " + resource);
  }

  private static BranchRef ref(long session, long number) {
    return new BranchRef(FOREIGN, new BranchId(session, number));
  }

  private static BranchCommand command(String resource, long number) {
    return new BranchCommand(
        ref(1, number), new ResourceId(resource), BranchCommand.Action.COMMIT, true);
  }

  private List<BranchResult> results() {
    List<BranchResult> results = new ArrayList<>();
    coordinator.requests(PhaseTwoResults.class).forEach(r -> results.addAll(r.results()));
    return results;
  }

  private List<BranchReport> reports() {
    List<BranchReport> reports = new ArrayList<>();
    coordinator.requests(ReportBranches.class).forEach(r -> reports.addAll(r.reports()));
    return reports;
  }

  // ---- announcing ----

  @Test
  void resourcesAreAnnouncedWhenAttachedAndAgainAfterAReconnect() throws Exception {
    Recording one = new Recording();
    Recording two = new Recording();
    client.attach(announcement("a"), one);
    await().until(() -> one.connects.get() == 1);
    var attachment = client.attach(announcement("b"), two);
    await().until(() -> two.connects.get() == 1);
    assertThat(one.connects.get()).isEqualTo(1);

    coordinator.dropConnections();
    await().until(() -> one.connects.get() == 2 && two.connects.get() == 2);
    attachment.close();

    List<AnnounceResources> expected =
        List.of(
            new AnnounceResources(List.of(announcement("a"))),
            new AnnounceResources(List.of(announcement("a"), announcement("b"))),
            new AnnounceResources(List.of(announcement("a"), announcement("b"))),
            new AnnounceResources(List.of(announcement("a"))));
    await()
        .untilAsserted(
            () -> assertThat(coordinator.requests(AnnounceResources.class)).isEqualTo(expected));
  }

  @Test
  void aClonedResourceIsToldLoudlyAndTakesNoBranchWhileTheOthersWork() {
    try (LogLines log = new LogLines("io.attx.client")) {
      coordinator.on(
          AnnounceResources.class,
          a ->
              a.resources().contains(announcement("clone"))
                  ? Refused.of(RefusalCode.CLONED_RESOURCE, "also announced by server-2")
                  : coordinator.happy(a));
      Recording good = new Recording();
      Recording clone = new Recording();
      coordinator.stop();
      await().until(() -> !client.isConnected());
      client.attach(announcement("clone"), clone);
      client.attach(announcement("good"), good);
      coordinator.start();
      await().until(() -> good.connects.get() == 1);

      assertThat(clone.connects.get()).isZero();
      assertThat(log.errors())
          .singleElement()
          .asString()
          .contains("clone", "CLONED_RESOURCE", "also announced by server-2");
      try (var scope = GlobalTransactionContext.join(FOREIGN)) {
        Participation current = GlobalTransactionContext.current();
        assertThatThrownBy(() -> client.openBranch(current, new ResourceId("clone")))
            .isInstanceOf(AttxException.class)
            .hasMessageContaining("also announced by server-2");
        client.openBranch(current, new ResourceId("good")).ended(LocalEnd.FAILED);
      }
    }
  }

  @Test
  void oneResourceFromTwoServersInOneProcessIsRefused() {
    client.attach(announcement("a"), new Recording());

    assertThatThrownBy(
            () ->
                client.attach(
                    new ResourceAnnouncement(new ResourceId("a"), "server-2", "H2 copy"),
                    new Recording()))
        .isInstanceOf(AttxException.class)
        .hasMessageContaining("copy of the other");
  }

  // ---- phase two ----

  @Test
  void commandsGoToTheManagerOfTheirResourceAndResultsComeBackInBatches() {
    Recording a = new Recording();
    Recording b = new Recording();
    client.attach(announcement("a"), a);
    client.attach(announcement("b"), b);
    await().until(() -> a.connects.get() + b.connects.get() == 2);
    List<BranchCommand> commands = new ArrayList<>();
    for (int i = 1; i <= 500; i++) {
      commands.add(command(i % 2 == 0 ? "a" : "b", i));
    }
    coordinator.push(new PhaseTwo(commands));

    await().until(() -> results().size() == 500);
    assertThat(a.commands).hasSize(250).allMatch(c -> c.resource().value().equals("a"));
    assertThat(b.commands).hasSize(250).allMatch(c -> c.resource().value().equals("b"));
    assertThat(results()).allMatch(r -> r.outcome() == BranchResult.Outcome.UNDO_DELETED);
    assertThat(coordinator.requests(PhaseTwoResults.class).size()).isLessThan(100);
  }

  @Test
  void aCommandForAResourceThatIsNotServedIsToBeTriedElsewhere() {
    coordinator.push(new PhaseTwo(List.of(command("nowhere", 1))));

    await().until(() -> !results().isEmpty());
    assertThat(results())
        .containsExactly(
            new BranchResult(
                ref(1, 1),
                new ResourceId("nowhere"),
                BranchResult.Outcome.RETRY,
                "resource nowhere is not served by this process (any more)"));
  }

  @Test
  void aManagerThatFailsOrIsDetachedMeansRetry() throws Exception {
    Recording failing =
        new Recording() {
          @Override
          public void phaseTwo(List<BranchCommand> work, Consumer<BranchResult> results) {
            throw new IllegalStateException("broken");
          }
        };
    client.attach(announcement("a"), failing);
    Recording detached = new Recording();
    client.attach(announcement("b"), detached).close();

    coordinator.push(new PhaseTwo(List.of(command("a", 1), command("b", 2))));

    await().until(() -> results().size() == 2);
    assertThat(results()).allMatch(r -> r.outcome() == BranchResult.Outcome.RETRY);
    assertThat(detached.commands).isEmpty();
  }

  // ---- dirty rows ----

  private static ResolveBranch order(String resource, long resolution) {
    return new ResolveBranch(
        resolution,
        ref(1, 1),
        new ResourceId(resource),
        true,
        "",
        List.of(),
        ResolveAction.KEEP,
        "ada",
        "ticket 7");
  }

  private static FetchValue question(String resource, long call) {
    return new FetchValue(
        call, ref(1, 1), new ResourceId(resource), "01234567", "note", FetchValue.Image.NOW, 2);
  }

  @Test
  void decisionsAndQuestionsReachTheManagerAndItsAnswersTheCoordinator() {
    List<ResolveBranch> orders = new CopyOnWriteArrayList<>();
    Recording knowing =
        new Recording() {
          @Override
          public void resolve(ResolveBranch order, Consumer<BranchResult> results) {
            orders.add(order);
            results.accept(
                new BranchResult(
                    order.ref(),
                    order.resource(),
                    BranchResult.Outcome.UNDONE,
                    "",
                    order.resolution(),
                    DirtyCases.NONE));
          }

          @Override
          public void fetch(FetchValue question, Consumer<FetchedValue> answer) {
            answer.accept(FetchedValue.of(question, "abcd"));
          }
        };
    client.attach(announcement("a"), knowing);

    coordinator.push(order("a", 7));
    coordinator.push(question("a", 8));

    await().until(() -> !results().isEmpty());
    await().until(() -> !coordinator.requests(FetchedValue.class).isEmpty());
    assertThat(orders).containsExactly(order("a", 7));
    assertThat(results()).extracting(BranchResult::resolution).containsExactly(7L);
    assertThat(coordinator.requests(FetchedValue.class))
        .containsExactly(new FetchedValue(8, ShownValue.Kind.TEXT, "cd", 4, ""));
  }

  @Test
  void aManagerThatKnowsNothingOfDirtyRowsRefusesAndOneThatIsNotThereMeansRetry() {
    client.attach(announcement("a"), new Recording());

    coordinator.push(order("a", 1));
    coordinator.push(order("nowhere", 2));
    coordinator.push(question("a", 3));
    coordinator.push(question("nowhere", 4));

    await().until(() -> results().size() == 2);
    await().until(() -> coordinator.requests(FetchedValue.class).size() == 2);
    assertThat(results())
        .extracting(BranchResult::resolution, BranchResult::outcome)
        .containsExactlyInAnyOrder(
            tuple(1L, BranchResult.Outcome.RESOLUTION_REFUSED),
            tuple(2L, BranchResult.Outcome.RETRY));
    assertThat(coordinator.requests(FetchedValue.class))
        .allMatch(answer -> !answer.problem().isEmpty())
        .extracting(FetchedValue::call)
        .containsExactlyInAnyOrder(3L, 4L);
  }

  @Test
  void largeReportsOfDirtyRowsDoNotShareAFrame() {
    ShownValue value = ShownValue.of("ü".repeat(256));
    DirtyColumn column = new DirtyColumn("c", "text", value, value, value, true, true);
    DirtyCase large =
        new DirtyCase(
            "t", "id=1", "01234567", "changed", "hold", nCopies(100, column), 0, "01234567");
    DirtyCases cases = DirtyCases.of(nCopies(90, large));
    assertThat(cases.characters()).isBetween(60_000, Limits.MAX_CASES_CHARACTERS);
    assertThat(cases.total()).isEqualTo(90);
    Recording dirty =
        new Recording() {
          @Override
          BranchResult done(BranchCommand command) {
            return new BranchResult(
                command.ref(), command.resource(), BranchResult.Outcome.QUARANTINED, "", 0, cases);
          }
        };
    client.attach(announcement("a"), dirty);

    coordinator.push(
        new PhaseTwo(LongStream.range(0, 200).mapToObj(n -> command("a", n + 1)).toList()));

    await().until(() -> results().size() == 200);
    assertThat(coordinator.requests(PhaseTwoResults.class))
        .hasSizeGreaterThan(10)
        .allMatch(request -> request.results().size() < 25);
  }

  // ---- decided ----

  @Test
  void aDecisionIsToldToManagersWithAnOpenBranchAndForbidsTheCommit() {
    Recording open = new Recording();
    Recording other = new Recording();
    client.attach(announcement(RESOURCE.value()), open);
    client.attach(announcement("other"), other);
    GlobalTransaction tx = client.begin(named("x"));
    ClientBranch branch = granted(client);
    coordinator.push(new TransactionDecided(tx.xid(), GlobalStatus.ROLLING_BACK));

    await().until(() -> !open.decisions.isEmpty());
    assertThat(open.decisions).containsExactly(tx.xid() + " ROLLING_BACK");
    assertThat(other.decisions).isEmpty();
    assertThat(GlobalTransactionContext.current().isRollbackOnly()).isTrue();
    branch.ended(LocalEnd.FAILED);
    assertThatThrownBy(tx::commit)
        .isInstanceOf(GlobalTransactionException.class)
        .hasMessageContaining("the coordinator rolled it back");
    assertThat(coordinator.requests(CommitTransaction.class)).isEmpty();
  }

  // ---- local ends ----

  @Test
  void anOpenBranchThatIsAskedForReportsAtOnceWhenItEnds() {
    GlobalTransaction tx = client.begin(named("x"));
    ClientBranch branch = granted(client);
    coordinator.push(new AskLocalEnds(List.of(branch.ref(), ref(77, 1))));
    await().until(() -> reports().size() == 1); // the one of a session that is not ours

    branch.ended(LocalEnd.LOCALLY_COMMITTED);

    await().until(() -> reports().size() == 2);
    assertThat(reports().get(1))
        .isEqualTo(new BranchReport(branch.ref(), LocalEnd.LOCALLY_COMMITTED));
    tx.commit();
    assertThat(coordinator.requests(CommitTransaction.class).get(0).reports()).isEmpty();
  }

  @Test
  void anEndedBranchThatIsAskedForIsReportedBeforeTheCommit() {
    GlobalTransaction tx = client.begin(named("x"));
    ClientBranch branch = granted(client);
    branch.ended(LocalEnd.LOCALLY_COMMITTED);
    assertThat(reports()).isEmpty();

    coordinator.push(new AskLocalEnds(List.of(branch.ref())));

    await().until(() -> !reports().isEmpty());
    assertThat(reports())
        .containsExactly(new BranchReport(branch.ref(), LocalEnd.LOCALLY_COMMITTED));
    tx.commit();
  }

  @Test
  void idsThatThisClientNeverGaveOutHaveFailed() {
    coordinator.push(new AskLocalEnds(List.of(ref(1, 1_000), ref(55, 1))));

    await().until(() -> reports().size() == 2);
    assertThat(reports())
        .containsExactly(
            new BranchReport(ref(1, 1_000), LocalEnd.FAILED),
            new BranchReport(ref(55, 1), LocalEnd.FAILED));
  }

  @Test
  void anAcknowledgedEndIsNeverContradicted() {
    GlobalTransaction tx = client.begin(named("x"));
    ClientBranch branch = granted(client);
    branch.ended(LocalEnd.LOCALLY_COMMITTED);
    tx.commit();

    coordinator.push(new AskLocalEnds(List.of(branch.ref(), ref(55, 1))));

    await().until(() -> !reports().isEmpty());
    assertThat(reports()).containsExactly(new BranchReport(ref(55, 1), LocalEnd.FAILED));
  }

  // ---- the rest ----

  @Test
  void lockChecksAndQuestionsAboutBranchesAreAnswered() {
    client.checkLocks(FOREIGN, RESOURCE, locks(1), NO_WAIT, true).join();
    assertThat(coordinator.requests(CheckLocks.class))
        .containsExactly(new CheckLocks(FOREIGN, RESOURCE, locks(1), 0, true));
    assertThat(client.queryBranches(List.of(ref(1, 1), ref(1, 2))).join())
        .containsExactly(BranchFate.COMMITTED, BranchFate.COMMITTED);

    Xid holder = new Xid(ScriptedCoordinator.CLUSTER, 4, 4);
    coordinator.on(
        CheckLocks.class, c -> new Refused(RefusalCode.LOCK_CONFLICT, "locked", holder, null));
    assertThatThrownBy(() -> client.checkLocks(FOREIGN, RESOURCE, locks(1), NO_WAIT, true).join())
        .cause()
        .isInstanceOfSatisfying(
            BranchRefusedException.class,
            refused -> {
              assertThat(refused.holder()).isEqualTo(holder);
              assertThat(refused).hasMessageContaining("locked");
            });
  }
}
