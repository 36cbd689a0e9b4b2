package io.attx.protocol;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The value of one column in one row image, to be shown to people: as the database writes it, and
 * short. Immutable.
 *
 * @param kind what there is
 * @param text the value, or its beginning; empty unless {@code kind} is TEXT
 * @param length characters of the whole value; more than {@code text} has when it is abbreviated
 * @param sha256 of the whole value in UTF-8, 64 hexadecimal digits; empty unless abbreviated
 */
public record ShownValue(Kind kind, String text, long length, String sha256) {
  /** The longest text that is shown whole, in characters. */
  public static final int MAX_SHOWN = 256;

  /** The row does not exist in this image. */
  public static final ShownValue ABSENT = new ShownValue(Kind.ABSENT, "", 0, "");

  /** The row exists and the column is SQL NULL. */
  public static final ShownValue NULL = new ShownValue(Kind.NULL, "", 0, "");

  /** What there is. Golden bytes pin the order. */
  public enum Kind {
    /** The row does not exist in this image. */
    ABSENT,
    /** SQL NULL. */
    NULL,
    /** A value. */
    TEXT
  }

  /** Checks that the parts fit together. */
  public ShownValue {
    boolean whole = sha256.isEmpty();
    boolean fits =
        kind == Kind.TEXT
            ? text.length() <= MAX_SHOWN
                && (whole
                    ? length == text.length()
                    : length > text.length() && sha256.matches("[0-9a-f]{64}"))
            : text.isEmpty() && length == 0 && whole;
    if (!fits) {
      throw new IllegalArgumentException(
          "a shown value of kind " + kind + " with " + text.length() + " of " + length + " chars");
    }
  }

  /** A value that is not NULL; abbreviated where it is long. */
  public static ShownValue of(String whole) {
    if (whole.length() <= MAX_SHOWN) {
      return new ShownValue(Kind.TEXT, whole, whole.length(), "");
    }
    int end = Character.isHighSurrogate(whole.charAt(MAX_SHOWN - 1)) ? MAX_SHOWN - 1 : MAX_SHOWN;
    return new ShownValue(Kind.TEXT, whole.substring(0, end), whole.length(), digest(whole));
  }

  /** Whether only the beginning is here. */
  public boolean isAbbreviated() {
    return !sha256.isEmpty();
  }

  private static String digest(String whole) {
    try {
      byte[] utf8 = whole.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(utf8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
