package io.attx.datasource.restored;

import java.util.ArrayList;
import java.util.List;

/** One statement while it is written. */
final class Sql {
  private final boolean parameters;
  private final StringBuilder text = new StringBuilder();
  private final List<Value> bound = new ArrayList<>();

  /** With parameters where values allow it, or with literals alone. */
  Sql(boolean parameters) {
    this.parameters = parameters;
  }

  Sql add(String part) {
    text.append(part);
    return this;
  }

  Sql add(Value value) {
    if (parameters && value.placeholder() != null) {
      text.append(value.placeholder());
      bound.add(value);
    } else {
      text.append(value.literal());
    }
    return this;
  }

  String text() {
    return text.toString();
  }

  List<Value> bound() {
    return bound;
  }

  @Override
  public String toString() {
    return text + (bound.isEmpty() ? "" : " " + bound);
  }
}
