package io.attx.client;

import io.attx.protocol.Done;
import io.attx.protocol.Refused;
import io.attx.protocol.Request;
import io.attx.protocol.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Collects things to tell the coordinator and sends all that wait in one request, one request at a
 * time: under load the batches grow by themselves. Thread-safe; never blocks.
 */
final class BatchSender<T> {
  /** What becomes of a batch. Called on the I/O thread. */
  interface Fate<T> {
    /** The coordinator has them durably. */
    void acknowledged(List<T> batch);

    /**
     * The coordinator does not want them ({@code refusal}), or could not be reached in time.
     *
     * @return whether to send them again
     */
    boolean failed(List<T> batch, @Nullable Refused refusal, @Nullable Throwable failure);
  }

  private static final Duration PAUSE = Duration.ofMillis(200);

  private final CoordinatorLink link;
  private final Scheduler scheduler;
  private final Duration timeout;
  private final int maxBatch;
  private final Function<List<T>, Request> toRequest;
  private final Fate<T> fate;
  private final Queue<T> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean busy = new AtomicBoolean();
  private ToIntFunction<T> weight = one -> 0;
  private int maxBatchWeight = 1;

  /** Runs something later on the I/O thread. */
  interface Scheduler {
    /** Whether it was accepted. */
    boolean schedule(Runnable task, Duration delay);
  }

  BatchSender(
      CoordinatorLink link,
      Scheduler scheduler,
      Duration timeout,
      int maxBatch,
      Function<List<T>, Request> toRequest,
      Fate<T> fate) {
    this.link = link;
    this.scheduler = scheduler;
    this.timeout = timeout;
    this.maxBatch = maxBatch;
    this.toRequest = toRequest;
    this.fate = fate;
  }

  /** A batch also ends with the element that brings its weight to the limit. Before first use. */
  BatchSender<T> weighed(ToIntFunction<T> elementWeight, int maxWeight) {
    this.weight = elementWeight;
    this.maxBatchWeight = maxWeight;
    return this;
  }

  void add(T one) {
    waiting.incrementAndGet();
    queue.add(one);
    pump();
  }

  /** How many are not acknowledged and not given up. */
  int size() {
    return waiting.get();
  }

  private void pump() {
    while (!queue.isEmpty() && busy.compareAndSet(false, true)) {
      List<T> batch = new ArrayList<>();
      long weighs = 0;
      for (T next = queue.poll(); next != null; next = queue.poll()) {
        batch.add(next);
        weighs += weight.applyAsInt(next);
        if (batch.size() == maxBatch || weighs >= maxBatchWeight) {
          break;
        }
      }
      if (!batch.isEmpty()) {
        var unused =
            link.call(toRequest.apply(batch), timeout)
                .whenComplete((response, failure) -> ended(batch, response, failure));
        return;
      }
      busy.set(false);
    }
  }

  private void ended(List<T> batch, @Nullable Response response, @Nullable Throwable failure) {
    if (response instanceof Done) {
      waiting.addAndGet(-batch.size());
      fate.acknowledged(batch);
      busy.set(false);
      pump();
      return;
    }
    Refused refusal = response instanceof Refused refused ? refused : null;
    if (fate.failed(batch, refusal, failure)) {
      queue.addAll(batch);
    } else {
      waiting.addAndGet(-batch.size());
    }
    // A pause, so that a coordinator in trouble is not flooded.
    Runnable again =
        () -> {
          busy.set(false);
          pump();
        };
    if (!scheduler.schedule(again, PAUSE)) {
      busy.set(false);
    }
  }
}
