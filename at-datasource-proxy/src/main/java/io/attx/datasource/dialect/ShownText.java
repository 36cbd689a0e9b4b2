package io.attx.datasource.dialect;

import io.attx.undolog.ColumnValue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Values as text for people, and back. Pure. */
public final class ShownText {
  private static final String HEX = "0x";

  private ShownText() {}

  /** Text as it is; bytes in hexadecimal digits behind 0x; NULL as the empty text. */
  public static String of(ColumnValue value) {
    if (value instanceof ColumnValue.Bytes bytes) {
      return HEX + HexFormat.of().formatHex(bytes.value());
    }
    return value instanceof ColumnValue.Text text ? text.value() : "";
  }

  /**
   * Bytes that are UTF-8 as that text, unless it could be mistaken for digits; others as digits.
   */
  public static String ofCharacters(ColumnValue value) {
    if (value instanceof ColumnValue.Bytes bytes) {
      try {
        String text =
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.value())).toString();
        return text.startsWith(HEX) ? of(value) : text;
      } catch (CharacterCodingException otherCharset) {
        return of(value);
      }
    }
    return of(value);
  }

  /**
   * The bytes that {@link #of} wrote.
   *
   * @throws IllegalArgumentException when these are no such digits
   */
  public static ColumnValue.Bytes bytes(String text) {
    if (!text.startsWith(HEX)) {
      throw new IllegalArgumentException("bytes are written as 0x and hexadecimal digits");
    }
    return new ColumnValue.Bytes(HexFormat.of().parseHex(text.substring(HEX.length())));
  }

  /**
   * The bytes behind {@link #ofCharacters}.
   *
   * @param utf8 whether the column holds UTF-8; otherwise only ASCII is certain
   * @throws IllegalArgumentException for other characters, or wrong digits
   */
  public static ColumnValue.Bytes characters(String text, boolean utf8) {
    if (text.startsWith(HEX)) {
      return bytes(text);
    }
    if (!utf8 && !text.chars().allMatch(c -> c < 0x80)) {
      throw new IllegalArgumentException(
          "the column is not in UTF-8: write other characters as 0x and the digits of their bytes");
    }
    return new ColumnValue.Bytes(text.getBytes(StandardCharsets.UTF_8));
  }
}
