package io.attx.coordinator.runtime;

import java.util.List;

/**
 * Part of a list.
 *
 * @param total how many there are in all
 * @param items from where it was asked for on
 */
public record Page<T>(long total, List<T> items) {
  /** Copies the list. */
  public Page {
    items = List.copyOf(items);
  }
}
