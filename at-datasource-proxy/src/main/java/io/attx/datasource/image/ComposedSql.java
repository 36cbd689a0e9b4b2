package io.attx.datasource.image;

import io.attx.datasource.sql.SqlSlice;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A generated text and the slices of the original that it repeats, in their order, so that their
 * placeholders can be bound. Immutable.
 *
 * @param text the text
 * @param slices what it repeats; the same slice may stand in it twice
 */
record ComposedSql(String text, List<SqlSlice> slices) {
  ComposedSql {
    slices = List.copyOf(slices);
  }

  /**
   * Binds the placeholders of all slices.
   *
   * @return the 1-based index after the last one bound
   */
  int bind(PreparedStatement statement, BoundParameters parameters, int firstIndex)
      throws SQLException {
    int index = firstIndex;
    for (SqlSlice slice : slices) {
      index = parameters.bind(statement, slice, index);
    }
    return index;
  }

  /** Puts a text together. */
  static final class Builder {
    private final String sql;
    private final StringBuilder text = new StringBuilder();
    private final List<SqlSlice> slices = new ArrayList<>();

    /** From slices of this original. */
    Builder(String sql) {
      this.sql = sql;
    }

    /** Adds text of our own. */
    Builder add(String own) {
      text.append(own);
      return this;
    }

    /** Adds a slice. */
    Builder add(SqlSlice slice) {
      return add(slice, slice.of(sql));
    }

    /** Adds a slice with its text adapted; its placeholders are the same. */
    Builder add(SqlSlice slice, String adapted) {
      text.append(adapted);
      slices.add(slice);
      return this;
    }

    /** Adds a slice, where there is one, behind text of our own. */
    Builder addIfAny(String before, @Nullable SqlSlice slice) {
      return slice == null ? this : add(before).add(slice);
    }

    ComposedSql build() {
      return new ComposedSql(text.toString(), slices);
    }
  }
}
