package io.attx.datasource.image;

import io.attx.datasource.sql.SqlSlice;
import java.util.ArrayList;
import java.util.List;

/**
 * A text put together from slices of a statement, whose placeholders it takes over, and from words
 * of ours. Immutable.
 */
final class SplicedText {
  private final String sql;
  private final List<Part> parts;

  private SplicedText(String sql, List<Part> parts) {
    this.sql = sql;
    this.parts = List.copyOf(parts);
  }

  String sql() {
    return sql;
  }

  /** How many placeholders it has. */
  int parameterCount() {
    return parts.stream().mapToInt(Part::parameterCount).sum();
  }

  /**
   * The parameters in the order of this text.
   *
   * @param original those of the statement
   * @param computed values of ours, by their numbers
   */
  BoundParameters parameters(
      BoundParameters original, List<? extends BoundParameters.Setter> computed) {
    List<BoundParameters.Setter> setters = new ArrayList<>();
    for (Part part : parts) {
      if (part.slice == null) {
        setters.add(computed.get(part.computed));
      } else {
        int first = part.slice.firstParameter();
        setters.addAll(original.setters().subList(first, first + part.slice.parameterCount()));
      }
    }
    return new BoundParameters(setters);
  }

  private record Part(@org.jspecify.annotations.Nullable SqlSlice slice, int computed) {
    int parameterCount() {
      return slice == null ? 1 : slice.parameterCount();
    }
  }

  /** Puts a text together. */
  static final class Builder {
    private final String original;
    private final StringBuilder sql = new StringBuilder();
    private final List<Part> parts = new ArrayList<>();
    private int parameters;

    Builder(String original) {
      this.original = original;
    }

    /** Adds words without placeholders. */
    Builder words(String words) {
      sql.append(words);
      return this;
    }

    /** Adds a slice of the statement; where it stands in the new text. */
    SqlSlice slice(SqlSlice slice) {
      return part(new Part(slice, -1), slice.of(original));
    }

    /** Adds a placeholder for a value of ours; where it stands. */
    SqlSlice computed(int number) {
      return part(new Part(null, number), "?");
    }

    private SqlSlice part(Part part, String words) {
      int start = sql.length();
      sql.append(words);
      SqlSlice placed = new SqlSlice(start, sql.length(), parameters, part.parameterCount());
      parameters += part.parameterCount();
      parts.add(part);
      return placed;
    }

    int length() {
      return sql.length();
    }

    int parameterCount() {
      return parameters;
    }

    SplicedText build() {
      return new SplicedText(sql.toString(), parts);
    }
  }
}
