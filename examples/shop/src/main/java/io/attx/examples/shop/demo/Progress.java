package io.attx.examples.shop.demo;

import java.io.PrintStream;
import java.time.Duration;

/**
 * Shows how far the orders are: one moving bar on a terminal, else a line for each tenth.
 * Thread-safe.
 */
final class Progress {

  private static final int WIDTH = 40;
  private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();

  private final PrintStream out;
  private final boolean terminal;
  private final int total;
  private final long start = System.nanoTime();
  private int done;
  private int shownTenth;
  private long shownAt;

  Progress(PrintStream out, boolean terminal, int total) {
    this.out = out;
    this.terminal = terminal;
    this.total = total;
  }

  /** One more order has its answer. */
  synchronized int advance() {
    done++;
    if (terminal) {
      if (done == total || System.nanoTime() - shownAt > REDRAW_NANOS) {
        shownAt = System.nanoTime();
        draw();
      }
    } else if (done * 10 / total > shownTenth) {
      shownTenth = done * 10 / total;
      out.printf("  %d of %d orders, %.0f per second%n", done, total, perSecond());
    }
    return done;
  }

  private void draw() {
    int filled = done * WIDTH / total;
    out.printf(
        "\r  [%s%s] %d/%d orders, %.0f per second ",
        "#".repeat(filled), ".".repeat(WIDTH - filled), done, total, perSecond());
    if (done == total) {
      out.println();
    }
    out.flush();
  }

  /** Says something between two states of the bar. */
  synchronized void say(String text) {
    if (terminal) {
      out.print("\r" + " ".repeat(WIDTH + 40) + "\r");
    }
    out.println("  " + text);
  }

  synchronized double perSecond() {
    return done / seconds();
  }

  double seconds() {
    return Math.max(1e-3, (System.nanoTime() - start) / 1e9);
  }
}
