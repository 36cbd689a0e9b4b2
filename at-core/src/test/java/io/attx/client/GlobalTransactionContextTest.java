package io.attx.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.GlobalTransactionException;
import io.attx.Xid;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class GlobalTransactionContextTest extends ClientFixture {
  private static final Xid ONE = new Xid(7, 1, 1);
  private static final Xid TWO = new Xid(7, 1, 2);

  @BeforeEach
  void clean() {
    MDC.clear();
  }

  @AfterEach
  void unbound() {
    assertThat(GlobalTransactionContext.currentXid()).isNull();
    assertThat(MDC.get("attx.xid")).isNull();
  }

  @Test
  void aJoinedScopeBindsTheThreadAndTheLogUntilItIsClosed() {
    try (var scope = GlobalTransactionContext.join(ONE)) {
      assertThat(GlobalTransactionContext.currentXid()).isEqualTo(ONE);
      assertThat(GlobalTransactionContext.current().export()).isEqualTo(ONE);
      assertThat(GlobalTransactionContext.current().remainingNanos()).isEqualTo(Long.MAX_VALUE);
      assertThat(GlobalTransactionContext.current()).isNotInstanceOf(GlobalTransaction.class);
      assertThat(MDC.get("attx.xid")).isEqualTo(ONE.toString());
      scope.close();
      assertThat(GlobalTransactionContext.currentXid()).isNull();
    }
  }

  @Test
  void joiningTheSameTransactionAgainKeepsTheParticipation() {
    try (var outer = GlobalTransactionContext.join(ONE)) {
      Participation first = GlobalTransactionContext.current();
      try (var inner = GlobalTransactionContext.join(ONE)) {
        assertThat(GlobalTransactionContext.current()).isSameAs(first);
      }
      assertThat(GlobalTransactionContext.current()).isSameAs(first);
    }
  }

  @Test
  void joiningAnotherTransactionInsideOneIsAMistake() {
    try (var outer = GlobalTransactionContext.join(ONE)) {
      assertThatThrownBy(() -> GlobalTransactionContext.join(TWO))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(ONE.toString())
          .hasMessageContaining(TWO.toString());
    }
  }

  @Test
  void suspendLeavesTheTransactionAndCloseComesBack() {
    MDC.put("attx.xid", "outer value");
    try (var outer = GlobalTransactionContext.join(ONE)) {
      try (var suspended = GlobalTransactionContext.suspend()) {
        assertThat(GlobalTransactionContext.current()).isNull();
        assertThat(MDC.get("attx.xid")).isNull();
        try (var inner = GlobalTransactionContext.join(TWO)) {
          assertThat(GlobalTransactionContext.currentXid()).isEqualTo(TWO);
        }
      }
      assertThat(GlobalTransactionContext.currentXid()).isEqualTo(ONE);
      assertThat(MDC.get("attx.xid")).isEqualTo(ONE.toString());
    }
    assertThat(MDC.get("attx.xid")).isEqualTo("outer value");
    MDC.clear();
  }

  @Test
  void aScopeClosedByAnotherThreadChangesNothing() {
    try (var scope = GlobalTransactionContext.join(ONE)) {
      CompletableFuture<Void> other = CompletableFuture.runAsync(scope::close);

      assertThatThrownBy(other::join)
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(Thread.currentThread().getName());
      assertThat(GlobalTransactionContext.currentXid()).isEqualTo(ONE);
    }
  }

  @Test
  void aScopeClosedBeforeAnInnerOneFailsButLeavesTheThreadClean() {
    var outer = GlobalTransactionContext.join(ONE);
    var inner = GlobalTransactionContext.suspend();

    assertThatThrownBy(outer::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("still open");
    assertThat(GlobalTransactionContext.currentXid()).isNull();
    inner.close();
    assertThat(GlobalTransactionContext.currentXid()).isNull();
  }

  @Test
  void aWrappedTaskTakesPartOnAnotherThreadAndLeavesItClean() throws Exception {
    try (var scope = GlobalTransactionContext.join(ONE)) {
      Participation mine = GlobalTransactionContext.current();
      Callable<Participation> task =
          GlobalTransactionContext.wrap(
              () -> {
                assertThat(MDC.get("attx.xid")).isEqualTo(ONE.toString());
                return GlobalTransactionContext.current();
              });
      Participation theirs =
          CompletableFuture.supplyAsync(
                  () -> {
                    try {
                      Participation result = task.call();
                      assertThat(GlobalTransactionContext.current()).isNull();
                      return result;
                    } catch (Exception failed) {
                      throw new IllegalStateException(failed);
                    }
                  })
              .get();
      assertThat(theirs).isSameAs(mine);
    }
  }

  @Test
  void aWrappedTaskOutsideATransactionIsTheTaskItself() {
    Runnable task = () -> {};
    assertThat(GlobalTransactionContext.wrap(task)).isSameAs(task);
  }

  @Test
  void aWrappedTaskThatStartsAfterTheEndFailsInsteadOfRunningUnprotected() {
    coordinator.start();
    AtClient client = connected();
    GlobalTransaction tx = client.begin(named("x"));
    Runnable task = GlobalTransactionContext.wrap(() -> {});
    tx.commit();

    assertThatThrownBy(task::run)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(tx.xid().toString())
        .hasMessageContaining("ended before this task");
  }

  @Test
  void aCapturedContextPutsAnotherThreadInTheSamePlaceAndBack() throws Exception {
    CapturedContext none = GlobalTransactionContext.capture();
    CapturedContext inside;
    try (var scope = GlobalTransactionContext.join(ONE)) {
      inside = GlobalTransactionContext.capture();
    }
    CompletableFuture.runAsync(
            () -> {
              try (var scope = GlobalTransactionContext.join(TWO)) {
                try (var carried = inside.open()) {
                  assertThat(GlobalTransactionContext.current()).isSameAs(inside.participation());
                  try (var outside = none.open()) {
                    assertThat(GlobalTransactionContext.current()).isNull();
                  }
                }
                assertThat(GlobalTransactionContext.currentXid()).isEqualTo(TWO);
              }
              assertThat(GlobalTransactionContext.current()).isNull();
            })
        .get();
  }

  @Test
  void whereACapturedTransactionHasEndedNoBranchCanBeOpened() {
    coordinator.start();
    AtClient client = connected();
    GlobalTransaction tx = client.begin(named("x"));
    CapturedContext captured = GlobalTransactionContext.capture();
    tx.commit();

    try (var late = captured.open()) {
      assertThat(GlobalTransactionContext.currentXid()).isEqualTo(tx.xid());
      assertThatThrownBy(
              () ->
                  client
                      .resourceManagers()
                      .openBranch(GlobalTransactionContext.current(), RESOURCE))
          .isInstanceOf(GlobalTransactionException.class)
          .hasMessageContaining("has ended");
    }
    assertThat(GlobalTransactionContext.current()).isNull();
  }

  @Test
  void aTransactionEndedOnAnotherThreadNoLongerBindsTheFirst() {
    coordinator.start();
    AtClient client = connected();
    GlobalTransaction tx = client.begin(named("x"));
    CompletableFuture.runAsync(tx::rollback).join();

    assertThat(GlobalTransactionContext.current()).isNull();
    client.begin(named("y")).rollback();
  }

  @Test
  void anEndInsideAnInnerScopeIsNoticedWhenTheScopeIsClosed() {
    coordinator.start();
    AtClient client = connected();
    GlobalTransaction tx = client.begin(named("x"));
    try (var suspended = GlobalTransactionContext.suspend()) {
      tx.rollback();
    }
    assertThat(GlobalTransactionContext.current()).isNull();
  }
}
