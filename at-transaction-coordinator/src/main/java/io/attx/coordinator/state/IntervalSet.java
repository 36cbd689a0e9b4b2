package io.attx.coordinator.state;

import java.util.Arrays;

/**
 * A set of positive numbers that come nearly in order, kept as intervals. Bounded: when there are
 * too many intervals the lowest gap is closed, so that a number that was never added may later
 * count as contained, but never the other way round. Not thread-safe.
 */
final class IntervalSet {
  /** The most intervals kept. */
  static final int MAX_INTERVALS = 65_536;

  private long[] first = new long[4];
  private long[] last = new long[4];
  private int size;

  /** How many intervals there are. */
  int size() {
    return size;
  }

  long first(int index) {
    return first[index];
  }

  long last(int index) {
    return last[index];
  }

  boolean contains(long number) {
    int at = find(number);
    return at >= 0 && number <= last[at];
  }

  /** Adds a number; returns false when it was there. */
  boolean add(long number) {
    int at = find(number);
    if (at >= 0 && number <= last[at]) {
      return false;
    }
    boolean joinsLower = at >= 0 && last[at] == number - 1;
    boolean joinsUpper = at + 1 < size && first[at + 1] == number + 1;
    if (joinsLower && joinsUpper) {
      last[at] = last[at + 1];
      removeAt(at + 1);
    } else if (joinsLower) {
      last[at] = number;
    } else if (joinsUpper) {
      first[at + 1] = number;
    } else {
      insertAt(at + 1, number, number);
      if (size > MAX_INTERVALS) {
        first[1] = first[0];
        removeAt(0);
      }
    }
    return true;
  }

  /** Adds an interval above all others; for decoding. */
  void append(long from, long to) {
    if (from <= 0 || to < from || (size > 0 && from <= last[size - 1] + 1)) {
      throw new CorruptLogException("intervals out of order: " + from + ".." + to);
    }
    insertAt(size, from, to);
  }

  /** The index of the last interval that begins at or below the number, or -1. */
  private int find(long number) {
    if (size == 0 || number < first[0]) {
      return -1;
    }
    if (number >= first[size - 1]) {
      return size - 1;
    }
    int at = Arrays.binarySearch(first, 0, size, number);
    return at >= 0 ? at : -at - 2;
  }

  private void insertAt(int at, long from, long to) {
    if (size == first.length) {
      first = Arrays.copyOf(first, size * 2);
      last = Arrays.copyOf(last, size * 2);
    }
    System.arraycopy(first, at, first, at + 1, size - at);
    System.arraycopy(last, at, last, at + 1, size - at);
    first[at] = from;
    last[at] = to;
    size++;
  }

  private void removeAt(int at) {
    size--;
    System.arraycopy(first, at + 1, first, at, size - at);
    System.arraycopy(last, at + 1, last, at, size - at);
  }
}
