package io.attx.datasource.restored;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A value as it can stand in a statement.
 *
 * @param literal in SQL
 * @param placeholder what stands for it as a parameter; null where it has to be a literal
 * @param setter binds it
 */
record Value(String literal, @Nullable String placeholder, Setter setter) {
  static final Value NULL =
      new Value("NULL", "?", (statement, index) -> statement.setNull(index, Types.NULL));

  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,60}(\\.\\d{1,40})?");
  private static final Pattern STRING = Pattern.compile("'[^'\\\\]*'");
  private static final Pattern HEX = Pattern.compile("(0x|X')([0-9A-Fa-f]*)'?");

  /** Sets a parameter. */
  @FunctionalInterface
  interface Setter {
    void set(PreparedStatement statement, int index) throws SQLException;
  }

  /**
   * A literal that can be a parameter too where that is known to mean the same.
   *
   * @param textPlaceholder what takes a text of the column's type as a parameter
   */
  static Value of(String literal, UnaryOperator<String> textPlaceholder) {
    if (NUMBER.matcher(literal).matches()) {
      BigDecimal number = new BigDecimal(literal);
      boolean integer = number.scale() == 0 && number.precision() <= 18;
      return new Value(
          literal,
          "?",
          (statement, index) -> {
            if (integer) {
              statement.setLong(index, number.longValueExact());
            } else {
              statement.setBigDecimal(index, number);
            }
          });
    }
    var hex = HEX.matcher(literal);
    if (hex.matches() && hex.group(2).length() % 2 == 0) {
      byte[] bytes = HexFormat.of().parseHex(hex.group(2));
      return new Value(literal, "?", (statement, index) -> statement.setBytes(index, bytes));
    }
    if (STRING.matcher(literal).matches()) {
      String text = literal.substring(1, literal.length() - 1);
      return new Value(
          literal,
          textPlaceholder.apply("?"),
          (statement, index) -> statement.setString(index, text));
    }
    return new Value(literal, null, (statement, index) -> {});
  }

  @Override
  public String toString() {
    return literal;
  }
}
