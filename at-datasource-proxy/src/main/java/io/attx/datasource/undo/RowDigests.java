package io.attx.datasource.undo;

import io.attx.datasource.dirty.DirtyRow;
import io.attx.undolog.ColumnValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Short names of rows and of their states. Pure. */
public final class RowDigests {
  private static final int NAME_DIGITS = 16;
  private static final int STATE_DIGITS = 32;

  private RowDigests() {}

  /** Names the row within its branch, always the same. */
  public static String row(DirtyRow row) {
    MessageDigest digest = sha256();
    add(digest, 't', row.table().toString().getBytes(StandardCharsets.UTF_8));
    addImage(digest, row.key());
    return digits(digest, NAME_DIGITS);
  }

  /** Names what the row is now, imaged columns and key; another state has another name. */
  public static String now(DirtyRow row) {
    MessageDigest digest = sha256();
    addImage(digest, row.now());
    return digits(digest, STATE_DIGITS);
  }

  private static void addImage(MessageDigest digest, @Nullable Map<String, ColumnValue> image) {
    if (image == null) {
      add(digest, '-', new byte[0]);
      return;
    }
    new TreeMap<>(image)
        .forEach(
            (column, value) -> {
              add(digest, 'c', column.getBytes(StandardCharsets.UTF_8));
              addValue(digest, value);
            });
  }

  private static void addValue(MessageDigest digest, ColumnValue value) {
    if (value instanceof ColumnValue.Bytes bytes) {
      add(digest, 'b', bytes.value());
    } else if (value instanceof ColumnValue.Text text) {
      add(digest, 's', text.value().getBytes(StandardCharsets.UTF_8));
    } else {
      add(digest, 'n', new byte[0]);
    }
  }

  private static void add(MessageDigest digest, char tag, byte[] bytes) {
    digest.update(ByteBuffer.allocate(6).putChar(tag).putInt(bytes.length).array());
    digest.update(bytes);
  }

  private static String digits(MessageDigest digest, int count) {
    return HexFormat.of().formatHex(digest.digest()).substring(0, count);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
