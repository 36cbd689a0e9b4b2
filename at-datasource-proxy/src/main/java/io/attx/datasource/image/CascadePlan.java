package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.MetadataCache;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.metadata.TableMetadata.ChildReference;
import io.attx.datasource.metadata.TableMetadata.ChildReference.Action;
import io.attx.datasource.metadata.TableNotSupportedException;
import io.attx.undolog.UndoTable;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tables whose rows a statement takes along by cascading foreign keys, each with the layout of
 * its images. Immutable.
 */
final class CascadePlan {
  private final Map<UndoTable, ImageLayout> layouts;
  private final Effect root;

  private CascadePlan(Map<UndoTable, ImageLayout> layouts, Effect root) {
    this.layouts = Map.copyOf(layouts);
    this.root = root;
  }

  /**
   * What happens to a row.
   *
   * @param columns those that change; null when the row is deleted
   */
  record Effect(@Nullable Set<String> columns) {
    static final Effect DELETED = new Effect(null);

    boolean isDeleted() {
      return columns == null;
    }

    /** Whether a row that refers to a row with this effect is changed or deleted. */
    boolean reaches(ChildReference reference) {
      return columns == null
          ? reference.onDelete() != Action.NONE
          : reference.onUpdate() != Action.NONE
              && reference.parentColumns().stream().anyMatch(columns::contains);
    }

    /** What happens to a row of the child that refers to a row with this effect. */
    Effect on(ChildReference reference, TableMetadata child) {
      return columns == null && reference.onDelete() == Action.CASCADE
          ? DELETED
          : new Effect(ImagePlanner.computed(child, Set.copyOf(reference.columns())));
    }

    /** Whether this says all that the other says. */
    boolean covers(Effect other) {
      return columns == null || (other.columns != null && columns.containsAll(other.columns));
    }

    Effect and(Effect other) {
      if (columns == null || other.columns == null) {
        return DELETED;
      }
      Set<String> both = new HashSet<>(columns);
      both.addAll(other.columns);
      return new Effect(both);
    }
  }

  /**
   * Follows the references from the table of a statement.
   *
   * @param root the layout of the statement's own images, of whole rows
   * @return null when no reference acts
   * @throws StatementRefusedException when something on the way cannot be undone
   */
  static @Nullable CascadePlan of(
      Execution execution, MetadataCache tables, ImageLayout root, Effect effect)
      throws SQLException {
    if (root.table().children().stream().noneMatch(effect::reaches)) {
      return null;
    }
    refuseUnlockable(execution);
    Map<UndoTable, ImageLayout> layouts = new LinkedHashMap<>();
    Map<UndoTable, Effect> known = new LinkedHashMap<>();
    layouts.put(root.table().name(), root);
    known.put(root.table().name(), effect);
    Deque<TableMetadata> open = new ArrayDeque<>(List.of(root.table()));
    while (!open.isEmpty()) {
      TableMetadata parent = open.remove();
      Effect onParent = known.getOrDefault(parent.name(), effect);
      for (ChildReference reference : parent.children()) {
        if (!onParent.reaches(reference)) {
          continue;
        }
        ImageLayout layout = layouts.get(reference.child());
        if (layout == null) {
          layout = layout(execution, tables, reference);
          layouts.put(reference.child(), layout);
        }
        TableMetadata child = layout.table();
        Effect onChild = onParent.on(reference, child);
        refuseKeyChange(execution, reference, child, onChild);
        Effect before = known.get(child.name());
        if (before == null || !before.covers(onChild)) {
          known.put(child.name(), before == null ? onChild : before.and(onChild));
          open.add(child);
        }
      }
    }
    return new CascadePlan(layouts, effect);
  }

  private static void refuseUnlockable(Execution execution) throws StatementRefusedException {
    if (!execution.dialect().images().lockKeepsChildrenOut()) {
      throw execution.refused(
          "rows of other tables refer to "
              + execution.table().name()
              + " with CASCADE, SET NULL or SET DEFAULT and would change with it, and on this"
              + " database another transaction can add such a row while its parent is locked.",
          "delete or change these rows first, by statements of their own, and make the foreign key"
              + " RESTRICT or NO ACTION.");
    }
  }

  private static ImageLayout layout(
      Execution execution, MetadataCache tables, ChildReference reference) throws SQLException {
    AtDialect dialect = execution.dialect();
    UndoTable root = execution.table().name();
    TableMetadata child;
    try {
      child = tables.table(execution.connection(), reference.child());
    } catch (TableNotSupportedException reason) {
      throw refused(execution, reference, String.valueOf(reason.getMessage()));
    }
    if (!child.name().catalog().equals(root.catalog())) {
      throw refused(execution, reference, "that table is in another database.");
    }
    if (child.hasTriggers()) {
      throw refused(execution, reference, "that table has triggers.");
    }
    for (ColumnMetadata column : child.columns()) {
      String reason =
          child.key().contains(column)
              ? dialect.images().unsupportedKeyReason(column)
              : dialect.images().unsupportedReason(column);
      if (!reason.isEmpty()) {
        throw refused(execution, reference, reason + ".");
      }
    }
    return StatementPlans.planner(execution, tables, child).wholeRow(true);
  }

  private static StatementRefusedException refused(
      Execution execution, ChildReference reference, String reason) {
    return execution.refused(
        "rows of "
            + reference.child()
            + " follow by the foreign key "
            + reference.name()
            + ", and cannot be imaged: "
            + reason,
        "change these rows first, by statements of their own, or make the foreign key RESTRICT or"
            + " NO ACTION.");
  }

  /** Images of one row are matched by its key. */
  private static void refuseKeyChange(
      Execution execution, ChildReference reference, TableMetadata child, Effect effect)
      throws StatementRefusedException {
    Set<String> columns = effect.columns();
    if (columns != null && child.key().stream().anyMatch(key -> columns.contains(key.name()))) {
      throw refused(execution, reference, "columns of that table's key would change.");
    }
  }

  /** What happens to the rows of the statement itself. */
  Effect root() {
    return root;
  }

  /** How rows of a table on the way are imaged. */
  ImageLayout layout(UndoTable table) {
    ImageLayout layout = layouts.get(table);
    if (layout == null) {
      throw new IllegalStateException("no cascade reaches " + table);
    }
    return layout;
  }
}
