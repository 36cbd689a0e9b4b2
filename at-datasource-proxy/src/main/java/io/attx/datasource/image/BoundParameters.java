package io.attx.datasource.image;

import io.attx.datasource.sql.SqlSlice;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * The parameters of one execution as the application set them, replayable on other statements.
 *
 * @param setters one per placeholder, by 0-based ordinal
 */
public record BoundParameters(List<Setter> setters) {
  /** No parameters. */
  public static final BoundParameters NONE = new BoundParameters(List.of());

  /** Copies the list. */
  public BoundParameters {
    setters = List.copyOf(setters);
  }

  /**
   * Binds the placeholders inside a slice to a statement in which the slice was repeated.
   *
   * @param firstIndex 1-based index of the slice's first placeholder in that statement
   * @return the 1-based index after the last one bound
   */
  public int bind(PreparedStatement statement, SqlSlice slice, int firstIndex) throws SQLException {
    int index = firstIndex;
    for (int i = 0; i < slice.parameterCount(); i++) {
      setters.get(slice.firstParameter() + i).set(statement, index++);
    }
    return index;
  }

  /** Binds all to a statement with the same placeholders. */
  public void bindAll(PreparedStatement statement) throws SQLException {
    for (int i = 0; i < setters.size(); i++) {
      setters.get(i).set(statement, i + 1);
    }
  }

  /** Repeats one setter call of the application. */
  public interface Setter {
    /** Sets the same value at another place; can be repeated. */
    void set(PreparedStatement statement, int index) throws SQLException;

    /** The value where it is a plain object ({@code setInt}, {@code setString}, …); else null. */
    default @org.jspecify.annotations.Nullable Object plainValue() {
      return null;
    }
  }
}
