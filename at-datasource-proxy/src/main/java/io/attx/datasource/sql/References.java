package io.attx.datasource.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table references of a statement, as they stand behind FROM or USING, or between UPDATE and
 * SET.
 *
 * @param slice all of them, to be repeated in an image query
 * @param items from left to right
 * @param merged whether NATURAL or USING merges columns, so that {@code *} is not the columns of
 *     the items one after the other
 */
public record References(SqlSlice slice, List<Item> items, boolean merged) {
  /** Copies the list. */
  public References {
    items = List.copyOf(items);
  }

  /** Whether it is one table and nothing else. */
  public boolean isOneTable() {
    return items.size() == 1 && items.get(0).table() != null;
  }

  /**
   * One of them.
   *
   * @param name what its columns are qualified by: the alias, or the table's own name; null where
   *     it has none
   * @param table the base table; null for a nested query, a function or a common table expression
   * @param mayBeMissing whether an outer join can leave out its row
   */
  public record Item(@Nullable Identifier name, @Nullable TableRef table, boolean mayBeMissing) {}
}
