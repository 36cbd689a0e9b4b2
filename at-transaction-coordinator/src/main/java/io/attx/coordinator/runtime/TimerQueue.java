package io.attx.coordinator.runtime;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Timers of the event loop in a binary heap: arming a later one and cancelling are cheap. One
 * wake-up of the loop is outstanding at most per earliest time.
 */
final class TimerQueue {
  private static final int MIN_CAPACITY = 64;

  /** Times are compared by their difference, which must not overflow. */
  private static final long MAX_DELAY_NANOS = Long.MAX_VALUE / 4;

  private final EventLoop loop;
  private final Runnable wakeUp = this::wakeUp;
  private @Nullable Timed[] heap = new Timed[MIN_CAPACITY];
  private int size;
  private long nextWakeUp = Long.MAX_VALUE;
  private boolean closed;

  TimerQueue(EventLoop loop) {
    this.loop = loop;
  }

  /** Arms a timer, or arms it anew. */
  void arm(Timed timed, long delayNanos) {
    cancel(timed);
    timed.at = loop.nanos() + Math.min(Math.max(0, delayNanos), MAX_DELAY_NANOS);
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    timed.place = size;
    heap[size] = timed;
    siftUp(size++);
    wakeUpAt(timed.at);
  }

  void cancel(Timed timed) {
    int place = timed.place;
    if (place < 0) {
      return;
    }
    timed.place = -1;
    size--;
    Timed moved = get(size);
    heap[size] = null;
    if (place < size) {
      heap[place] = moved;
      moved.place = place;
      siftDown(place);
      siftUp(moved.place);
    }
  }

  /** Nothing fires any more. */
  void close() {
    closed = true;
    heap = new Timed[MIN_CAPACITY];
    size = 0;
  }

  private void wakeUp() {
    nextWakeUp = Long.MAX_VALUE;
    long now = loop.nanos();
    while (size > 0 && !closed) {
      Timed first = get(0);
      if (first.at - now > 0) {
        break;
      }
      cancel(first);
      first.fire();
    }
    if (size > 0 && !closed) {
      wakeUpAt(get(0).at);
    }
  }

  private void wakeUpAt(long at) {
    if (nextWakeUp == Long.MAX_VALUE || at - nextWakeUp < 0) {
      nextWakeUp = at;
      loop.schedule(Math.max(0, at - loop.nanos()), wakeUp);
    }
  }

  private Timed get(int place) {
    Timed timed = heap[place];
    if (timed == null) {
      throw new IllegalStateException("the heap of timers has a hole at " + place);
    }
    return timed;
  }

  private void siftUp(int from) {
    Timed timed = get(from);
    int place = from;
    while (place > 0) {
      int parent = (place - 1) >>> 1;
      Timed above = get(parent);
      if (above.at - timed.at <= 0) {
        break;
      }
      heap[place] = above;
      above.place = place;
      place = parent;
    }
    heap[place] = timed;
    timed.place = place;
  }

  private void siftDown(int from) {
    Timed timed = get(from);
    int place = from;
    while (true) {
      int child = 2 * place + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && get(child + 1).at - get(child).at < 0) {
        child++;
      }
      Timed below = get(child);
      if (timed.at - below.at <= 0) {
        break;
      }
      heap[place] = below;
      below.place = place;
      place = child;
    }
    heap[place] = timed;
    timed.place = place;
  }
}
