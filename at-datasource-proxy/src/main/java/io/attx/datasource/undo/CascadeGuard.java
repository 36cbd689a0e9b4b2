package io.attx.datasource.undo;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.image.RowReader;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.MetadataCache;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.metadata.TableMetadata.ChildReference;
import io.attx.datasource.metadata.TableMetadata.ChildReference.Action;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps compensation from changing rows that the branch never imaged: children that somebody added
 * meanwhile to a row that is about to be deleted, or to lose the values that they refer to. What
 * cascades to imaged rows is proved when these are read back. Used once, by one thread.
 */
final class CascadeGuard {
  private final AtDialect dialect;
  private final MetadataCache tables;
  private final RowReader reader;
  private final Map<UndoTable, TableFold> folds = new HashMap<>();

  /**
   * For one branch.
   *
   * @param imaged the rows that it imaged
   */
  CascadeGuard(
      AtDialect dialect, MetadataCache tables, RowReader reader, Collection<TableFold> imaged) {
    this.dialect = dialect;
    this.tables = tables;
    this.reader = reader;
    imaged.forEach(fold -> folds.put(fold.table(), fold));
  }

  /**
   * Looks for such children, locking what it finds.
   *
   * @param steps about to be executed, of one action on one table with the same columns
   * @throws CannotUndoException when there is one
   */
  void check(Connection connection, List<Step> steps) throws SQLException, CannotUndoException {
    Step.Action action = steps.get(0).action();
    if (action == Step.Action.INSERT) {
      return;
    }
    TableMetadata parent = tables.table(connection, steps.get(0).table());
    for (ChildReference reference : parent.children()) {
      Action follows = action == Step.Action.DELETE ? reference.onDelete() : reference.onUpdate();
      List<List<ColumnValue>> values =
          follows == Action.NONE ? List.of() : givenUp(steps, reference);
      if (!values.isEmpty()) {
        check(connection, parent, reference, values);
      }
    }
  }

  /** The values that rows can refer to now and not after the steps. */
  private static List<List<ColumnValue>> givenUp(List<Step> steps, ChildReference reference) {
    List<String> names = steps.get(0).columns().stream().map(UndoColumn::name).toList();
    int[] places = reference.parentColumns().stream().mapToInt(names::indexOf).toArray();
    List<List<ColumnValue>> values = new ArrayList<>();
    for (Step step : steps) {
      List<ColumnValue> from = tuple(step.from(), places);
      if (from != null && !from.equals(tuple(step.to(), places))) {
        values.add(from);
      }
    }
    return values;
  }

  /** Null where nothing can refer to it: no row, a column that does not change, or a NULL. */
  private static @Nullable List<ColumnValue> tuple(@Nullable RowImage image, int[] places) {
    List<ColumnValue> values = new ArrayList<>(places.length);
    for (int place : places) {
      ColumnValue value = image == null || place < 0 ? ColumnValue.NULL : image.values().get(place);
      if (value instanceof ColumnValue.Null) {
        return null;
      }
      values.add(value);
    }
    return values;
  }

  private void check(
      Connection connection,
      TableMetadata parent,
      ChildReference reference,
      List<List<ColumnValue>> values)
      throws SQLException, CannotUndoException {
    List<UndoColumn> by = new ArrayList<>();
    for (int i = 0; i < reference.columns().size(); i++) {
      ColumnMetadata column = parent.column(reference.parentColumns().get(i));
      if (column == null) {
        throw new CannotUndoException("the foreign key " + reference + " changed meanwhile.");
      }
      UndoColumn typed = dialect.images().undoColumn(column, UndoColumn.Role.KEY);
      by.add(new UndoColumn(reference.columns().get(i), typed.typeName(), UndoColumn.Role.KEY));
    }
    TableFold known = folds.get(reference.child());
    TableFold fold = known != null && imagesAll(known, reference.columns()) ? known : null;
    List<UndoColumn> key =
        fold == null
            ? by
            : fold.columns().stream().filter(c -> c.role() == UndoColumn.Role.KEY).toList();
    for (RowImage row : reader.readForUpdate(connection, reference.child(), key, by, values)) {
      if (fold == null || !fold.rows().containsKey(row.values())) {
        throw new CannotUndoException(
            "dirty row: a row of "
                + reference.child()
                + " with "
                + names(key)
                + " "
                + Texts.values(row.values())
                + " refers by "
                + reference.name()
                + " to a row of "
                + parent.name()
                + " that is to be taken back, and would change with it although this branch did"
                + " not make it. What to do: delete that row or change its reference, then retry."
                + " Nothing was changed.");
      }
    }
  }

  private static boolean imagesAll(TableFold fold, List<String> columns) {
    return fold.columns().stream().map(UndoColumn::name).toList().containsAll(columns);
  }

  private static String names(List<UndoColumn> columns) {
    return columns.stream().map(UndoColumn::name).toList().toString();
  }
}
