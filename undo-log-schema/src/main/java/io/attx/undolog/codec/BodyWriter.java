package io.attx.undolog.codec;

import com.esotericsoftware.kryo.io.Output;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoEntry;
import io.attx.undolog.UndoLog;
import io.attx.undolog.UndoTable;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes one record. Numbers are variable-length and not negative.
 *
 * <pre>
 * log    = number of entries, entries
 * entry  = kind byte (0 INSERT, 1 UPDATE, 2 DELETE), shape, number of before rows,
 *          number of after rows, before rows, after rows
 * shape  = 0, table, number of columns, columns | n: the n-th shape of this record
 * table  = catalog name, schema name, table name
 * column = name, type name, role byte (0 KEY, 1 VALUE, 2 GENERATED)
 * name   = 0, length, UTF-8 | n: the n-th name of this record
 * row    = one value per column
 * value  = (length * 8 + tag), bytes; see {@link ValueTag}
 * </pre>
 */
final class BodyWriter {
  private final Output output;
  private final Map<String, Integer> names = new HashMap<>();
  private final Map<Shape, Integer> shapes = new HashMap<>();
  private final CharsetEncoder utf8 =
      StandardCharsets.UTF_8
          .newEncoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);

  private record Shape(UndoTable table, List<UndoColumn> columns) {}

  BodyWriter(Output output) {
    this.output = output;
  }

  void write(UndoLog log) {
    number(log.entries().size());
    for (UndoEntry entry : log.entries()) {
      write(entry);
    }
  }

  private void write(UndoEntry entry) {
    output.writeByte(code(entry.kind()));
    write(new Shape(entry.table(), entry.columns()));
    number(entry.before().size());
    number(entry.after().size());
    for (RowImage row : entry.before()) {
      write(row, null, entry);
    }
    for (int i = 0; i < entry.after().size(); i++) {
      RowImage base = i < entry.before().size() ? entry.before().get(i) : null;
      write(entry.after().get(i), base, entry);
    }
  }

  private void write(Shape shape) {
    if (shape.columns().isEmpty()) {
      throw new IllegalArgumentException("undo entry of " + shape.table() + " has no columns");
    }
    Integer known = shapes.putIfAbsent(shape, shapes.size() + 1);
    if (known != null) {
      number(known);
      return;
    }
    number(0);
    name(shape.table().catalog());
    name(shape.table().schema());
    name(shape.table().name());
    number(shape.columns().size());
    for (UndoColumn column : shape.columns()) {
      name(column.name());
      name(column.typeName());
      output.writeByte(code(column.role()));
    }
  }

  private void write(RowImage row, @Nullable RowImage base, UndoEntry entry) {
    List<ColumnValue> values = row.values();
    if (values.size() != entry.columns().size()) {
      throw new IllegalArgumentException(
          "undo entry of "
              + entry.table()
              + " has a row of "
              + values.size()
              + " values for "
              + entry.columns().size()
              + " columns");
    }
    for (int i = 0; i < values.size(); i++) {
      ColumnValue value = values.get(i);
      if (base != null && value.equals(base.values().get(i))) {
        output.writeByte(ValueTag.SAME_AS_BEFORE);
      } else {
        write(value);
      }
    }
  }

  private void write(ColumnValue value) {
    if (value instanceof ColumnValue.Text text) {
      text(text.value());
    } else if (value instanceof ColumnValue.Bytes bytes) {
      tagged(ValueTag.BYTES, bytes.value());
    } else {
      output.writeByte(ValueTag.NULL);
    }
  }

  private void text(String text) {
    try {
      ByteBuffer bytes = utf8.encode(CharBuffer.wrap(text));
      output.writeVarLong((long) bytes.remaining() << ValueTag.BITS | ValueTag.TEXT, true);
      output.writeBytes(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    } catch (CharacterCodingException halfPair) {
      byte[] bytes = new byte[text.length() * 2];
      ByteBuffer.wrap(bytes).asCharBuffer().put(text);
      tagged(ValueTag.TEXT_UTF16, bytes);
    }
  }

  private void tagged(int tag, byte[] bytes) {
    output.writeVarLong((long) bytes.length << ValueTag.BITS | tag, true);
    output.writeBytes(bytes);
  }

  private void name(String name) {
    Integer known = names.putIfAbsent(name, names.size() + 1);
    if (known != null) {
      number(known);
      return;
    }
    number(0);
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    number(bytes.length);
    output.writeBytes(bytes);
  }

  private void number(int number) {
    output.writeVarInt(number, true);
  }

  private static int code(UndoEntry.Kind kind) {
    return switch (kind) {
      case INSERT -> 0;
      case UPDATE -> 1;
      case DELETE -> 2;
    };
  }

  private static int code(UndoColumn.Role role) {
    return switch (role) {
      case KEY -> 0;
      case VALUE -> 1;
      case GENERATED -> 2;
    };
  }
}
