package io.attx.datasource.undo;

import io.attx.datasource.dialect.AtDialect;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Executes steps in JDBC batches and checks that none changed more than one row. */
final class Compensator {
  private static final int BATCH_ROWS = 500;

  private final AtDialect dialect;
  private final CascadeGuard guard;
  private final int batchRows;
  private @Nullable Step current;

  /**
   * @param oneByOne whether each step is a statement of its own, so that a failure names its row
   */
  Compensator(AtDialect dialect, CascadeGuard guard, boolean oneByOne) {
    this.dialect = dialect;
    this.guard = guard;
    this.batchRows = oneByOne ? 1 : BATCH_ROWS;
  }

  /** The step, or the first of the batch, that ran last; null before the first. */
  @Nullable Step current() {
    return current;
  }

  /** Executes the steps in their order; neighbours with the same statement share a batch. */
  void execute(Connection connection, List<Step> steps) throws SQLException, CannotUndoException {
    execute(connection, steps, guard);
  }

  /** The same while foreign keys do nothing, or keys stay as they are in the end. */
  void executeWithoutCascades(Connection connection, List<Step> steps)
      throws SQLException, CannotUndoException {
    execute(connection, steps, null);
  }

  private void execute(Connection connection, List<Step> steps, @Nullable CascadeGuard guarding)
      throws SQLException, CannotUndoException {
    int from = 0;
    while (from < steps.size()) {
      int to = from + 1;
      while (to < steps.size()
          && to - from < batchRows
          && steps.get(to).sameStatement(steps.get(from))) {
        to++;
      }
      if (guarding != null) {
        guarding.check(connection, steps.subList(from, to));
      }
      executeBatch(connection, steps.subList(from, to));
      from = to;
    }
  }

  private void executeBatch(Connection connection, List<Step> steps)
      throws SQLException, CannotUndoException {
    Step first = steps.get(0);
    current = first;
    List<Integer> assigned = first.assigned();
    if (assigned.isEmpty() && first.action() == Step.Action.UPDATE) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(text(first, assigned))) {
      if (steps.size() == 1) {
        bind(statement, first, assigned);
        check(first, statement.executeUpdate());
        return;
      }
      for (Step step : steps) {
        bind(statement, step, assigned);
        statement.addBatch();
      }
      int[] counts = statement.executeBatch();
      for (int i = 0; i < counts.length; i++) {
        check(steps.get(i), counts[i]);
      }
    }
  }

  private static void check(Step step, int count) throws CannotUndoException {
    // A row that a cascade has restored or removed already counts 0; reading back proves all rows.
    boolean done = count == 0 && step.action() != Step.Action.INSERT;
    if (count != 1 && !done && count != Statement.SUCCESS_NO_INFO) {
      throw new CannotUndoException(
          "compensation not exact: "
              + step.action()
              + " of "
              + step.table()
              + " key "
              + Texts.values(step.key())
              + " changed "
              + count
              + " rows instead of one (a trigger, a rule or a security policy?). Nothing was"
              + " changed.");
    }
  }

  private void bind(PreparedStatement statement, Step step, List<Integer> assigned)
      throws SQLException {
    int index = 1;
    if (step.action() != Step.Action.DELETE) {
      for (int position : assigned) {
        index = bind(statement, index, step, position);
      }
    }
    if (step.action() != Step.Action.INSERT) {
      for (int i = 0; i < step.columns().size(); i++) {
        if (step.columns().get(i).role() == UndoColumn.Role.KEY) {
          index = bind(statement, index, step, i);
        }
      }
    }
  }

  private int bind(PreparedStatement statement, int index, Step step, int position)
      throws SQLException {
    ColumnValue value = step.image().values().get(position);
    dialect.images().bind(statement, index, value, step.columns().get(position));
    return index + 1;
  }

  private String text(Step step, List<Integer> assigned) {
    String table = dialect.metadata().quote(step.table());
    return switch (step.action()) {
      case INSERT -> insert(table, step, assigned);
      case UPDATE -> "UPDATE " + table + " SET " + pairs(step, assigned, ", ") + where(step);
      case DELETE -> "DELETE FROM " + table + where(step);
    };
  }

  private String insert(String table, Step step, List<Integer> assigned) {
    StringBuilder names = new StringBuilder();
    StringBuilder values = new StringBuilder();
    for (int position : assigned) {
      UndoColumn column = step.columns().get(position);
      String separator = names.isEmpty() ? "" : ", ";
      names.append(separator).append(dialect.metadata().quote(column.name()));
      values.append(separator).append(dialect.images().bindExpression(column));
    }
    String overriding = dialect.compensation().overridingSystemValue();
    return "INSERT INTO "
        + table
        + " ("
        + names
        + ") "
        + (overriding.isEmpty() ? "" : overriding + " ")
        + "VALUES ("
        + values
        + ")";
  }

  private String where(Step step) {
    List<Integer> key = new ArrayList<>(2);
    for (int i = 0; i < step.columns().size(); i++) {
      if (step.columns().get(i).role() == UndoColumn.Role.KEY) {
        key.add(i);
      }
    }
    return " WHERE " + pairs(step, key, " AND ");
  }

  private String pairs(Step step, List<Integer> positions, String separator) {
    StringBuilder text = new StringBuilder();
    for (int position : positions) {
      UndoColumn column = step.columns().get(position);
      text.append(text.isEmpty() ? "" : separator)
          .append(dialect.metadata().quote(column.name()))
          .append(" = ")
          .append(dialect.images().bindExpression(column));
    }
    return text.toString();
  }
}
