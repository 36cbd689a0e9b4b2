package io.attx.spring.interceptor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RollbackRulesTest {

  @Test
  void withoutRulesUncheckedExceptionsRollBackAndCheckedOnesDoNot() {
    RollbackRules rules = new RollbackRules(List.of(), List.of());

    assertThat(rules.rollsBack(new IllegalStateException())).isTrue();
    assertThat(rules.rollsBack(new AssertionError())).isTrue();
    assertThat(rules.rollsBack(new IOException())).isFalse();
  }

  @Test
  void aNamedCheckedExceptionAndItsSubclassesRollBack() {
    RollbackRules rules = new RollbackRules(List.of(IOException.class), List.of());

    assertThat(rules.rollsBack(new FileNotFoundException())).isTrue();
    assertThat(rules.rollsBack(new InterruptedException())).isFalse();
    assertThat(rules.rollsBack(new IllegalStateException())).as("the default still holds").isTrue();
  }

  @Test
  void theClosestSuperclassDecides() {
    RollbackRules rules =
        new RollbackRules(
            List.of(Exception.class, NumberFormatException.class),
            List.of(IllegalArgumentException.class));

    assertThat(rules.rollsBack(new IllegalArgumentException())).isFalse();
    assertThat(rules.rollsBack(new NumberFormatException())).isTrue();
    assertThat(rules.rollsBack(new IOException())).isTrue();
  }

  @Test
  void atTheSameDistanceTheRollbackWins() {
    RollbackRules rules = new RollbackRules(List.of(IOException.class), List.of(IOException.class));

    assertThat(rules.rollsBack(new IOException())).isTrue();
  }
}
