package io.attx.datasource.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table as it was written in a statement.
 *
 * @param qualifiers schema, or catalog and schema, outermost first; empty when not qualified
 * @param name the table
 * @param alias its alias, or null
 * @param slice the whole reference with alias, to be repeated in an image query
 */
public record TableRef(
    List<Identifier> qualifiers, Identifier name, @Nullable Identifier alias, SqlSlice slice) {
  /** Copies the list. */
  public TableRef {
    qualifiers = List.copyOf(qualifiers);
  }
}
