package io.attx.datasource.image;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/** The texts of one generated statement for each number of key slots, made once. Thread-safe. */
final class TextsBySlots {
  private final Map<Integer, String> texts = new ConcurrentHashMap<>(4);
  private final IntFunction<String> text;

  TextsBySlots(IntFunction<String> text) {
    this.text = text;
  }

  String of(int slots) {
    return texts.computeIfAbsent(slots, text::apply);
  }
}
