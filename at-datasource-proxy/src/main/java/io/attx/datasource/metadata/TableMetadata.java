package io.attx.datasource.metadata;

import io.attx.undolog.UndoTable;
import java.util.List;

/**
 * One table as the database describes it. Immutable.
 *
 * @param name resolved, exact case
 * @param identity what the database itself calls this very table (an object id) where image queries
 *     can select it to prove that a name still means this table; empty elsewhere
 * @param columns in order, invisible ones included
 * @param key the columns of the primary key, in key order; never empty
 * @param uniqueIndexes the other unique indexes
 * @param foreignKeys its references to parents
 * @param referencedByCascade whether another table refers to it with CASCADE, SET NULL or SET
 *     DEFAULT
 * @param hasTriggers whether it has triggers of its own
 */
public record TableMetadata(
    UndoTable name,
    String identity,
    List<ColumnMetadata> columns,
    List<ColumnMetadata> key,
    List<UniqueIndex> uniqueIndexes,
    List<ForeignKey> foreignKeys,
    boolean referencedByCascade,
    boolean hasTriggers) {
  /** Copies the lists. */
  public TableMetadata {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
    uniqueIndexes = List.copyOf(uniqueIndexes);
    foreignKeys = List.copyOf(foreignKeys);
  }

  /**
   * A unique index besides the primary key.
   *
   * @param name its name
   * @param columns its columns; empty when it has expressions or prefixes that need the database
   */
  public record UniqueIndex(String name, List<String> columns) {}

  /**
   * A foreign key of this table.
   *
   * @param name its name
   * @param columns of this table
   * @param parent the table referred to
   * @param parentColumns of the parent, in the order of {@code columns}
   */
  public record ForeignKey(
      String name, List<String> columns, UndoTable parent, List<String> parentColumns) {}
}
