package io.attx.spring.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RollbackRulesTest {

  @Test
  void withoutRulesUncheckedExceptionsRollBackAndCheckedOnesDoNot() {
    RollbackRules rules = RollbackRules.defaults();

    assertThat(rules.rollsBack(new IllegalStateException())).isTrue();
    assertThat(rules.rollsBack(new AssertionError())).isTrue();
    assertThat(rules.rollsBack(new IOException())).isFalse();
  }

  @Test
  void aNamedCheckedExceptionAndItsSubclassesRollBack() {
    RollbackRules rules = RollbackRules.defaults().rollbackFor(IOException.class);

    assertThat(rules.rollsBack(new FileNotFoundException())).isTrue();
    assertThat(rules.rollsBack(new InterruptedException())).isFalse();
    assertThat(rules.rollsBack(new IllegalStateException())).as("the default still holds").isTrue();
  }

  @Test
  void theClosestSuperclassDecides() {
    RollbackRules rules =
        RollbackRules.defaults()
            .rollbackFor(Exception.class, NumberFormatException.class)
            .noRollbackFor(IllegalArgumentException.class);

    assertThat(rules.rollsBack(new IllegalArgumentException())).isFalse();
    assertThat(rules.rollsBack(new NumberFormatException())).isTrue();
    assertThat(rules.rollsBack(new IOException())).isTrue();
  }

  @Test
  void atTheSameDistanceTheRollbackWins() {
    RollbackRules rules =
        RollbackRules.defaults().rollbackFor(IOException.class).noRollbackFor(IOException.class);

    assertThat(rules.rollsBack(new IOException())).isTrue();
  }

  @Test
  void classesMayBeNamedInFullOrSimply() {
    RollbackRules rules =
        RollbackRules.defaults()
            .rollbackFor(List.of("java.io.IOException"))
            .noRollbackFor(List.of("FileNotFoundException", "Illegal"));

    assertThat(rules.rollsBack(new IOException())).isTrue();
    assertThat(rules.rollsBack(new FileNotFoundException())).isFalse();
    assertThat(rules.rollsBack(new IllegalStateException())).as("no parts of names").isTrue();
  }
}
