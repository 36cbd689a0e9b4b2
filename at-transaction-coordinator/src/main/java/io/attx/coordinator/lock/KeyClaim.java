package io.attx.coordinator.lock;

import io.attx.LockMode;
import org.jspecify.annotations.Nullable;

/** The place of one claim in the queue of one key. */
final class KeyClaim {
  final LockClaim claim;
  final LockMode mode;
  final KeyQueue queue;
  @Nullable KeyClaim previous;
  @Nullable KeyClaim next;

  KeyClaim(LockClaim claim, LockMode mode, KeyQueue queue) {
    this.claim = claim;
    this.mode = mode;
    this.queue = queue;
  }
}
