package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dialect.ImageDialect;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.metadata.TableMetadata.ForeignKey;
import io.attx.datasource.metadata.TableMetadata.UniqueIndex;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides which columns and lock keys the image queries of a statement read. Pure; used once. */
final class ImagePlanner {
  private final AtDialect dialect;
  private final ImageDialect images;
  private final TableMetadata table;
  private final Map<UndoTable, TableMetadata> parents;
  private final List<UndoColumn> columns = new ArrayList<>();
  private final List<LockSource> sources = new ArrayList<>();
  private final List<ImageLayout.Extra> extras = new ArrayList<>();

  /**
   * For one table.
   *
   * @param parents the tables that it refers to, as far as they can take part
   */
  ImagePlanner(AtDialect dialect, TableMetadata table, Map<UndoTable, TableMetadata> parents) {
    this.dialect = dialect;
    this.images = dialect.images();
    this.table = table;
    this.parents = parents;
  }

  /** The key alone, for rows that are locked and not changed. */
  ImageLayout keyOnly() {
    addColumns(Set.of());
    addRow();
    return new ImageLayout(dialect, table, columns, sources, extras, false);
  }

  /** The key, the columns that an update can change, and the locks that this needs. */
  ImageLayout changed(Set<String> changeable) {
    addColumns(changeable);
    addRow();
    for (UniqueIndex index : table.uniqueIndexes()) {
      if (index.dependsOn().isEmpty()
          || index.dependsOn().stream().anyMatch(changeable::contains)) {
        addUnique(index);
      }
    }
    for (ForeignKey reference : table.foreignKeys()) {
      if (reference.columns().stream().anyMatch(changeable::contains)) {
        addParent(reference);
      }
    }
    return new ImageLayout(dialect, table, columns, sources, extras, true);
  }

  /**
   * All columns, and the locks of a row that appears or disappears.
   *
   * @param verified whether the query must prove that the table has no other columns
   */
  ImageLayout wholeRow(boolean verified) {
    Set<String> all = new HashSet<>();
    table.columns().forEach(column -> all.add(column.name()));
    addColumns(all);
    addRow();
    table.uniqueIndexes().forEach(this::addUnique);
    table.foreignKeys().forEach(this::addParent);
    return new ImageLayout(dialect, table, columns, sources, extras, verified);
  }

  /** Some columns and those that the database computes from others. */
  static Set<String> computed(TableMetadata table, Set<String> assigned) {
    Set<String> changed = new LinkedHashSet<>(assigned);
    table.columns().stream()
        .filter(ColumnMetadata::generated)
        .forEach(column -> changed.add(column.name()));
    return changed;
  }

  /** The columns that an update of some columns can change. */
  static Set<String> changeable(TableMetadata table, Set<String> assigned) {
    Set<String> changeable = new LinkedHashSet<>(assigned);
    for (ColumnMetadata column : table.columns()) {
      if (column.generated() || column.onUpdate()) {
        changeable.add(column.name());
      }
    }
    return changeable;
  }

  private void addColumns(Set<String> names) {
    for (ColumnMetadata column : table.key()) {
      columns.add(images.undoColumn(column, UndoColumn.Role.KEY));
    }
    for (ColumnMetadata column : table.columns()) {
      if (names.contains(column.name()) && !table.key().contains(column)) {
        columns.add(
            images.undoColumn(
                column, column.generated() ? UndoColumn.Role.GENERATED : UndoColumn.Role.VALUE));
      }
    }
  }

  private void addRow() {
    List<LockSource.Part> parts = parts(table.key(), table.key());
    sources.add(
        new LockSource(
            LockSource.Kind.ROW, table.name().toString(), "", parts == null ? List.of() : parts));
  }

  private void addUnique(UniqueIndex index) {
    List<ColumnMetadata> own = known(table, index.columns());
    List<LockSource.Part> parts = own == null ? null : parts(own, own);
    sources.add(
        new LockSource(
            LockSource.Kind.UNIQUE,
            table.name().toString(),
            index.name(),
            parts == null ? List.of() : parts));
  }

  /** A parent is locked by the key, or the unique index, that the reference means. */
  private void addParent(ForeignKey reference) {
    TableMetadata parent = parents.get(reference.parent());
    if (parent == null) {
      return;
    }
    List<String> key = parent.key().stream().map(ColumnMetadata::name).toList();
    if (Set.copyOf(key).equals(Set.copyOf(reference.parentColumns()))) {
      addParent(reference, parent, "", key);
      return;
    }
    for (UniqueIndex index : parent.uniqueIndexes()) {
      if (!index.columns().isEmpty()
          && Set.copyOf(index.columns()).equals(Set.copyOf(reference.parentColumns()))) {
        addParent(reference, parent, index.name(), index.columns());
        return;
      }
    }
  }

  private void addParent(
      ForeignKey reference, TableMetadata parent, String index, List<String> parentOrder) {
    List<String> childOrder =
        parentOrder.stream()
            .map(name -> reference.columns().get(reference.parentColumns().indexOf(name)))
            .toList();
    List<ColumnMetadata> own = known(table, childOrder);
    List<ColumnMetadata> theirs = known(parent, parentOrder);
    if (own == null || theirs == null) {
      return;
    }
    List<LockSource.Part> parts = parts(own, theirs);
    sources.add(
        new LockSource(
            LockSource.Kind.PARENT,
            parent.name().toString(),
            index,
            parts == null ? List.of() : parts));
  }

  private static @Nullable List<ColumnMetadata> known(TableMetadata table, List<String> names) {
    List<ColumnMetadata> known = new ArrayList<>(names.size());
    for (String name : names) {
      ColumnMetadata column = table.column(name);
      if (column == null) {
        return null;
      }
      known.add(column);
    }
    return known;
  }

  /** Where the values of a lock key are; null where the equality of one is not known. */
  private @Nullable List<LockSource.Part> parts(
      List<ColumnMetadata> own, List<ColumnMetadata> equality) {
    for (ColumnMetadata column : equality) {
      if (images.equalityExpression("x", column) == null) {
        return null;
      }
    }
    List<LockSource.Part> parts = new ArrayList<>(own.size());
    for (int i = 0; i < own.size(); i++) {
      parts.add(part(own.get(i), equality.get(i)));
    }
    return parts;
  }

  private LockSource.Part part(ColumnMetadata own, ColumnMetadata equality) {
    String quoted = dialect.metadata().quote(own.name());
    UndoColumn read = images.undoColumn(own, UndoColumn.Role.VALUE);
    String expression = images.equalityExpression(images.asParent(quoted, own, equality), equality);
    boolean asRead = images.readExpression(quoted, read).equals(expression);
    if (asRead) {
      for (int i = 0; i < columns.size(); i++) {
        if (columns.get(i).name().equals(own.name())) {
          return new LockSource.Part(i, -1, null);
        }
      }
    }
    extras.add(new ImageLayout.Extra(own, equality, asRead));
    return new LockSource.Part(-1, extras.size() - 1, asRead ? null : equality);
  }
}
