package io.attx.coordinator.http;

import java.util.function.Consumer;

/** Writes JSON text. Not thread-safe. */
final class JsonWriter {
  private final StringBuilder out = new StringBuilder(256);
  private boolean first = true;

  /** An object whose members the body writes. */
  static String object(Consumer<JsonWriter> body) {
    JsonWriter writer = new JsonWriter();
    writer.openObject();
    body.accept(writer);
    writer.closeObject();
    return writer.out.toString();
  }

  JsonWriter member(String name, String value) {
    name(name);
    string(value);
    return this;
  }

  JsonWriter member(String name, long value) {
    name(name);
    out.append(value);
    return this;
  }

  JsonWriter member(String name, boolean value) {
    name(name);
    out.append(value);
    return this;
  }

  /** A member that is a list of strings. */
  JsonWriter strings(String name, Iterable<String> values) {
    name(name);
    out.append('[');
    boolean firstElement = true;
    for (String value : values) {
      if (!firstElement) {
        out.append(',');
      }
      firstElement = false;
      string(value);
    }
    out.append(']');
    return this;
  }

  /** A member that is an object. */
  JsonWriter member(String name, Consumer<JsonWriter> body) {
    name(name);
    openObject();
    body.accept(this);
    closeObject();
    return this;
  }

  /** A member that is a list of objects. */
  <T> JsonWriter list(String name, Iterable<T> elements, ElementWriter<T> body) {
    name(name);
    out.append('[');
    boolean firstElement = true;
    for (T element : elements) {
      if (!firstElement) {
        out.append(',');
      }
      firstElement = false;
      openObject();
      body.write(this, element);
      closeObject();
    }
    out.append(']');
    return this;
  }

  /** Writes the members of one element of a list. */
  interface ElementWriter<T> {
    void write(JsonWriter json, T element);
  }

  private void openObject() {
    out.append('{');
    first = true;
  }

  private void closeObject() {
    out.append('}');
    first = false;
  }

  private void name(String name) {
    if (!first) {
      out.append(',');
    }
    first = false;
    string(name);
    out.append(':');
  }

  private void string(String value) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          // Also what HTML and JavaScript treat specially, should somebody embed it.
          if (c < 0x20 || c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
