package io.attx.datasource.dialect;

import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.metadata.TableMetadata.ChildReference;
import io.attx.datasource.metadata.TableMetadata.ChildReference.Action;
import io.attx.datasource.metadata.TableMetadata.ForeignKey;
import io.attx.datasource.metadata.TableMetadata.UniqueIndex;
import io.attx.datasource.metadata.TableNotSupportedException;
import io.attx.datasource.metadata.TriggerMetadata;
import io.attx.undolog.UndoTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Collects what catalog queries say of one table, and chooses its key. Used once. */
public final class TableAssembly {
  private final UndoTable name;
  private final String identity;
  private final Map<String, ColumnMetadata> columns = new LinkedHashMap<>();
  private final Map<String, Index> indexes = new LinkedHashMap<>();
  private final Map<String, Reference> references = new LinkedHashMap<>();
  private final Map<String, Child> children = new LinkedHashMap<>();

  private boolean partitioned;
  private List<String> live = List.of();

  /** Starts a table. */
  public TableAssembly(UndoTable name, String identity) {
    this.name = name;
    this.identity = identity;
  }

  /** Says that its rows are those of its partitions. */
  public void partitioned() {
    partitioned = true;
  }

  /** The columns as results describe them, read before anything else of the table. */
  public void live(List<String> columns) {
    live = columns;
  }

  /** Adds a column, in table order. */
  public void column(ColumnMetadata column) {
    columns.put(column.name(), column);
  }

  /**
   * Adds a part of a unique index, in index order.
   *
   * @param column null when the part is an expression
   * @param whole whether the value of the column is the value of the part: no prefix, no condition
   */
  public void indexPart(String index, boolean primary, @Nullable String column, boolean whole) {
    Index known = indexes.computeIfAbsent(index, ignored -> new Index(index, primary));
    known.plain &= whole && column != null;
    known.isKnown &= column != null;
    if (column != null) {
      known.columns.add(column);
    }
  }

  /** Adds a column on which an expression or the condition of an index depends. */
  public void indexDependsOn(String index, String column) {
    Index known = indexes.get(index);
    if (known != null) {
      known.dependsOn.add(column);
    }
  }

  /** Adds a column pair of a foreign key, in key order. */
  public void reference(String constraint, String column, UndoTable parent, String parentColumn) {
    Reference known = references.computeIfAbsent(constraint, ignored -> new Reference(parent));
    known.columns.add(column);
    known.parentColumns.add(parentColumn);
  }

  /**
   * Adds a column pair of a foreign key that refers to this table, in key order.
   *
   * @param constraint its name
   * @param child the table that refers
   * @param onDelete its rule in words
   * @param onUpdate its rule in words
   * @return takes the column pairs
   */
  public BiConsumer<String, String> child(
      String constraint, UndoTable child, String onDelete, String onUpdate) {
    Action deleted = Action.of(onDelete);
    Action updated = Action.of(onUpdate);
    Child known =
        children.computeIfAbsent(
            child + " " + constraint, ignored -> new Child(constraint, child, deleted, updated));
    return (column, parentColumn) -> {
      known.columns.add(column);
      known.parentColumns.add(parentColumn);
    };
  }

  /**
   * The table.
   *
   * @throws TableNotSupportedException when nothing can serve as its key
   */
  public TableMetadata build(List<TriggerMetadata> triggers) throws TableNotSupportedException {
    Index key = key();
    List<UniqueIndex> unique = new ArrayList<>();
    for (Index index : indexes.values()) {
      if (index != key) {
        unique.add(index.unique());
      }
    }
    List<ForeignKey> foreignKeys = new ArrayList<>();
    references.forEach(
        (constraint, reference) ->
            foreignKeys.add(
                new ForeignKey(
                    constraint, reference.columns, reference.parent, reference.parentColumns)));
    return new TableMetadata(
        name,
        identity,
        List.copyOf(columns.values()),
        key.columns.stream().map(this::known).toList(),
        unique,
        foreignKeys,
        children.values().stream().map(Child::reference).toList(),
        triggers,
        partitioned,
        live);
  }

  private ColumnMetadata known(String column) {
    ColumnMetadata known = columns.get(column);
    if (known == null) {
      throw new IllegalStateException("the catalog names no column " + column + " of " + name);
    }
    return known;
  }

  private Index key() throws TableNotSupportedException {
    return indexes.values().stream()
        .filter(index -> index.plain && index.columns.stream().noneMatch(this::isNullable))
        .min(
            Comparator.comparing((Index index) -> !index.primary)
                .thenComparing(index -> index.columns.size())
                .thenComparing(index -> index.name))
        .orElseThrow(
            () ->
                new TableNotSupportedException(
                    "table "
                        + name
                        + " cannot take part in a global transaction: it has neither a primary key"
                        + " nor a unique index over NOT NULL columns without prefixes. What to do:"
                        + " add a primary key, or, where the table only hands out ids,"
                        + " name it in untrackedTables (attx.untracked-tables)."));
  }

  private boolean isNullable(String column) {
    ColumnMetadata known = columns.get(column);
    return known == null || known.nullable();
  }

  /** What every dialect says of a thing that is no ordinary table. */
  public static TableNotSupportedException unsupported(Object table, String what, String remedy) {
    return new TableNotSupportedException(
        "table "
            + table
            + " cannot take part in a global transaction: "
            + what
            + ". What to do: "
            + remedy);
  }

  private static final class Index {
    final String name;
    final boolean primary;
    final List<String> columns = new ArrayList<>();
    final Set<String> dependsOn = new LinkedHashSet<>();
    boolean plain = true;
    boolean isKnown = true;

    Index(String name, boolean primary) {
      this.name = name;
      this.primary = primary;
    }

    UniqueIndex unique() {
      if (plain) {
        return new UniqueIndex(name, columns, columns);
      }
      if (isKnown) {
        dependsOn.addAll(columns);
      }
      return new UniqueIndex(name, List.of(), List.copyOf(dependsOn));
    }
  }

  private static final class Child {
    final String name;
    final UndoTable table;
    final Action onDelete;
    final Action onUpdate;
    final List<String> columns = new ArrayList<>();
    final List<String> parentColumns = new ArrayList<>();

    Child(String name, UndoTable table, Action onDelete, Action onUpdate) {
      this.name = name;
      this.table = table;
      this.onDelete = onDelete;
      this.onUpdate = onUpdate;
    }

    ChildReference reference() {
      return new ChildReference(name, table, columns, parentColumns, onDelete, onUpdate);
    }
  }

  private static final class Reference {
    final UndoTable parent;
    final List<String> columns = new ArrayList<>();
    final List<String> parentColumns = new ArrayList<>();

    Reference(UndoTable parent) {
      this.parent = parent;
    }
  }
}
