package io.attx.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.attx.GlobalStatus;
import io.attx.GlobalTransactionException;
import io.attx.Xid;
import io.attx.client.GlobalTransactionContext;
import io.attx.spring.RealCoordinator;
import io.attx.spring.annotation.GlobalLock;
import io.attx.spring.annotation.GlobalPropagation;
import io.attx.spring.annotation.GlobalTransactional;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** Every propagation behaviour, alone and beside local transactions, with a real coordinator. */
class PropagationTest {

  private static RealCoordinator coordinator;
  private static ConfigurableApplicationContext context;

  private final Outer outer = context.getBean(Outer.class);
  private final Inner inner = context.getBean(Inner.class);
  private final JdbcClient jdbc = context.getBean(JdbcClient.class);
  private final GlobalTransactionTemplate template =
      context.getBean(GlobalTransactionTemplate.class);

  @BeforeAll
  static void start() {
    coordinator = new RealCoordinator();
    context =
        coordinator.application(
            "propagation",
            WebApplicationType.NONE,
            Map.of("attx.lock-wait", "30s"),
            Application.class);
    context
        .getBean(JdbcClient.class)
        .sql("CREATE TABLE note (text VARCHAR(40) PRIMARY KEY, info VARCHAR(40))")
        .update();
  }

  @AfterAll
  static void stop() {
    context.close();
    coordinator.close();
  }

  @BeforeEach
  void empty() {
    jdbc.sql("DELETE FROM note").update();
  }

  @AfterEach
  void theThreadIsFree() {
    assertThat(GlobalTransactionContext.currentXid()).isNull();
    RealCoordinator.awaitNoUndoRows(jdbc);
  }

  // ---- the behaviours ----

  @Test
  void withoutACallerOnlyRequiredAndRequiresNewBegin() {
    assertThat(inner.required(this::current)).isNotNull();
    assertThat(inner.requiresNew(this::current)).isNotNull();
    assertThat(inner.supports(this::current)).isNull();
    assertThat(inner.notSupported(this::current)).isNull();
    assertThat(inner.never(this::current)).isNull();
    assertThatThrownBy(() -> inner.mandatory(this::current))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Inner.mandatory")
        .hasMessageContaining("MANDATORY");
  }

  @Test
  void insideOfOneEachDoesWhatItsNameSays() {
    outer.global(
        () -> {
          Xid mine = current();
          assertThat(inner.required(this::current)).isEqualTo(mine);
          assertThat(inner.supports(this::current)).isEqualTo(mine);
          assertThat(inner.mandatory(this::current)).isEqualTo(mine);
          assertThat(inner.requiresNew(this::current)).isNotNull().isNotEqualTo(mine);
          assertThat(inner.notSupported(this::current)).isNull();
          assertThatThrownBy(() -> inner.never(this::current))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("NEVER")
              .hasMessageContaining(mine.toString());
          assertThat(current()).as("bound again").isEqualTo(mine);
          return null;
        });
  }

  @Test
  void anInnerTransactionOfItsOwnSurvivesTheRollbackOfTheOuterOne() {
    Throwable thrown =
        catchThrowable(
            () ->
                outer.global(
                    () -> {
                      note("outer");
                      inner.requiresNew(() -> note("inner"));
                      throw new IllegalStateException("outer fails");
                    }));

    assertThat(thrown).hasMessage("outer fails");
    assertThat(notes()).containsExactly("inner");
  }

  @Test
  void anInnerTransactionOfItsOwnIsRolledBackWithoutTheOuterOne() {
    outer.global(
        () -> {
          note("outer");
          assertThatThrownBy(
                  () ->
                      inner.requiresNew(
                          () -> {
                            note("inner");
                            throw new IllegalStateException("inner fails");
                          }))
              .hasMessage("inner fails");
          assertThat(notes()).containsExactly("outer");
          return note("outer again");
        });

    assertThat(notes()).containsExactly("outer", "outer again");
  }

  @Test
  void whatRunsOutsideIsNotUndone() {
    assertThatThrownBy(
            () ->
                outer.global(
                    () -> {
                      note("inside");
                      inner.notSupported(() -> note("outside"));
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");

    assertThat(notes()).containsExactly("outside");
  }

  @Test
  void aFailureOfAMethodThatTakesPartForbidsTheCommitEvenWhenItIsCaught() {
    assertThatThrownBy(
            () ->
                outer.global(
                    () -> {
                      note("outer");
                      assertThatThrownBy(
                              () ->
                                  inner.supports(
                                      () -> {
                                        throw new IllegalStateException("caught");
                                      }))
                          .hasMessage("caught");
                      return null;
                    }))
        .isInstanceOf(GlobalTransactionException.class)
        .hasMessageContaining("rollback-only");

    assertThat(notes()).isEmpty();
  }

  // ---- beside local transactions ----

  @Test
  void onOneMethodTheLocalTransactionCommitsInsideTheGlobalOneWhicheverComesFirst() {
    outer.bothGlobalFirst(() -> note("one"));
    outer.bothLocalFirst(() -> note("two"));

    assertThat(notes()).containsExactly("one", "two");
  }

  @Test
  void onOneMethodAFailureRollsBothBack() {
    assertThatThrownBy(
            () ->
                outer.bothLocalFirst(
                    () -> {
                      note("one");
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");

    assertThat(notes()).isEmpty();
  }

  @Test
  void localTransactionsInsideOfAGlobalOneAreUndoneAfterTheirCommit() {
    assertThatThrownBy(
            () ->
                outer.global(
                    () -> {
                      inner.local(() -> note("one"));
                      inner.local(() -> note("two"));
                      assertThat(notes()).as("committed locally").containsExactly("one", "two");
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");

    assertThat(notes()).isEmpty();
  }

  @Test
  void aGlobalTransactionInsideOfALocalOneThatUsesTheSameConnectionCannotCommit() {
    assertThatThrownBy(() -> outer.local(() -> inner.required(() -> note("early"))))
        .isInstanceOf(GlobalTransactionException.class)
        .hasMessageContaining("still open in this process");

    assertThat(notes()).isEmpty();
  }

  @Test
  void aGlobalTransactionIsRefusedInALocalOneThatHasWritten() {
    assertThatThrownBy(
            () ->
                outer.local(
                    () -> {
                      note("before");
                      return inner.required(() -> note("inside"));
                    }))
        .rootCause()
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("middle of a local transaction");

    assertThat(notes()).isEmpty();
  }

  @Test
  void aNewGlobalTransactionInTheCallersLocalOneIsRefusedWithTheWayOut() {
    assertThatThrownBy(
            () ->
                outer.bothGlobalFirst(
                    () -> {
                      note("outer");
                      return inner.requiresNew(() -> note("inner"));
                    }))
        .rootCause()
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("belongs to global transaction")
        .hasMessageContaining("@Transactional(propagation = REQUIRES_NEW)");

    assertThat(notes()).isEmpty();
  }

  @Test
  void aNewGlobalTransactionWithALocalOneOfItsOwnIsIndependent() {
    assertThatThrownBy(
            () ->
                outer.bothGlobalFirst(
                    () -> {
                      note("outer");
                      inner.bothNew(() -> note("inner"));
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");

    assertThat(notes()).containsExactly("inner");
  }

  @Test
  void whatRunsInTheCallersLocalTransactionStaysPartOfIt() {
    assertThatThrownBy(
            () ->
                outer.bothGlobalFirst(
                    () -> {
                      note("outer");
                      inner.notSupported(() -> note("in the same local transaction"));
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");

    assertThat(notes()).isEmpty();
  }

  @Test
  void aLocalRollbackOnlyMeansAnExceptionAndARollback() {
    TransactionTemplate local = context.getBean(TransactionTemplate.class);

    assertThatThrownBy(
            () ->
                outer.global(
                    () -> {
                      note("first");
                      local.executeWithoutResult(
                          status -> {
                            note("second");
                            status.setRollbackOnly();
                          });
                      assertThat(notes()).containsExactly("first");
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");

    assertThat(notes()).isEmpty();
  }

  // ---- local transactions that respect global locks ----

  @Test
  void aLocalTransactionThatAskedForItWaitsAtItsCommitForTheRowsOfAGlobalOne() throws Exception {
    note("shared");
    CompletableFuture<Integer> local = new CompletableFuture<>();
    outer.global(
        () -> {
          jdbc.sql("UPDATE note SET info = 'global' WHERE text = 'shared'").update();
          Thread other =
              new Thread(
                  () -> {
                    try {
                      local.complete(inner.respectful(() -> info("local")));
                    } catch (Throwable failure) {
                      local.completeExceptionally(failure);
                    }
                  });
          other.start();
          await()
              .atMost(Duration.ofSeconds(30))
              .until(() -> local.isDone() || coordinator.waiting() > 0);
          assertThat(local).as("waits").isNotDone();
          return null;
        });

    assertThat(local.get(30, TimeUnit.SECONDS)).isOne();
    assertThat(jdbc.sql("SELECT info FROM note").query(String.class).single()).isEqualTo("local");
  }

  @Test
  void aLocalTransactionThatDidNotAskIsNotHeldUp() {
    note("shared");
    outer.global(
        () -> {
          jdbc.sql("UPDATE note SET info = 'global' WHERE text = 'shared'").update();
          return inner.notSupported(() -> inner.local(() -> info("local")));
        });

    assertThat(jdbc.sql("SELECT info FROM note").query(String.class).single()).isEqualTo("local");
  }

  private int info(String text) {
    return jdbc.sql("UPDATE note SET info = ? WHERE text = 'shared'").param(text).update();
  }

  // ---- time ----

  @Test
  void aCommitAfterTheDeadlineIsRefusedWithTheReasonAndUndone() {
    assertThatThrownBy(
            () ->
                outer.brief(
                    () -> {
                      note("late");
                      await().atMost(Duration.ofSeconds(30)).until(() -> notes().isEmpty());
                      return null;
                    }))
        .isInstanceOfSatisfying(
            GlobalTransactionException.class,
            e -> assertThat(e.status()).isIn(GlobalStatus.ROLLING_BACK, GlobalStatus.ROLLED_BACK))
        .hasMessageContaining("rolled back instead of committed");

    assertThat(notes()).isEmpty();
  }

  // ---- the template ----

  @Test
  void theTemplateCommitsAndRollsBackByTheSameRules() throws Exception {
    template
        .with(GlobalTransactionDefinition.named("by template"))
        .execute(
            () -> {
              note("kept");
              assertThat(current()).isNotNull();
            });
    RollbackRules rules = RollbackRules.defaults().noRollbackFor(IllegalStateException.class);
    assertThatThrownBy(
            () ->
                template
                    .with(GlobalTransactionDefinition.named("tolerant").rules(rules))
                    .execute(
                        () -> {
                          note("kept too");
                          throw new IllegalStateException("commits");
                        }))
        .hasMessage("commits");
    assertThatThrownBy(
            () ->
                template.execute(
                    () -> {
                      note("gone");
                      throw new IllegalStateException("rolls back");
                    }))
        .hasMessage("rolls back");

    assertThat(notes()).containsExactly("kept", "kept too");
  }

  @Test
  void theTemplateRefusesWhatItsPropagationForbids() {
    GlobalTransactionTemplate mandatory =
        template.with(
            GlobalTransactionDefinition.named("").propagation(GlobalPropagation.MANDATORY));

    assertThatThrownBy(() -> mandatory.execute(() -> note("never")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("This work");
    assertThat(notes()).isEmpty();
  }

  private Xid current() {
    return GlobalTransactionContext.currentXid();
  }

  private Object note(String text) {
    return jdbc.sql("INSERT INTO note (text) VALUES (?)").param(text).update();
  }

  private List<String> notes() {
    return jdbc.sql("SELECT text FROM note ORDER BY text").query(String.class).list();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {
    @Bean
    Outer outer() {
      return new Outer();
    }

    @Bean
    Inner inner() {
      return new Inner();
    }
  }

  /** Runs what it is given, without checked exceptions. */
  interface Work<T> extends Callable<T> {
    @Override
    T call();
  }

  static class Outer {
    @GlobalTransactional
    public <T> T global(Work<T> work) {
      return work.call();
    }

    @Transactional
    public <T> T local(Work<T> work) {
      return work.call();
    }

    @GlobalTransactional
    @Transactional
    public <T> T bothGlobalFirst(Work<T> work) {
      return work.call();
    }

    @Transactional
    @GlobalTransactional
    public <T> T bothLocalFirst(Work<T> work) {
      return work.call();
    }

    @GlobalTransactional(timeout = "2s")
    public <T> T brief(Work<T> work) {
      return work.call();
    }
  }

  static class Inner {
    @GlobalTransactional
    public <T> T required(Work<T> work) {
      return work.call();
    }

    @GlobalTransactional(propagation = GlobalPropagation.REQUIRES_NEW)
    public <T> T requiresNew(Work<T> work) {
      return work.call();
    }

    @GlobalTransactional(propagation = GlobalPropagation.SUPPORTS)
    public <T> T supports(Work<T> work) {
      return work.call();
    }

    @GlobalTransactional(propagation = GlobalPropagation.NOT_SUPPORTED)
    public <T> T notSupported(Work<T> work) {
      return work.call();
    }

    @GlobalTransactional(propagation = GlobalPropagation.MANDATORY)
    public <T> T mandatory(Work<T> work) {
      return work.call();
    }

    @GlobalTransactional(propagation = GlobalPropagation.NEVER)
    public <T> T never(Work<T> work) {
      return work.call();
    }

    @Transactional
    public <T> T local(Work<T> work) {
      return work.call();
    }

    @Transactional
    @GlobalLock
    public <T> T respectful(Work<T> work) {
      return work.call();
    }

    @GlobalTransactional(propagation = GlobalPropagation.REQUIRES_NEW)
    @Transactional(propagation = Propagation.REQUIRES_NEW)
    public <T> T bothNew(Work<T> work) {
      return work.call();
    }
  }
}
