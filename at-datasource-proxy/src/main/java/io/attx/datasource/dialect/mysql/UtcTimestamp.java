package io.attx.datasource.dialect.mysql;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Seconds since 1970 to the text that a session in +00:00 takes for a TIMESTAMP. */
final class UtcTimestamp {
  private UtcTimestamp() {}

  /** Zero seconds stand for the zero date, as UNIX_TIMESTAMP has it. */
  static String format(BigDecimal seconds, String typeName) {
    int digits = digits(typeName);
    StringBuilder text = new StringBuilder(26);
    if (seconds.signum() == 0) {
      text.append("0000-00-00 00:00:00");
    } else {
      long whole = seconds.setScale(0, RoundingMode.FLOOR).longValueExact();
      LocalDateTime time = LocalDateTime.ofEpochSecond(whole, 0, ZoneOffset.UTC);
      text.append(time.toLocalDate()).append(' ');
      two(text, time.getHour()).append(':');
      two(text, time.getMinute()).append(':');
      two(text, time.getSecond());
    }
    if (digits > 0) {
      String fraction =
          seconds
              .remainder(BigDecimal.ONE)
              .setScale(digits, RoundingMode.UNNECESSARY)
              .unscaledValue()
              .toString();
      text.append('.').append("0".repeat(digits - fraction.length())).append(fraction);
    }
    return text.toString();
  }

  private static int digits(String typeName) {
    int open = typeName.indexOf('(');
    return open < 0 ? 0 : typeName.charAt(open + 1) - '0';
  }

  private static StringBuilder two(StringBuilder text, int value) {
    return text.append((char) ('0' + value / 10)).append((char) ('0' + value % 10));
  }
}
