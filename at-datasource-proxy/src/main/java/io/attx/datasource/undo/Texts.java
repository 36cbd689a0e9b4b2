package io.attx.datasource.undo;

import io.attx.datasource.dirty.DirtyRow;
import io.attx.undolog.ColumnValue;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows and failures as text for people, bounded whatever the rows hold. Pure but for messages. */
final class Texts {
  /** The most characters of one detail: safely inside one string of the protocol. */
  static final int MAX_DETAIL = 4_000;

  private static final int MAX_VALUE = 60;
  private static final int MAX_IMAGE = 700;
  private static final int MAX_ROWS = 5;
  private static final int MAX_PEEK = 1_000;

  private Texts() {}

  /** Bytes that are printable text are shown as such: MySQL hands text out as bytes. */
  static String value(ColumnValue value) {
    if (value instanceof ColumnValue.Bytes bytes) {
      String text = printable(bytes.value());
      if (text != null) {
        return value(new ColumnValue.Text(text));
      }
      int shown = Math.min(bytes.value().length, MAX_VALUE / 2);
      String hex = "0x" + HexFormat.of().formatHex(bytes.value(), 0, shown);
      return shown < bytes.value().length ? hex + "…(" + bytes.value().length + " bytes)" : hex;
    }
    if (value instanceof ColumnValue.Text text && text.value().length() > MAX_VALUE) {
      return "'" + cut(text.value(), MAX_VALUE) + "'(" + text.value().length() + " characters)";
    }
    return value.toString();
  }

  private static @Nullable String printable(byte[] bytes) {
    String text = new String(bytes, 0, Math.min(bytes.length, MAX_PEEK), StandardCharsets.UTF_8);
    boolean plain =
        bytes.length > 0
            && bytes.length <= MAX_PEEK
            && text.codePoints().noneMatch(c -> c < ' ' || c == 0x7f || c == 0xfffd);
    return plain ? text : null;
  }

  static String values(List<ColumnValue> values) {
    StringBuilder text = new StringBuilder("(");
    for (ColumnValue value : values) {
      text.append(text.length() == 1 ? "" : ", ").append(value(value));
    }
    return cut(text.append(')').toString(), MAX_IMAGE);
  }

  /** The first few of many rows, by their keys. */
  static String keys(List<List<ColumnValue>> keys) {
    StringBuilder text = new StringBuilder();
    Iterator<List<ColumnValue>> next = keys.iterator();
    for (int i = 0; i < MAX_ROWS && next.hasNext(); i++) {
      text.append(i == 0 ? "" : ", ").append(values(next.next()));
    }
    if (next.hasNext()) {
      text.append(" and ").append(keys.size() - MAX_ROWS).append(" more");
    }
    return text.toString();
  }

  static String image(@Nullable Map<String, ColumnValue> image) {
    if (image == null) {
      return "no row";
    }
    StringBuilder text = new StringBuilder("{");
    for (Map.Entry<String, ColumnValue> column : image.entrySet()) {
      text.append(text.length() == 1 ? "" : ", ")
          .append(column.getKey())
          .append('=')
          .append(value(column.getValue()));
      if (text.length() > MAX_IMAGE) {
        return cut(text.toString(), MAX_IMAGE) + "}";
      }
    }
    return text.append('}').toString();
  }

  static String dirty(List<HeldRow> rows) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < rows.size() && i < MAX_ROWS && text.length() < MAX_DETAIL; i++) {
      DirtyRow row = rows.get(i).row();
      text.append("dirty row, ")
          .append(row.kind().text())
          .append(row.note().isEmpty() ? "" : " (" + row.note() + ")")
          .append(": ")
          .append(row.table())
          .append(" key ")
          .append(image(row.key()))
          .append(": before ")
          .append(image(row.before()))
          .append(", after ")
          .append(image(row.after()))
          .append(", now ")
          .append(image(row.now()))
          .append(", policy ")
          .append(rows.get(i).policy())
          .append(rows.get(i).why().isEmpty() ? "" : " (" + rows.get(i).why() + ")")
          .append(". ");
    }
    if (rows.size() > MAX_ROWS) {
      text.append("And ").append(rows.size() - MAX_ROWS).append(" more dirty rows. ");
    }
    return cut(text.append("Nothing was changed.").toString(), MAX_DETAIL);
  }

  /** What was being done, and what the database said. */
  static String failure(String doing, SQLException failure) {
    SQLException last = failure;
    while (last.getNextException() != null && last.getNextException() != last) {
      last = last.getNextException();
    }
    return cut(
        doing
            + ": "
            + last.getMessage()
            + " (SQLState "
            + last.getSQLState()
            + ", code "
            + last.getErrorCode()
            + ")",
        MAX_DETAIL);
  }

  static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length - 1) + "…";
  }
}
