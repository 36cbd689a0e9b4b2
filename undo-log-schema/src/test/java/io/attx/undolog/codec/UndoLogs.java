package io.attx.undolog.codec;

import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoEntry;
import io.attx.undolog.UndoLog;
import io.attx.undolog.UndoTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Undo records for tests. */
final class UndoLogs {
  private UndoLogs() {}

  static ColumnValue text(String value) {
    return new ColumnValue.Text(value);
  }

  static ColumnValue bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return new ColumnValue.Bytes(bytes);
  }

  static RowImage row(ColumnValue... values) {
    return new RowImage(List.of(values));
  }

  /** What golden/v1-update.hex says. */
  static UndoLog oneUpdate() {
    return new UndoLog(
        List.of(
            new UndoEntry(
                UndoEntry.Kind.UPDATE,
                new UndoTable("", "public", "account"),
                List.of(
                    new UndoColumn("id", "bigint", UndoColumn.Role.KEY),
                    new UndoColumn("balance", "bigint", UndoColumn.Role.VALUE)),
                List.of(row(text("42"), text("100"))),
                List.of(row(text("42"), text("70"))))));
  }

  /** What golden/v1-mixed.hex says. */
  static UndoLog mixed() {
    UndoTable table = new UndoTable("shop", "", "t");
    List<UndoColumn> columns =
        List.of(
            new UndoColumn("k", "varbinary8", UndoColumn.Role.KEY),
            new UndoColumn("t", "text", UndoColumn.Role.VALUE),
            new UndoColumn("g", "text", UndoColumn.Role.GENERATED));
    return new UndoLog(
        List.of(
            new UndoEntry(
                UndoEntry.Kind.INSERT,
                table,
                columns,
                List.of(),
                List.of(
                    row(bytes(0, 0xff, 0x80), text("é€"), ColumnValue.NULL),
                    row(bytes(1), text("\ud800"), text("")))),
            new UndoEntry(
                UndoEntry.Kind.DELETE,
                table,
                columns,
                List.of(row(bytes(), ColumnValue.NULL, ColumnValue.NULL)),
                List.of())));
  }

  static UndoLog random(Random random) {
    List<UndoEntry> entries = new ArrayList<>();
    int count = random.nextInt(6);
    for (int i = 0; i < count; i++) {
      entries.add(randomEntry(random));
    }
    return new UndoLog(entries);
  }

  private static UndoEntry randomEntry(Random random) {
    List<UndoColumn> columns = new ArrayList<>();
    int width = 1 + random.nextInt(5);
    for (int i = 0; i < width; i++) {
      columns.add(
          new UndoColumn(
              "c" + random.nextInt(6),
              "type" + random.nextInt(3),
              UndoColumn.Role.values()[random.nextInt(3)]));
    }
    return new UndoEntry(
        UndoEntry.Kind.values()[random.nextInt(3)],
        new UndoTable("cat", "", "table" + random.nextInt(3)),
        columns,
        randomRows(random, width),
        randomRows(random, width));
  }

  private static List<RowImage> randomRows(Random random, int width) {
    List<RowImage> rows = new ArrayList<>();
    int count = random.nextInt(8);
    for (int i = 0; i < count; i++) {
      ColumnValue[] values = new ColumnValue[width];
      for (int v = 0; v < width; v++) {
        values[v] = randomValue(random);
      }
      rows.add(row(values));
    }
    return rows;
  }

  private static ColumnValue randomValue(Random random) {
    switch (random.nextInt(5)) {
      case 0:
        return ColumnValue.NULL;
      case 1:
        byte[] bytes = new byte[random.nextInt(random.nextInt(20) == 0 ? 5000 : 20)];
        random.nextBytes(bytes);
        return new ColumnValue.Bytes(bytes);
      case 2:
        char[] chars = new char[random.nextInt(10)];
        for (int i = 0; i < chars.length; i++) {
          chars[i] = (char) random.nextInt(0x10000);
        }
        return text(new String(chars));
      default:
        return text(Integer.toString(random.nextInt(50)));
    }
  }
}
