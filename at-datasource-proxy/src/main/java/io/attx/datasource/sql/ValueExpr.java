package io.attx.datasource.sql;

/** A value that a statement assigns or compares. */
public sealed interface ValueExpr {
  /** Where it stands in the text. */
  SqlSlice slice();

  /** A single placeholder. */
  record Parameter(SqlSlice slice) implements ValueExpr {
    /** Its 0-based ordinal in the text. */
    public int index() {
      return slice.firstParameter();
    }
  }

  /** A literal: number, string, TRUE, FALSE, or a typed or signed one. */
  record Literal(SqlSlice slice) implements ValueExpr {}

  /** The word NULL. */
  record Null(SqlSlice slice) implements ValueExpr {}

  /** The word DEFAULT. */
  record Default(SqlSlice slice) implements ValueExpr {}

  /** Anything else. */
  record Expression(SqlSlice slice) implements ValueExpr {}
}
