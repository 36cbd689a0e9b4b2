package io.attx.datasource.undo;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dirty.DirtyKind;
import io.attx.datasource.image.RowReader;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.MetadataCache;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.metadata.TableMetadata.ForeignKey;
import io.attx.datasource.metadata.TableMetadata.UniqueIndex;
import io.attx.datasource.metadata.TableNotSupportedException;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoTable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for rows of others that stand in the way of a compensation: a unique value taken, a parent
 * gone, a child added. Asked when the database refused a step, and before a row is deleted that
 * others may follow by cascade. Used once, by one thread.
 */
final class ObstacleSearch {
  private final AtDialect dialect;
  private final MetadataCache tables;
  private final RowReader reader;
  private final Connection connection;
  private final Map<RowKey, Change> changes;

  /**
   * What one row is and shall be, as far as it was imaged.
   *
   * @param fold its table
   * @param now null where it does not exist
   * @param target null where it shall not exist
   */
  record Change(
      TableFold fold,
      @Nullable Map<String, ColumnValue> now,
      @Nullable Map<String, ColumnValue> target) {}

  /** A row that cannot be taken back. */
  record Obstacle(RowKey row, DirtyKind kind, String note) {}

  ObstacleSearch(
      AtDialect dialect,
      MetadataCache tables,
      RowReader reader,
      Connection connection,
      Map<RowKey, Change> changes) {
    this.dialect = dialect;
    this.tables = tables;
    this.reader = reader;
    this.connection = connection;
    this.changes = changes;
  }

  /**
   * Finds what is in the way, at most one obstacle per row.
   *
   * @param onlyCascades whether only children are looked for that would silently follow
   */
  List<Obstacle> find(boolean onlyCascades) throws SQLException {
    Map<RowKey, Obstacle> found = new LinkedHashMap<>();
    for (Map.Entry<RowKey, Change> entry : changes.entrySet()) {
      RowKey row = entry.getKey();
      Change change = entry.getValue();
      TableMetadata table = tables.table(connection, row.table());
      if (onlyCascades && !table.referencedByCascade()) {
        continue;
      }
      Obstacle obstacle = onlyCascades ? null : unique(row, change, table);
      obstacle = obstacle != null || onlyCascades ? obstacle : parent(row, change, table);
      obstacle = obstacle != null ? obstacle : child(row, change, references(table, onlyCascades));
      if (obstacle != null) {
        found.put(row, obstacle);
      }
    }
    return List.copyOf(found.values());
  }

  // ---- unique values ----

  private @Nullable Obstacle unique(RowKey row, Change change, TableMetadata table)
      throws SQLException {
    for (UniqueIndex index : table.uniqueIndexes()) {
      List<ColumnValue> taken = tuple(change.target(), index.columns());
      if (taken == null || taken.equals(tuple(change.now(), index.columns()))) {
        continue;
      }
      for (List<ColumnValue> holder : keysOf(table, columns(table, index.columns()), taken)) {
        if (!changes.containsKey(new RowKey(row.table(), holder))) {
          return new Obstacle(
              row,
              DirtyKind.UNIQUE_VALUE_TAKEN,
              "unique index "
                  + index.name()
                  + ": the row with key "
                  + Texts.values(holder)
                  + " has "
                  + Texts.values(taken));
        }
      }
    }
    return null;
  }

  // ---- parents ----

  private @Nullable Obstacle parent(RowKey row, Change change, TableMetadata table)
      throws SQLException {
    for (ForeignKey reference : table.foreignKeys()) {
      List<ColumnValue> wanted = tuple(change.target(), reference.columns());
      if (wanted == null || wanted.equals(tuple(change.now(), reference.columns()))) {
        continue;
      }
      TableMetadata parent = tables.table(connection, reference.parent());
      boolean comes =
          changes.values().stream()
              .anyMatch(
                  other ->
                      other.fold().table().equals(reference.parent())
                          && wanted.equals(tuple(other.target(), reference.parentColumns())));
      if (!comes && keysOf(parent, columns(parent, reference.parentColumns()), wanted).isEmpty()) {
        return new Obstacle(
            row,
            DirtyKind.PARENT_GONE,
            "foreign key "
                + reference.name()
                + ": "
                + reference.parent()
                + " has no row "
                + Texts.values(wanted));
      }
    }
    return null;
  }

  // ---- children ----

  private @Nullable Obstacle child(RowKey row, Change change, List<ForeignKey> references)
      throws SQLException {
    for (ForeignKey reference : references) {
      // Of a reference to this table: "columns" are the child's, "parent" is the child table.
      List<ColumnValue> given = tuple(change.now(), reference.parentColumns());
      if (given == null || given.equals(tuple(change.target(), reference.parentColumns()))) {
        continue;
      }
      String child = child(reference, given);
      if (child != null) {
        return new Obstacle(
            row,
            DirtyKind.CHILD_ADDED,
            "foreign key " + reference.name() + ": " + reference.parent() + " " + child);
      }
    }
    return null;
  }

  /** The first row of others that refers to these values, or null. */
  private @Nullable String child(ForeignKey reference, List<ColumnValue> given)
      throws SQLException {
    TableMetadata child;
    try {
      child = tables.table(connection, reference.parent());
    } catch (TableNotSupportedException unknown) {
      return null; // the database itself will say whether it has such rows
    }
    for (List<ColumnValue> key : keysOf(child, columns(child, reference.columns()), given)) {
      Change own = changes.get(new RowKey(reference.parent(), key));
      boolean leaves = own != null && leaves(own, reference, given);
      if (!leaves) {
        return "has the row with key " + Texts.values(key);
      }
    }
    return null;
  }

  private static boolean leaves(Change own, ForeignKey reference, List<ColumnValue> given) {
    Map<String, ColumnValue> target = own.target();
    return target == null
        || (target.keySet().containsAll(reference.columns())
            && !given.equals(tuple(target, reference.columns())));
  }

  /** The foreign keys on a table; in each, "parent" is the table that refers. */
  private List<ForeignKey> references(TableMetadata table, boolean onlyCascades)
      throws SQLException {
    if (!onlyCascades) {
      return exportedKeys(table.name());
    }
    return table.children().stream()
        .map(
            child ->
                new ForeignKey(child.name(), child.columns(), child.child(), child.parentColumns()))
        .toList();
  }

  private List<ForeignKey> exportedKeys(UndoTable table) throws SQLException {
    Map<String, ForeignKey> references = new LinkedHashMap<>();
    try (ResultSet rows =
        connection
            .getMetaData()
            .getExportedKeys(
                emptyAsNull(table.catalog()), emptyAsNull(table.schema()), table.name())) {
      while (rows.next()) {
        UndoTable child =
            table.catalog().isEmpty()
                ? new UndoTable("", rows.getString("FKTABLE_SCHEM"), rows.getString("FKTABLE_NAME"))
                : new UndoTable(rows.getString("FKTABLE_CAT"), "", rows.getString("FKTABLE_NAME"));
        ForeignKey known =
            references.computeIfAbsent(
                child + " " + rows.getString("FK_NAME"),
                name -> new ForeignKey(name, new ArrayList<>(), child, new ArrayList<>()));
        known.columns().add(rows.getString("FKCOLUMN_NAME"));
        known.parentColumns().add(rows.getString("PKCOLUMN_NAME"));
      }
    }
    return List.copyOf(references.values());
  }

  private static @Nullable String emptyAsNull(String text) {
    return text.isEmpty() ? null : text;
  }

  // ---- help ----

  /** Null where nothing is taken: no row, a column that was not imaged, or a NULL. */
  private static @Nullable List<ColumnValue> tuple(
      @Nullable Map<String, ColumnValue> image, List<String> columns) {
    if (image == null || columns.isEmpty()) {
      return null;
    }
    List<ColumnValue> values = new ArrayList<>(columns.size());
    for (String column : columns) {
      ColumnValue value = image.get(column);
      if (value == null || value instanceof ColumnValue.Null) {
        return null;
      }
      values.add(value);
    }
    return values;
  }

  /** The columns as they are compared, in the given order. */
  private List<UndoColumn> columns(TableMetadata table, List<String> names)
      throws TableNotSupportedException {
    List<UndoColumn> columns = new ArrayList<>(names.size());
    for (String name : names) {
      ColumnMetadata column = table.column(name);
      if (column == null) {
        throw new TableNotSupportedException("column " + name + " of " + table.name() + " is gone");
      }
      columns.add(dialect.images().undoColumn(column, UndoColumn.Role.KEY));
    }
    return columns;
  }

  /** One row more than the branch has is enough to find one that is not the branch's. */
  private Set<List<ColumnValue>> keysOf(
      TableMetadata table, List<UndoColumn> condition, List<ColumnValue> values)
      throws SQLException {
    List<UndoColumn> key = columns(table, keyNames(table));
    Set<List<ColumnValue>> keys = new HashSet<>();
    for (RowImage row :
        reader.find(connection, table.name(), condition, values, key, changes.size() + 1)) {
      keys.add(row.values());
    }
    return keys;
  }

  /** In the order in which the branch names its rows, where it has any of that table. */
  private List<String> keyNames(TableMetadata table) {
    for (Change change : changes.values()) {
      if (change.fold().table().equals(table.name())) {
        return change.fold().columns().stream()
            .filter(column -> column.role() == UndoColumn.Role.KEY)
            .map(UndoColumn::name)
            .toList();
      }
    }
    return table.key().stream().map(ColumnMetadata::name).toList();
  }
}
