package io.attx.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.GlobalStatus;
import io.attx.GlobalTransactionException;
import io.attx.LocalEnd;
import io.attx.ResourceId;
import io.attx.Xid;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchResult;
import io.attx.protocol.CommitTransaction;
import io.attx.protocol.PhaseTwo;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.RegisterBranch;
import io.attx.protocol.ResourceAnnouncement;
import io.attx.testing.ScriptedCoordinator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an observer of a client is told. */
class ClientObserverTest extends ClientFixture {

  private final Recorder recorder = new Recorder();

  private DefaultAtClient observed(ClientObserver observer) {
    coordinator.start();
    return connected(options().observer(observer).build());
  }

  @Test
  void aCommitWithABranchIsToldFromBeginToEnd() {
    DefaultAtClient client = observed(recorder);
    GlobalTransaction transaction = client.begin(named("order"));
    ClientBranch branch = branch(client);
    branch.register(locks(1), NO_WAIT, true).join();
    branch.undoWritten(3, 200);
    branch.ended(LocalEnd.LOCALLY_COMMITTED);
    transaction.commit();

    assertThat(recorder.events)
        .containsExactly(
            "begun order",
            "opened on orders-db",
            "locked true",
            "undo 3 rows 200 bytes",
            "branch LOCALLY_COMMITTED",
            "deciding",
            "ended COMMITTED");
  }

  @Test
  void aRefusedLockAndARollbackAreTold() {
    DefaultAtClient client = observed(recorder);
    coordinator.on(
        RegisterBranch.class,
        request -> new Refused(RefusalCode.LOCK_CONFLICT, "taken", null, null));
    GlobalTransaction transaction = client.begin(named("order"));
    ClientBranch branch = branch(client);
    assertThatThrownBy(() -> branch.register(locks(1), NO_WAIT, true).join())
        .hasCauseInstanceOf(BranchRefusedException.class);
    branch.ended(LocalEnd.FAILED);
    transaction.rollback();

    assertThat(recorder.events)
        .containsExactly(
            "begun order",
            "opened on orders-db",
            "locked false",
            "branch FAILED",
            "deciding",
            "ended ROLLED_BACK");
  }

  @Test
  void aCommitThatBecameARollbackIsToldWithItsFailure() {
    DefaultAtClient client = observed(recorder);
    coordinator.on(
        CommitTransaction.class,
        request -> coordinator.outcome(GlobalStatus.ROLLED_BACK, "too late"));
    GlobalTransaction transaction = client.begin(named("order"));
    granted(client).ended(LocalEnd.LOCALLY_COMMITTED);

    assertThatThrownBy(transaction::commit).isInstanceOf(GlobalTransactionException.class);
    assertThat(recorder.events).endsWith("deciding", "ended ROLLED_BACK with a failure");
  }

  @Test
  void aCommandOfPhaseTwoIsToldWhenItIsAnsweredAndCountedUntilThen() {
    DefaultAtClient client = observed(recorder);
    List<Consumer<BranchResult>> answers = new CopyOnWriteArrayList<>();
    client.attach(
        new ResourceAnnouncement(RESOURCE, "server", "the orders database"),
        new ResourceManager() {
          @Override
          public void phaseTwo(List<BranchCommand> commands, Consumer<BranchResult> results) {
            answers.add(results);
          }

          @Override
          public void decided(Xid xid, GlobalStatus status) {}

          @Override
          public void connected() {}
        });
    BranchRef ref = new BranchRef(new Xid(ScriptedCoordinator.CLUSTER, 9, 9), new BranchId(9, 9));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> client.snapshot().resources().equals(List.of("the orders database")));
    coordinator.push(
        new PhaseTwo(
            List.of(new BranchCommand(ref, RESOURCE, BranchCommand.Action.ROLLBACK, true))));
    await().atMost(Duration.ofSeconds(30)).until(() -> !answers.isEmpty());

    assertThat(client.snapshot().runningPhaseTwo()).isOne();
    answers.get(0).accept(new BranchResult(ref, RESOURCE, BranchResult.Outcome.UNDONE, ""));

    assertThat(client.snapshot().runningPhaseTwo()).isZero();
    assertThat(recorder.events).containsExactly("the orders database ROLLBACK UNDONE");
  }

  @Test
  void theSnapshotShowsWhatIsOpen() {
    DefaultAtClient client = observed(recorder);
    GlobalTransaction transaction = client.begin(named("order"));
    ClientBranch branch = granted(client);

    ClientSnapshot snapshot = client.snapshot();
    assertThat(snapshot.connected()).isTrue();
    assertThat(snapshot.openBranches()).isOne();
    assertThat(snapshot.transactions())
        .singleElement()
        .satisfies(
            live -> {
              assertThat(live.xid()).isEqualTo(transaction.xid());
              assertThat(live.name()).isEqualTo("order");
              assertThat(live.openBranches()).isOne();
              assertThat(live.remaining()).isPositive();
            });
    branch.ended(LocalEnd.FAILED);
    transaction.rollback();
    assertThat(client.snapshot().transactions()).isEmpty();
    assertThat(client.snapshot().openBranches()).isZero();
  }

  @Test
  void anObserverThatFailsChangesNothing() {
    DefaultAtClient client =
        observed(
            new ClientObserver() {
              @Override
              public TransactionWatch begun(Xid xid, String name) {
                throw new IllegalStateException("observer");
              }

              @Override
              public BranchWatch opened(Xid xid, ResourceId resource, String description) {
                throw new IllegalStateException("observer");
              }

              @Override
              public void phaseTwo(
                  String description,
                  BranchCommand.Action action,
                  BranchResult.Outcome outcome,
                  Duration took) {
                throw new IllegalStateException("observer");
              }
            });
    GlobalTransaction transaction = client.begin(named("order"));
    granted(client).ended(LocalEnd.LOCALLY_COMMITTED);
    transaction.commit();

    assertThat(coordinator.requests(CommitTransaction.class)).hasSize(1);
  }

  /** Writes down what it is told. */
  private static final class Recorder implements ClientObserver {
    final List<String> events = new CopyOnWriteArrayList<>();

    @Override
    public TransactionWatch begun(Xid xid, String name) {
      events.add("begun " + name);
      return new TransactionWatch() {
        @Override
        public void deciding() {
          events.add("deciding");
        }

        @Override
        public void ended(GlobalStatus status, @Nullable Throwable failure) {
          events.add("ended " + status + (failure == null ? "" : " with a failure"));
        }
      };
    }

    @Override
    public BranchWatch opened(Xid xid, ResourceId resource, String description) {
      events.add("opened on " + description);
      return new BranchWatch() {
        @Override
        public void undoWritten(int rows, long bytes) {
          events.add("undo " + rows + " rows " + bytes + " bytes");
        }

        @Override
        public void locked(Duration waited, boolean granted) {
          events.add("locked " + granted);
        }

        @Override
        public void ended(LocalEnd how) {
          events.add("branch " + how);
        }
      };
    }

    @Override
    public void phaseTwo(
        String description,
        BranchCommand.Action action,
        BranchResult.Outcome outcome,
        Duration took) {
      events.add(description + " " + action + " " + outcome);
    }
  }
}
