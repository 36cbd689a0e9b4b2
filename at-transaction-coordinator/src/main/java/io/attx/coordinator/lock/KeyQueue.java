package io.attx.coordinator.lock;

import io.attx.ResourceId;
import io.attx.RowLockKey;
import org.jspecify.annotations.Nullable;

/** All claims on one key, in the order of their arrival. */
final class KeyQueue {
  final ResourceId resource;
  final RowLockKey key;
  @Nullable KeyClaim head;
  @Nullable KeyClaim tail;
  boolean dirty;

  KeyQueue(ResourceId resource, RowLockKey key) {
    this.resource = resource;
    this.key = key;
  }

  void append(KeyClaim place) {
    place.previous = tail;
    if (tail == null) {
      head = place;
    } else {
      tail.next = place;
    }
    tail = place;
  }

  void remove(KeyClaim place) {
    if (place.previous == null) {
      head = place.next;
    } else {
      place.previous.next = place.next;
    }
    if (place.next == null) {
      tail = place.previous;
    } else {
      place.next.previous = place.previous;
    }
    place.next = null;
    place.previous = null;
  }

  boolean isEmpty() {
    return head == null;
  }
}
