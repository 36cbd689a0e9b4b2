package io.attx.datasource.image;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of expressions that the database computes before a statement runs with them. */
final class ComputedValues {
  private ComputedValues() {}

  /**
   * Computes them.
   *
   * @param text the query; null for none
   */
  static List<Value> read(
      Execution execution, @Nullable SplicedText text, BoundParameters parameters)
      throws SQLException {
    List<Value> values = new ArrayList<>();
    if (text == null) {
      return values;
    }
    try (PreparedStatement query = execution.query(text.sql())) {
      text.parameters(parameters, List.of()).bindAll(query);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          values.add(new Value(checked(execution, row.getObject(i))));
        }
      }
    }
    return values;
  }

  /** Types that a driver reads and binds without a change. */
  static @Nullable Object checked(Execution execution, @Nullable Object value)
      throws StatementRefusedException {
    if (value == null) {
      return null;
    }
    boolean exact =
        value instanceof String
            || value instanceof byte[]
            || value instanceof Integer
            || value instanceof Long
            || value instanceof BigInteger
            || value instanceof BigDecimal
            || value instanceof java.util.UUID;
    if (!exact) {
      throw execution.refused(
          "an expression gives a value of a key or unique column as "
              + value.getClass().getSimpleName()
              + ", which may change on its way.",
          "compute the value in the application and pass it as a parameter.");
    }
    return value;
  }

  /** One value, bound like a parameter of the application. */
  record Value(@Nullable Object value) implements BoundParameters.Setter {
    @Override
    public void set(PreparedStatement statement, int index) throws SQLException {
      if (value instanceof byte[] bytes) {
        statement.setBytes(index, bytes);
      } else {
        statement.setObject(index, value);
      }
    }

    @Override
    public @Nullable Object plainValue() {
      return value;
    }
  }
}
