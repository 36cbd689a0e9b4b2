package io.attx.datasource.dialect.h2;

import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arrays of texts, bytes and arrays as one text and back: {@code ['a', NULL, [X'00']]}. Pure. */
final class ArrayTexts {
  private static final int MAX_DEPTH = 32;

  private final String text;
  private int at;

  private ArrayTexts(String text) {
    this.text = text;
  }

  /** The text of what {@link Array#getArray} gave. */
  static String format(Object array) throws SQLException {
    StringBuilder text = new StringBuilder();
    append(text, array);
    return text.toString();
  }

  private static void append(StringBuilder text, @Nullable Object value) throws SQLException {
    if (value == null) {
      text.append("NULL");
    } else if (value instanceof Array array) {
      append(text, array.getArray());
    } else if (value instanceof byte[] bytes) {
      text.append("X'").append(HexFormat.of().formatHex(bytes)).append('\'');
    } else if (value instanceof Object[] elements) {
      text.append('[');
      for (int i = 0; i < elements.length; i++) {
        text.append(i == 0 ? "" : ", ");
        append(text, elements[i]);
      }
      text.append(']');
    } else {
      text.append('\'').append(value.toString().replace("'", "''")).append('\'');
    }
  }

  /**
   * The array of a text.
   *
   * @throws SQLException when it is no text of {@link #format}
   */
  static Object[] parse(String text) throws SQLException {
    ArrayTexts parser = new ArrayTexts(text);
    Object value = parser.value(0);
    if (parser.at != text.length() || !(value instanceof Object[] array)) {
      throw parser.malformed();
    }
    return array;
  }

  private @Nullable Object value(int depth) throws SQLException {
    if (depth > MAX_DEPTH) {
      throw malformed();
    }
    if (take("NULL")) {
      return null;
    }
    if (take("X'")) {
      int end = text.indexOf('\'', at);
      if (end < 0) {
        throw malformed();
      }
      byte[] bytes = HexFormat.of().parseHex(text, at, end);
      at = end + 1;
      return bytes;
    }
    if (take("'")) {
      return string();
    }
    if (!take("[")) {
      throw malformed();
    }
    List<@Nullable Object> elements = new ArrayList<>();
    while (!take("]")) {
      if (!elements.isEmpty() && !take(", ")) {
        throw malformed();
      }
      elements.add(value(depth + 1));
    }
    return elements.toArray();
  }

  private String string() throws SQLException {
    StringBuilder value = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '\'') {
        value.append(c);
      } else if (take("'")) {
        value.append('\'');
      } else {
        return value.toString();
      }
    }
    throw malformed();
  }

  private boolean take(String expected) {
    boolean there = text.startsWith(expected, at);
    at += there ? expected.length() : 0;
    return there;
  }

  private SQLException malformed() {
    return new SQLException("no text of an array, at character " + at, "22000");
  }
}
