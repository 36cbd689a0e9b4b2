package io.attx.datasource.dirty;

import io.attx.undolog.ColumnValue;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Arithmetic on the texts of integers and decimals. Pure. */
public final class ExactNumbers {
  private static final Set<String> TYPES =
      Set.of(
          "tinyint",
          "smallint",
          "mediumint",
          "int",
          "integer",
          "bigint",
          "decimal",
          "numeric",
          "dec");

  private ExactNumbers() {}

  /** Whether values of a type can be added without rounding; by its first word. */
  public static boolean isExact(String typeName) {
    String word = typeName.toLowerCase(Locale.ROOT).split("[ (]", 2)[0];
    return TYPES.contains(word) && !typeName.endsWith("[]");
  }

  /** {@code now - (after - before)}, or null where one of them is no number. */
  static @Nullable ColumnValue takeBack(
      @Nullable ColumnValue before, @Nullable ColumnValue after, @Nullable ColumnValue now) {
    BigDecimal first = number(before);
    BigDecimal last = number(after);
    BigDecimal current = number(now);
    return first == null || last == null || current == null
        ? null
        : new ColumnValue.Text(current.subtract(last.subtract(first)).toPlainString());
  }

  private static @Nullable BigDecimal number(@Nullable ColumnValue value) {
    // "NaN" and "Infinity" of a numeric are none.
    return value instanceof ColumnValue.Text text
            && !text.value().isEmpty()
            && text.value().chars().allMatch(c -> (c >= '0' && c <= '9') || "+-.eE".indexOf(c) >= 0)
        ? new BigDecimal(text.value())
        : null;
  }
}
