package io.attx.coordinator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimerQueueTest {
  private final SimLoop loop = new SimLoop();
  private final TimerQueue timers = new TimerQueue(loop);
  private final List<Recorder> fired = new ArrayList<>();

  private final class Recorder extends Timed {
    long firedAt = -1;

    @Override
    void fire() {
      firedAt = loop.nanos();
      fired.add(this);
    }
  }

  @Test
  void everyTimerFiresOnceAtItsTimeUnlessCancelled() {
    for (long seed = 1; seed <= 50; seed++) {
      fired.clear();
      Random random = new Random(seed);
      List<Recorder> armed = new ArrayList<>();
      List<Recorder> cancelled = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        Recorder timer = new Recorder();
        timers.arm(timer, random.nextInt(1_000_000));
        armed.add(timer);
        if (random.nextInt(3) == 0) {
          Recorder victim = armed.get(random.nextInt(armed.size()));
          timers.cancel(victim);
          cancelled.add(victim);
        }
        if (random.nextInt(5) == 0) {
          Recorder again = armed.get(random.nextInt(armed.size()));
          timers.arm(again, random.nextInt(1_000_000));
          cancelled.remove(again);
          cancelled.removeIf(each -> each == again);
        }
      }
      loop.advance(Duration.ofMillis(2));
      armed.removeAll(cancelled);
      assertThat(fired).as("seed " + seed).containsExactlyInAnyOrderElementsOf(armed);
      assertThat(fired).allMatch(timer -> timer.firedAt == timer.at);
      assertThat(fired).isSortedAccordingTo((a, b) -> Long.compare(a.at, b.at));
    }
  }

  @Test
  void nothingFiresAfterTheEnd() {
    timers.arm(new Recorder(), 10);
    timers.close();
    loop.advance(Duration.ofMillis(1));
    assertThat(fired).isEmpty();
  }
}
