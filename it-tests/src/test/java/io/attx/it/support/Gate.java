package io.attx.it.support;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Stops the first thread that is about to send (or has just sent) a matching text until it is
 * opened: a process that pauses at one exact step.
 */
public final class Gate implements FaultyDataSource.Hook {
  private final Predicate<String> matching;
  private final boolean behind;
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);
  private boolean used;

  private Gate(Predicate<String> matching, boolean behind) {
    this.matching = matching;
    this.behind = behind;
  }

  public static Gate before(Predicate<String> matching) {
    return new Gate(matching, false);
  }

  public static Gate after(Predicate<String> matching) {
    return new Gate(matching, true);
  }

  @Override
  public void before(String what) {
    if (!behind) {
      pass(what);
    }
  }

  @Override
  public void after(String what) {
    if (behind) {
      pass(what);
    }
  }

  private void pass(String what) {
    synchronized (this) {
      if (used || !matching.test(what)) {
        return;
      }
      used = true;
    }
    reached.countDown();
    await(opened, "the test never opened the gate");
  }

  /** Waits until a thread stands at the gate. */
  public void awaitReached() {
    await(reached, "nobody came to the gate");
  }

  /** Lets the thread go on. */
  public void open() {
    opened.countDown();
  }

  private static void await(CountDownLatch latch, String otherwise) {
    try {
      if (!latch.await(Duration.ofSeconds(60).toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(otherwise);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
