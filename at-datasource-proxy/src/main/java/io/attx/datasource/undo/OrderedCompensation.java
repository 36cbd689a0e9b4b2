package io.attx.datasource.undo;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.image.RowReader;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes statements back with their rows ordered by the constraints of the table. Where unique
 * values form a cycle, the rows of the cycle are deleted and inserted again. Used once, by one
 * thread.
 */
final class OrderedCompensation {
  private final AtDialect dialect;
  private final RowReader reader;
  private final Compensator compensator;
  private final Map<UndoTable, TableMetadata> described = new HashMap<>();

  OrderedCompensation(AtDialect dialect, RowReader reader, Compensator compensator) {
    this.dialect = dialect;
    this.reader = reader;
    this.compensator = compensator;
  }

  /** Takes back one statement. */
  void execute(Connection connection, List<Step> statement)
      throws SQLException, CannotUndoException {
    TableMetadata table = describe(connection, statement.get(0).table());
    StepOrder.Order order = StepOrder.of(statement, table);
    compensator.execute(connection, order.ordered());
    if (!order.cyclic().isEmpty()) {
      replace(connection, order.cyclic(), table);
    }
  }

  private TableMetadata describe(Connection connection, UndoTable name) throws SQLException {
    TableMetadata table = described.get(name);
    if (table == null) {
      table = dialect.metadata().describe(connection, name);
      described.put(name, table);
    }
    return table;
  }

  private void replace(Connection connection, List<Step> cyclic, TableMetadata table)
      throws SQLException, CannotUndoException {
    if (table.referencedByCascade() || table.hasTriggers()) {
      throw new CannotUndoException(
          "unique values of rows of "
              + table.name()
              + " form a cycle, keys "
              + Texts.keys(cyclic.stream().map(Step::key).toList())
              + ", and the rows cannot be deleted and inserted again because the table has"
              + " triggers or cascading references. Nothing was changed.");
    }
    List<UndoColumn> all = columns(table);
    Map<List<ColumnValue>, RowImage> full =
        reader.readForUpdate(
            connection, table.name(), all, cyclic.stream().map(Step::key).toList());
    List<Step> deletes = new ArrayList<>();
    List<Step> inserts = new ArrayList<>();
    for (Step step : cyclic) {
      RowImage from = full.get(step.key());
      if (step.from() != null) {
        deletes.add(Step.between(table.name(), all, from, null));
      }
      if (step.to() != null) {
        inserts.add(
            from == null ? step : Step.between(table.name(), all, null, merged(from, all, step)));
      }
    }
    compensator.execute(connection, deletes);
    compensator.execute(connection, inserts);
  }

  private List<UndoColumn> columns(TableMetadata table) {
    List<UndoColumn> columns = new ArrayList<>();
    for (ColumnMetadata column : table.columns()) {
      UndoColumn.Role role =
          column.generated()
              ? UndoColumn.Role.GENERATED
              : table.key().contains(column) ? UndoColumn.Role.KEY : UndoColumn.Role.VALUE;
      columns.add(dialect.images().undoColumn(column, role));
    }
    return columns;
  }

  /** The whole row as it is, with the values that the step assigns. */
  private static RowImage merged(RowImage from, List<UndoColumn> all, Step step) {
    List<ColumnValue> values = new ArrayList<>(from.values());
    List<String> names = all.stream().map(UndoColumn::name).toList();
    for (int position : step.assigned()) {
      int place = names.indexOf(step.columns().get(position).name());
      values.set(place, step.image().values().get(position));
    }
    return new RowImage(values);
  }
}
