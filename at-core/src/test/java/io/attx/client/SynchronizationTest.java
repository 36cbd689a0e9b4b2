package io.attx.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.attx.GlobalStatus;
import io.attx.GlobalTransactionException;
import io.attx.LocalEnd;
import io.attx.Xid;
import io.attx.protocol.CommitTransaction;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.RollbackTransaction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SynchronizationTest extends ClientFixture {
  private final List<String> events = new ArrayList<>();
  private DefaultAtClient client;

  @BeforeEach
  void connect() {
    coordinator.start();
    client = connected();
  }

  @Test
  void aCommitIsAnnouncedInsideAndToldOutside() {
    GlobalTransaction tx = changed();
    GlobalTransactionContext.register(new Recording("one"));
    tx.register(new Recording("two"));
    tx.commit();

    assertThat(events)
        .containsExactly(
            "one beforeCommit in",
            "two beforeCommit in",
            "one afterCommit out",
            "two afterCommit out",
            "one afterCompletion COMMITTED out",
            "two afterCompletion COMMITTED out");
  }

  @Test
  void aRollbackIsAnnouncedInsideAndToldOutside() {
    GlobalTransaction tx = changed();
    tx.register(new Recording("one"));
    tx.rollback();
    tx.rollback();

    assertThat(events)
        .containsExactly(
            "one beforeRollback in",
            "one afterRollback out",
            "one afterCompletion ROLLED_BACK out");
  }

  @Test
  void aCommitThatIsForbiddenAlreadyIsARollback() {
    GlobalTransaction tx = changed();
    tx.register(new Recording("one"));
    tx.setRollbackOnly();
    assertThatThrownBy(tx::commit).isInstanceOf(GlobalTransactionException.class);

    assertThat(events)
        .containsExactly(
            "one beforeRollback in",
            "one afterRollback out",
            "one afterCompletion ROLLED_BACK out");
  }

  @Test
  void aCommitThatTheCoordinatorTurnsIntoARollbackIsToldAsOne() {
    coordinator.on(
        CommitTransaction.class, r -> coordinator.outcome(GlobalStatus.ROLLED_BACK, "too late"));
    GlobalTransaction tx = changed();
    tx.register(new Recording("one"));
    assertThatThrownBy(tx::commit).hasMessageContaining("too late");

    assertThat(events)
        .containsExactly(
            "one beforeCommit in", "one afterRollback out", "one afterCompletion ROLLED_BACK out");
  }

  @Test
  void anOutcomeThatCannotBeLearnedIsUnknown() {
    coordinator.on(CommitTransaction.class, r -> Refused.of(RefusalCode.BAD_REQUEST, "broken"));
    GlobalTransaction tx = changed();
    tx.register(new Recording("one"));
    assertThatThrownBy(tx::commit).hasMessageContaining("broken");

    assertThat(events).containsExactly("one beforeCommit in", "one afterCompletion UNKNOWN out");
  }

  @Test
  void aFailureBeforeTheCommitRollsBackAndReachesTheCaller() {
    IllegalStateException no = new IllegalStateException("no");
    GlobalTransaction tx = changed();
    tx.register(
        new GlobalTransactionSynchronization() {
          @Override
          public void beforeCommit(Xid xid) {
            throw no;
          }
        });
    tx.register(new Recording("two"));

    assertThat(catchThrowable(tx::commit)).isSameAs(no);
    assertThat(coordinator.requests(CommitTransaction.class)).isEmpty();
    assertThat(coordinator.requests(RollbackTransaction.class)).hasSize(1);
    assertThat(GlobalTransactionContext.current()).isNull();
    assertThat(events)
        .containsExactly(
            "two beforeRollback in",
            "two afterRollback out",
            "two afterCompletion ROLLED_BACK out");
  }

  @Test
  void aFailureAfterwardsChangesNothingAndKeepsNobodyElseFromBeingTold() {
    GlobalTransaction tx = changed();
    tx.register(
        new GlobalTransactionSynchronization() {
          @Override
          public void afterCommit(Xid xid) {
            throw new IllegalStateException("no");
          }

          @Override
          public void afterCompletion(Xid xid, GlobalStatus outcome) {
            throw new AssertionError("no");
          }
        });
    tx.register(new Recording("two"));
    tx.commit();

    assertThat(events)
        .containsExactly(
            "two beforeCommit in", "two afterCommit out", "two afterCompletion COMMITTED out");
  }

  @Test
  void oneThatIsRegisteredBeforeTheCommitByAnotherOneIsCalledToo() {
    GlobalTransaction tx = changed();
    tx.register(
        new GlobalTransactionSynchronization() {
          @Override
          public void beforeCommit(Xid xid) {
            GlobalTransactionContext.register(new Recording("late"));
          }
        });
    tx.commit();

    assertThat(events)
        .containsExactly(
            "late beforeCommit in", "late afterCommit out", "late afterCompletion COMMITTED out");
  }

  @Test
  void nothingCanWaitForAnEndThatIsNotLearnedHere() {
    Recording any = new Recording("any");
    assertThatThrownBy(() -> GlobalTransactionContext.register(any))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("in no global transaction");
    try (GlobalTransactionContext.Scope scope = client.join(new Xid(1, 2, 3))) {
      assertThatThrownBy(() -> GlobalTransactionContext.register(any))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("begun by another process");
    }
    GlobalTransaction ended = client.begin(named("ended"));
    ended.commit();
    assertThatThrownBy(() -> ended.register(any))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has ended");
    assertThat(events).isEmpty();
  }

  /** One that the coordinator has to decide. */
  private GlobalTransaction changed() {
    GlobalTransaction tx = client.begin(named("order"));
    granted(client).ended(LocalEnd.LOCALLY_COMMITTED);
    return tx;
  }

  /** Writes down what is called and whether the thread is in the transaction then. */
  private final class Recording implements GlobalTransactionSynchronization {
    private final String name;

    Recording(String name) {
      this.name = name;
    }

    private void add(String what, Xid xid) {
      Xid current = GlobalTransactionContext.currentXid();
      assertThat(current).isIn(xid, null);
      events.add(name + " " + what + (current == null ? " out" : " in"));
    }

    @Override
    public void beforeCommit(Xid xid) {
      add("beforeCommit", xid);
    }

    @Override
    public void beforeRollback(Xid xid) {
      add("beforeRollback", xid);
    }

    @Override
    public void afterCommit(Xid xid) {
      add("afterCommit", xid);
    }

    @Override
    public void afterRollback(Xid xid) {
      add("afterRollback", xid);
    }

    @Override
    public void afterCompletion(Xid xid, GlobalStatus outcome) {
      add("afterCompletion " + outcome, xid);
    }
  }
}
