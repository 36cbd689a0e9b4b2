package io.attx.datasource.metadata;

import io.attx.undolog.UndoTable;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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
 * @param children references of tables (itself included) to it, whether or not they change or
 *     delete rows by themselves
 * @param triggers its own triggers
 * @param partitioned whether its rows are those of its partitions, which have identities of their
 *     own
 * @param live its visible columns as the driver describes them with each result; empty where the
 *     identity covers the columns
 */
public record TableMetadata(
    UndoTable name,
    String identity,
    List<ColumnMetadata> columns,
    List<ColumnMetadata> key,
    List<UniqueIndex> uniqueIndexes,
    List<ForeignKey> foreignKeys,
    List<ChildReference> children,
    List<TriggerMetadata> triggers,
    boolean partitioned,
    List<String> live) {
  /** Copies the lists. */
  public TableMetadata {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
    uniqueIndexes = List.copyOf(uniqueIndexes);
    foreignKeys = List.copyOf(foreignKeys);
    children = List.copyOf(children);
    triggers = List.copyOf(triggers);
    live = List.copyOf(live);
  }

  /** The column of this exact name, or null. */
  public @Nullable ColumnMetadata column(String exactName) {
    for (ColumnMetadata column : columns) {
      if (column.name().equals(exactName)) {
        return column;
      }
    }
    return null;
  }

  /** Whether a change of a row can change rows that refer to it. */
  public boolean referencedByCascade() {
    return children.stream().anyMatch(ChildReference::acts);
  }

  /** Whether it has triggers of its own. */
  public boolean hasTriggers() {
    return !triggers.isEmpty();
  }

  /** The same, with what its triggers write into other tables accepted as unprotected. */
  TableMetadata withAcceptedTriggers() {
    return new TableMetadata(
        name,
        identity,
        columns,
        key,
        uniqueIndexes,
        foreignKeys,
        children,
        triggers.stream().map(TriggerMetadata::accepted).toList(),
        partitioned,
        live);
  }

  /**
   * A foreign key of a child that refers to this table.
   *
   * @param name its name
   * @param child the table that refers
   * @param columns of the child
   * @param parentColumns of this table, in the order of {@code columns}
   * @param onDelete what happens to the child when the row referred to is deleted
   * @param onUpdate what happens to the child when the values referred to change
   */
  public record ChildReference(
      String name,
      UndoTable child,
      List<String> columns,
      List<String> parentColumns,
      Action onDelete,
      Action onUpdate) {
    /** Copies the lists. */
    public ChildReference {
      columns = List.copyOf(columns);
      parentColumns = List.copyOf(parentColumns);
    }

    /** Whether it changes or deletes children by itself: CASCADE, SET NULL or SET DEFAULT. */
    public boolean acts() {
      return onDelete != Action.NONE || onUpdate != Action.NONE;
    }

    /** What the database does to a child by itself. */
    public enum Action {
      /** Nothing: RESTRICT or NO ACTION. */
      NONE,
      /** It follows: deleted with a deleted row, changed with a changed one. */
      CASCADE,
      /** Columns of the reference get NULL or their default. */
      SET;

      /** From the words of the standard. */
      public static Action of(String rule) {
        return switch (rule.toUpperCase(Locale.ROOT)) {
          case "CASCADE" -> CASCADE;
          case "SET NULL", "SET DEFAULT" -> SET;
          default -> NONE;
        };
      }
    }
  }

  /**
   * A unique index besides the key.
   *
   * @param name its name
   * @param columns its columns; empty when it has expressions, prefixes or a condition, so that
   *     only the database knows its values
   * @param dependsOn the columns that decide its values; empty when that is not known
   */
  public record UniqueIndex(String name, List<String> columns, List<String> dependsOn) {
    /** Copies the lists. */
    public UniqueIndex {
      columns = List.copyOf(columns);
      dependsOn = List.copyOf(dependsOn);
    }
  }

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
