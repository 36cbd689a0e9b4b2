package io.attx.datasource.undo;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.image.RowReader;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.metadata.TableMetadata.ForeignKey;
import io.attx.datasource.metadata.TriggerMetadata.Event;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes statements back with their rows ordered by the constraints of the table. Where unique
 * values form a cycle, the rows of the cycle are deleted and inserted again. Used once, by one
 * thread.
 *
 * <p>Where the database lets foreign keys be switched off (MySQL, MariaDB), they are off for two
 * moments in which no reference can break: while rows are replaced by rows with the same keys, and
 * while a row that is to be deleted lets go of itself, because InnoDB refuses to delete a row that
 * refers to itself. The DELETE is checked again, so nobody else's child is orphaned.
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
    if (changedByTriggers(statement, table)) {
      replaceAll(connection, statement, table);
      return;
    }
    StepOrder.Order order = StepOrder.of(statement, table);
    List<Step> detached = detached(order.ordered(), table);
    if (!detached.isEmpty()) {
      withoutForeignKeys(connection, switched -> letGo(connection, detached, switched));
    }
    compensator.execute(connection, order.ordered());
    if (!order.cyclic().isEmpty()) {
      withoutForeignKeys(
          connection, switched -> replace(connection, order.cyclic(), table, switched));
    }
  }

  /** Whether UPDATE would fire triggers that change what is restored, or that may refuse it. */
  private static boolean changedByTriggers(List<Step> statement, TableMetadata table) {
    return statement.get(0).action() == Step.Action.UPDATE && needsReplacement(table);
  }

  /** Whether rows of a table are restored by DELETE and INSERT instead of UPDATE. */
  static boolean needsReplacement(TableMetadata table) {
    return table.triggers().stream()
        .anyMatch(trigger -> trigger.events().contains(Event.UPDATE) && !trigger.isHarmless());
  }

  private void replaceAll(Connection connection, List<Step> statement, TableMetadata table)
      throws SQLException, CannotUndoException {
    withoutForeignKeys(connection, switched -> replace(connection, statement, table, switched));
    requireParents(connection, statement, table);
  }

  /** Foreign keys were off: the parents that rows refer to again must be there. */
  private void requireParents(Connection connection, List<Step> statement, TableMetadata table)
      throws SQLException, CannotUndoException {
    for (ForeignKey key : table.foreignKeys()) {
      for (Step step : statement) {
        List<ColumnValue> to = StepOrder.tuple(step, step.to(), key.columns());
        if (to != null && !to.equals(StepOrder.tuple(step, step.from(), key.columns()))) {
          requireParent(connection, key, to);
        }
      }
    }
  }

  private void requireParent(Connection connection, ForeignKey key, List<ColumnValue> values)
      throws SQLException, CannotUndoException {
    TableMetadata parent = describe(connection, key.parent());
    List<UndoColumn> columns = new ArrayList<>();
    for (ColumnMetadata column : parent.columns()) {
      if (key.parentColumns().contains(column.name())) {
        columns.add(dialect.images().undoColumn(column, UndoColumn.Role.KEY));
      }
    }
    columns.sort(Comparator.comparing(column -> key.parentColumns().indexOf(column.name())));
    if (reader.readForUpdate(connection, key.parent(), columns, List.of(values)).isEmpty()) {
      throw new CannotUndoException(
          "a row refers again by "
              + key.name()
              + " to a row of "
              + key.parent()
              + " that is gone: "
              + Texts.values(values)
              + ". Nothing was changed.");
    }
  }

  private void letGo(Connection connection, List<Step> detached, boolean switched)
      throws SQLException, CannotUndoException {
    // Other databases delete such rows without help.
    if (switched) {
      compensator.executeWithoutCascades(connection, detached);
    }
  }

  /** For each row to be deleted that refers to itself: the step that ends this. */
  private static List<Step> detached(List<Step> steps, TableMetadata table) {
    List<Step> detached = new ArrayList<>();
    for (ForeignKey key : table.foreignKeys()) {
      if (key.parent().equals(table.name())) {
        for (Step step : steps) {
          RowImage from = step.from();
          if (from != null && step.to() == null && refersToItself(step, from, key)) {
            detached.add(withNull(step, from, key));
          }
        }
      }
    }
    return detached;
  }

  private static boolean refersToItself(Step step, RowImage row, ForeignKey key) {
    List<String> names = step.columns().stream().map(UndoColumn::name).toList();
    for (int i = 0; i < key.columns().size(); i++) {
      int child = names.indexOf(key.columns().get(i));
      int parent = names.indexOf(key.parentColumns().get(i));
      if (child < 0 || parent < 0 || !row.values().get(child).equals(row.values().get(parent))) {
        return false;
      }
    }
    return true;
  }

  /**
   * In a column that takes no NULL the non-strict session of phase two writes its implicit value.
   */
  private static Step withNull(Step step, RowImage row, ForeignKey key) {
    List<UndoColumn> columns = new ArrayList<>();
    List<ColumnValue> from = new ArrayList<>();
    List<ColumnValue> to = new ArrayList<>();
    for (int i = 0; i < step.columns().size(); i++) {
      UndoColumn column = step.columns().get(i);
      boolean reference =
          column.role() == UndoColumn.Role.VALUE && key.columns().contains(column.name());
      if (reference || column.role() == UndoColumn.Role.KEY) {
        columns.add(column);
        from.add(row.values().get(i));
        to.add(reference ? ColumnValue.NULL : row.values().get(i));
      }
    }
    return Step.between(step.table(), columns, new RowImage(from), new RowImage(to));
  }

  @FunctionalInterface
  private interface Unchecked {
    void run(boolean switched) throws SQLException, CannotUndoException;
  }

  /** Foreign keys are checked again afterwards, also when the work fails. */
  private void withoutForeignKeys(Connection connection, Unchecked work)
      throws SQLException, CannotUndoException {
    boolean switched = dialect.compensation().switchForeignKeyChecks(connection, false);
    try {
      work.run(switched);
    } catch (SQLException | CannotUndoException failure) {
      checkAgain(connection, switched, failure);
      throw failure;
    }
    if (switched) {
      dialect.compensation().switchForeignKeyChecks(connection, true);
    }
  }

  private void checkAgain(Connection connection, boolean switched, Exception failure)
      throws SQLException {
    if (switched) {
      try {
        dialect.compensation().switchForeignKeyChecks(connection, true);
      } catch (SQLException lost) {
        lost.addSuppressed(failure);
        throw lost;
      }
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

  private void replace(
      Connection connection, List<Step> cyclic, TableMetadata table, boolean switched)
      throws SQLException, CannotUndoException {
    boolean firing =
        table.triggers().stream()
            .anyMatch(t -> !t.isHarmless() && !t.events().equals(Set.of(Event.UPDATE)));
    if ((table.referencedByCascade() && !switched) || firing) {
      throw new CannotUndoException(
          "rows of "
              + table.name()
              + ", keys "
              + Texts.keys(cyclic.stream().map(Step::key).toList())
              + ", would have to be deleted and inserted again, and the table has triggers that"
              + " this fires, or cascading references. Nothing was changed.");
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
    compensator.executeWithoutCascades(connection, deletes);
    compensator.executeWithoutCascades(connection, inserts);
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
