package io.attx.coordinator.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IntervalSetTest {
  @Test
  void holdsExactlyWhatWasAddedInAnyOrder() {
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      IntervalSet set = new IntervalSet();
      Set<Long> expected = new HashSet<>();
      for (int i = 0; i < 200; i++) {
        long number = 1 + random.nextInt(150);
        assertThat(set.add(number)).as("seed " + seed).isEqualTo(expected.add(number));
        long probe = 1 + random.nextInt(150);
        assertThat(set.contains(probe)).as("seed " + seed).isEqualTo(expected.contains(probe));
      }
    }
  }

  @Test
  void numbersInOrderAreOneInterval() {
    IntervalSet set = new IntervalSet();
    for (long i = 1; i <= 100_000; i++) {
      set.add(i);
    }
    assertThat(set.size()).isEqualTo(1);
  }

  @Test
  void isBoundedAndThenCountsTheLowestGapsAsUsedButForgetsNothing() {
    IntervalSet set = new IntervalSet();
    for (long i = 0; i < IntervalSet.MAX_INTERVALS + 1_000; i++) {
      set.add(1 + 2 * i);
    }
    assertThat(set.size()).isEqualTo(IntervalSet.MAX_INTERVALS);
    for (long i = 0; i < IntervalSet.MAX_INTERVALS + 1_000; i++) {
      assertThat(set.contains(1 + 2 * i)).isTrue();
    }
    assertThat(set.contains(2)).as("the lowest gap").isTrue();
    assertThat(set.contains(2 + 2 * (IntervalSet.MAX_INTERVALS + 500))).isFalse();
  }

  @Test
  void intervalsOutOfOrderAreCorrupt() {
    IntervalSet set = new IntervalSet();
    set.append(5, 7);
    assertThatThrownBy(() -> set.append(8, 9)).isInstanceOf(CorruptLogException.class);
    assertThatThrownBy(() -> set.append(20, 19)).isInstanceOf(CorruptLogException.class);
  }
}
