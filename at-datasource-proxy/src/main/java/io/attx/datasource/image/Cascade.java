package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.image.CascadePlan.Effect;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.TableMetadata.ChildReference;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoEntry;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows that one statement takes along by cascading foreign keys. All are found, locked and
 * imaged before it runs, to a fixpoint; a locked row takes no new children. Used once.
 */
final class Cascade {
  private final Execution execution;
  private final CascadePlan plan;
  private final ImageReads reads;
  private final Map<CascadedRow.Id, CascadedRow> rows = new LinkedHashMap<>();

  private Cascade(Execution execution, CascadePlan plan) {
    this.execution = execution;
    this.plan = plan;
    this.reads = new ImageReads(execution);
  }

  /**
   * Locks and images everything that will change along with the captured rows.
   *
   * @throws StatementRefusedException when the rows could not be restored in any order
   */
  static Cascade capture(Execution execution, CascadePlan plan, List<ImagedRow> captured)
      throws SQLException {
    Cascade cascade = new Cascade(execution, plan);
    ImageLayout layout = plan.layout(execution.table().name());
    List<CascadedRow> frontier = new ArrayList<>(captured.size());
    for (ImagedRow row : captured) {
      CascadedRow known = new CascadedRow(layout, row, true, plan.root());
      cascade.rows.put(known.id(), known);
      frontier.add(known);
    }
    while (!frontier.isEmpty()) {
      frontier = cascade.children(frontier);
      execution.checkRows(cascade.rows.size());
    }
    CascadeOrder.assignLevels(execution, cascade.rows.values());
    return cascade;
  }

  /** Finds the children of rows; returns those whose effect is new. */
  private List<CascadedRow> children(List<CascadedRow> frontier) throws SQLException {
    Map<ChildReference, List<CascadedRow>> byReference = new LinkedHashMap<>();
    for (CascadedRow parent : frontier) {
      for (ChildReference reference : parent.layout.table().children()) {
        if (parent.effect.reaches(reference)) {
          byReference.computeIfAbsent(reference, ignored -> new ArrayList<>()).add(parent);
        }
      }
    }
    Set<CascadedRow> changed = new LinkedHashSet<>();
    for (Map.Entry<ChildReference, List<CascadedRow>> entry : byReference.entrySet()) {
      children(entry.getKey(), entry.getValue(), changed);
    }
    return List.copyOf(changed);
  }

  private void children(
      ChildReference reference, List<CascadedRow> parents, Set<CascadedRow> changed)
      throws SQLException {
    for (Effect effect : Set.copyOf(parents.stream().map(row -> row.effect).toList())) {
      List<List<ColumnValue>> values = new ArrayList<>();
      for (CascadedRow parent : parents) {
        List<ColumnValue> value = referredTo(parent, reference);
        if (parent.effect.equals(effect) && value != null) {
          values.add(value);
        }
      }
      ImageLayout layout = plan.layout(reference.child());
      Effect onChild = effect.on(reference, layout.table());
      for (ImagedRow row : read(reference, parents.get(0).layout, values)) {
        CascadedRow child = new CascadedRow(layout, row, false, onChild);
        CascadedRow known = rows.putIfAbsent(child.id(), child);
        if (known == null) {
          changed.add(child);
        } else if (!known.effect.covers(onChild)) {
          known.effect = known.effect.and(onChild);
          changed.add(known);
        }
      }
    }
  }

  /** The values that children refer to; null where one is NULL. */
  private static @Nullable List<ColumnValue> referredTo(CascadedRow row, ChildReference reference) {
    List<String> names = row.layout.columns().stream().map(UndoColumn::name).toList();
    List<ColumnValue> values = new ArrayList<>(reference.parentColumns().size());
    for (String column : reference.parentColumns()) {
      ColumnValue value = row.row.image().values().get(names.indexOf(column));
      if (value instanceof ColumnValue.Null) {
        return null;
      }
      values.add(value);
    }
    return values;
  }

  private List<ImagedRow> read(
      ChildReference reference, ImageLayout parent, List<List<ColumnValue>> values)
      throws SQLException {
    ImageLayout layout = plan.layout(reference.child());
    AtDialect dialect = execution.dialect();
    int chunk = execution.limits().chunkRows();
    KeyCondition condition = new KeyCondition(dialect, asParent(dialect, reference, parent), chunk);
    List<ImagedRow> found = new ArrayList<>();
    for (int from = 0; from < values.size(); from += chunk) {
      List<List<ColumnValue>> part = values.subList(from, Math.min(values.size(), from + chunk));
      int slots = condition.slots(part.size());
      String sql = childQuery(layout, condition.text("attx_child.", slots));
      try (PreparedStatement query = execution.query(sql)) {
        condition.bind(query, 1, part, slots);
        try (ResultSet result = query.executeQuery()) {
          reads.collect(layout, verifies(), result, found);
        }
      } catch (SQLException failure) {
        throw execution.beforeFailed(failure);
      }
      execution.checkRows(found.size());
    }
    return found;
  }

  private boolean verifies() {
    return execution.dialect().images().identityExpression("", false, "") == null;
  }

  private String childQuery(ImageLayout layout, String condition) {
    AtDialect dialect = execution.dialect();
    return "SELECT "
        + layout.selectList("attx_child.")
        + (verifies() ? ", attx_child.*" : "")
        + " FROM "
        + dialect.metadata().quote(layout.table().name())
        + " attx_child WHERE "
        + condition
        + ' '
        + dialect.images().lockClause();
  }

  /** The columns of the child, compared in the types of the parent. */
  private static List<UndoColumn> asParent(
      AtDialect dialect, ChildReference reference, ImageLayout parent) {
    List<UndoColumn> columns = new ArrayList<>();
    for (int i = 0; i < reference.columns().size(); i++) {
      ColumnMetadata column = parent.table().column(reference.parentColumns().get(i));
      if (column == null) {
        throw new IllegalStateException("unknown column in " + reference);
      }
      UndoColumn key = dialect.images().undoColumn(column, UndoColumn.Role.KEY);
      columns.add(new UndoColumn(reference.columns().get(i), key.typeName(), UndoColumn.Role.KEY));
    }
    return columns;
  }

  /**
   * Proves what became of every row, after the statement ran.
   *
   * @param changes takes the entries, so that going backwards brings parents back before their
   *     children, and the locks
   * @throws UnprotectedChangeException when a row went another way than was followed
   */
  void complete(Changes changes) throws SQLException {
    Map<ImageLayout, List<CascadedRow>> byTable = new LinkedHashMap<>();
    for (CascadedRow row : rows.values()) {
      byTable.computeIfAbsent(row.layout, ignored -> new ArrayList<>()).add(row);
    }
    Map<CascadedRow, @Nullable ImagedRow> after = new LinkedHashMap<>();
    for (Map.Entry<ImageLayout, List<CascadedRow>> table : byTable.entrySet()) {
      List<ImagedRow> before = table.getValue().stream().map(row -> row.row).toList();
      Map<List<ColumnValue>, ImagedRow> now = reads.after(table.getKey(), before);
      for (CascadedRow row : table.getValue()) {
        after.put(row, now.get(row.row.key()));
      }
    }
    List<CascadedRow> deepestFirst = new ArrayList<>(rows.values());
    deepestFirst.sort((a, b) -> Integer.compare(b.level, a.level));
    for (CascadedRow row : deepestFirst) {
      add(row, after.get(row), changes);
    }
  }

  private void add(CascadedRow row, @Nullable ImagedRow now, Changes changes)
      throws UnprotectedChangeException {
    if (now == null) {
      if (!row.effect.isDeleted()) {
        throw execution.unprotected("row " + row.id() + " is gone by a cascade");
      }
      changes.part(row.layout, row.level, UndoEntry.Kind.DELETE).deleted(List.of(row.row));
      return;
    }
    if (row.root && row.effect.isDeleted()) {
      throw execution.unprotected("row " + row.id() + " is still there after a DELETE");
    }
    Set<String> expected = row.effect.columns();
    for (int i = 0; expected != null && !row.root && i < row.layout.columns().size(); i++) {
      if (!row.row.image().values().get(i).equals(now.image().values().get(i))
          && !expected.contains(row.layout.columns().get(i).name())) {
        throw execution.unprotected("a cascade changed other columns of row " + row.id());
      }
    }
    changes.part(row.layout, row.level, UndoEntry.Kind.UPDATE).updated(row.row, now);
  }
}
