package io.attx.undolog.codec;

import com.esotericsoftware.kryo.io.Input;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoEntry;
import io.attx.undolog.UndoLog;
import io.attx.undolog.UndoTable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link BodyWriter} writes. Every count is checked against the bytes that are left
 * before anything of that size is allocated.
 */
final class BodyReader {
  private static final int MIN_ENTRY_BYTES = 4;
  private static final int MIN_COLUMN_BYTES = 3;

  private final Input input;
  private final List<String> names = new ArrayList<>();
  private final List<Shape> shapes = new ArrayList<>();

  private record Shape(UndoTable table, List<UndoColumn> columns) {}

  BodyReader(Input input) {
    this.input = input;
  }

  UndoLog read() throws UndoFormatException {
    int count = count("entries", MIN_ENTRY_BYTES);
    List<UndoEntry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(entry());
    }
    if (left() != 0) {
      throw new UndoFormatException("undo record has " + left() + " bytes behind its end");
    }
    return new UndoLog(entries);
  }

  private UndoEntry entry() throws UndoFormatException {
    UndoEntry.Kind kind = kind(input.readByte());
    Shape shape = shape();
    int width = shape.columns().size();
    int beforeCount = count("before rows", width);
    int afterCount = count("after rows", width);
    List<RowImage> before = new ArrayList<>(beforeCount);
    for (int i = 0; i < beforeCount; i++) {
      before.add(row(width, null));
    }
    List<RowImage> after = new ArrayList<>(afterCount);
    for (int i = 0; i < afterCount; i++) {
      after.add(row(width, i < beforeCount ? before.get(i) : null));
    }
    return new UndoEntry(kind, shape.table(), shape.columns(), before, after);
  }

  private Shape shape() throws UndoFormatException {
    int known = number();
    if (known != 0) {
      return known("shape", shapes, known);
    }
    UndoTable table = new UndoTable(name(), name(), name());
    int count = count("columns", MIN_COLUMN_BYTES);
    if (count == 0) {
      throw new UndoFormatException("undo entry of " + table + " has no columns");
    }
    List<UndoColumn> columns = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      columns.add(new UndoColumn(name(), name(), role(input.readByte())));
    }
    Shape shape = new Shape(table, List.copyOf(columns));
    shapes.add(shape);
    return shape;
  }

  private RowImage row(int width, @Nullable RowImage base) throws UndoFormatException {
    ColumnValue[] values = new ColumnValue[width];
    for (int i = 0; i < width; i++) {
      values[i] = value(base == null ? null : base.values().get(i));
    }
    return new RowImage(List.of(values));
  }

  private ColumnValue value(@Nullable ColumnValue base) throws UndoFormatException {
    long header = input.readVarLong(true);
    int tag = (int) (header & ValueTag.MASK);
    long length = header >>> ValueTag.BITS;
    if (length > left()) {
      throw new UndoFormatException(
          "undo record holds a value of " + length + " bytes, but only " + left() + " are left");
    }
    return switch (tag) {
      case ValueTag.TEXT -> new ColumnValue.Text(utf8((int) length));
      case ValueTag.BYTES -> new ColumnValue.Bytes(input.readBytes((int) length));
      case ValueTag.TEXT_UTF16 -> new ColumnValue.Text(utf16((int) length));
      case ValueTag.NULL -> empty(length, ColumnValue.NULL);
      case ValueTag.SAME_AS_BEFORE -> empty(length, base);
      default -> throw new UndoFormatException("undo record holds a value of unknown tag " + tag);
    };
  }

  private static ColumnValue empty(long length, @Nullable ColumnValue value)
      throws UndoFormatException {
    if (length != 0 || value == null) {
      throw new UndoFormatException(
          value == null
              ? "undo record refers to a before image that it does not have"
              : "undo record holds a value without bytes that claims " + length);
    }
    return value;
  }

  private String name() throws UndoFormatException {
    int known = number();
    if (known != 0) {
      return known("name", names, known);
    }
    String name = utf8(count("bytes of a name", 1));
    names.add(name);
    return name;
  }

  private String utf8(int length) throws UndoFormatException {
    byte[] buffer = input.getBuffer();
    int from = input.position();
    input.setPosition(from + length);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(buffer, from, length))
          .toString();
    } catch (CharacterCodingException malformed) {
      throw new UndoFormatException("undo record holds text that is not UTF-8", malformed);
    }
  }

  private String utf16(int length) throws UndoFormatException {
    if (length % 2 != 0) {
      throw new UndoFormatException("undo record holds UTF-16 text of " + length + " bytes");
    }
    return ByteBuffer.wrap(input.readBytes(length)).asCharBuffer().toString();
  }

  /** Reads how many of something follow, each of which takes at least so many bytes. */
  private int count(String what, int minBytesEach) throws UndoFormatException {
    int count = number();
    if ((long) count * minBytesEach > left()) {
      throw new UndoFormatException(
          "undo record claims " + count + " " + what + ", but only " + left() + " bytes are left");
    }
    return count;
  }

  private int number() throws UndoFormatException {
    int number = input.readVarInt(true);
    if (number < 0) {
      throw new UndoFormatException("undo record holds a number out of range: " + number);
    }
    return number;
  }

  private int left() {
    return input.limit() - input.position();
  }

  private static <T> T known(String what, List<T> known, int number) throws UndoFormatException {
    if (number > known.size()) {
      throw new UndoFormatException(
          "undo record refers to " + what + " " + number + " of " + known.size());
    }
    return known.get(number - 1);
  }

  private static UndoEntry.Kind kind(byte code) throws UndoFormatException {
    return switch (code) {
      case 0 -> UndoEntry.Kind.INSERT;
      case 1 -> UndoEntry.Kind.UPDATE;
      case 2 -> UndoEntry.Kind.DELETE;
      default -> throw new UndoFormatException("undo record holds unknown kind " + code);
    };
  }

  private static UndoColumn.Role role(byte code) throws UndoFormatException {
    return switch (code) {
      case 0 -> UndoColumn.Role.KEY;
      case 1 -> UndoColumn.Role.VALUE;
      case 2 -> UndoColumn.Role.GENERATED;
      default -> throw new UndoFormatException("undo record holds unknown role " + code);
    };
  }
}
