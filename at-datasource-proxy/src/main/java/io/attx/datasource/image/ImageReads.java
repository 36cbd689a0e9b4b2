package io.attx.datasource.image;

import io.attx.datasource.metadata.TableMetadata;
import io.attx.undolog.ColumnValue;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Executes image queries. */
final class ImageReads {
  private final Execution execution;

  ImageReads(Execution execution) {
    this.execution = execution;
  }

  /** Locks and reads the rows that the statement is about to concern. */
  List<ImagedRow> before(FilteredPlan plan, BoundParameters parameters) throws SQLException {
    try (PreparedStatement query = execution.query(plan.before())) {
      plan.bindBefore(query, parameters);
      try (ResultSet rows = query.executeQuery()) {
        List<ImagedRow> found = new ArrayList<>();
        collect(plan.layout(), plan.verifiesColumns(), rows, found);
        return found;
      }
    } catch (SQLException failure) {
      throw execution.beforeFailed(failure);
    }
  }

  /** Locks and reads the rows that the items of a batch name. */
  List<ImagedRow> beforeBatch(FilteredPlan plan, List<BoundParameters> items) throws SQLException {
    int chunk = execution.limits().chunkRows();
    Map<List<ColumnValue>, ImagedRow> found = new java.util.LinkedHashMap<>(items.size() * 2);
    for (int from = 0; from < items.size(); from += chunk) {
      List<BoundParameters> part = items.subList(from, Math.min(items.size(), from + chunk));
      int slots = plan.condition().slots(part.size());
      List<ImagedRow> rowsOfPart = new ArrayList<>(part.size());
      try (PreparedStatement query = execution.query(plan.beforeBatch(slots))) {
        plan.bindBeforeBatch(query, part, slots);
        try (ResultSet rows = query.executeQuery()) {
          collect(plan.layout(), plan.verifiesColumns(), rows, rowsOfPart);
        }
      } catch (SQLException failure) {
        throw execution.beforeFailed(failure);
      }
      rowsOfPart.forEach(row -> found.putIfAbsent(row.key(), row));
      execution.checkRows(found.size());
    }
    return List.copyOf(found.values());
  }

  /**
   * Reads rows that are about to change.
   *
   * @param verifies whether the columns of the table stand behind those of the layout
   */
  void collect(ImageLayout layout, boolean verifies, ResultSet rows, List<ImagedRow> found)
      throws SQLException {
    if (verifies) {
      checkColumns(layout, rows.getMetaData());
    }
    while (rows.next()) {
      if (!layout.isSameTable(rows, 1)) {
        throw execution.changed(
            layout.table().name(), "its name means another table, or it has other columns");
      }
      ImagedRow row = layout.read(rows, 1);
      checkRestorable(layout, row);
      found.add(row);
      execution.checkRows(found.size());
    }
  }

  private void checkColumns(ImageLayout layout, ResultSetMetaData live) throws SQLException {
    TableMetadata table = layout.table();
    for (int i = layout.width() + 1; i <= live.getColumnCount(); i++) {
      if (table.column(live.getColumnName(i)) == null) {
        throw execution.changed(table.name(), "it has a new column " + live.getColumnName(i));
      }
    }
  }

  private void checkRestorable(ImageLayout layout, ImagedRow row) throws StatementRefusedException {
    for (int i = 0; i < layout.columns().size(); i++) {
      String reason =
          execution
              .dialect()
              .images()
              .unrestorableReason(row.image().values().get(i), layout.columns().get(i));
      if (reason != null) {
        throw execution.refused(
            reason + " (row " + row.key() + " of " + layout.table().name() + ").",
            "keep this column out of the statement, or store the number as a string.");
      }
    }
  }

  /** Reads rows by their keys after the change. */
  Map<List<ColumnValue>, ImagedRow> after(FilteredPlan plan, List<ImagedRow> changed)
      throws SQLException {
    return after(plan.layout(), plan.condition(), plan::after, changed);
  }

  /** Reads rows by their keys after a change that no statement of the application names. */
  Map<List<ColumnValue>, ImagedRow> after(ImageLayout layout, List<ImagedRow> changed)
      throws SQLException {
    KeyCondition condition =
        new KeyCondition(execution.dialect(), layout.keyColumns(), execution.limits().chunkRows());
    return after(
        layout,
        condition,
        slots -> FilteredPlan.afterText(execution.dialect(), layout, condition, slots),
        changed);
  }

  private Map<List<ColumnValue>, ImagedRow> after(
      ImageLayout layout, KeyCondition condition, IntFunction<String> text, List<ImagedRow> changed)
      throws SQLException {
    int chunk = execution.limits().chunkRows();
    Map<List<ColumnValue>, ImagedRow> found = new HashMap<>(changed.size() * 2);
    for (int from = 0; from < changed.size(); from += chunk) {
      List<List<ColumnValue>> keys =
          keys(changed.subList(from, Math.min(changed.size(), from + chunk)));
      int slots = condition.slots(keys.size());
      try (PreparedStatement query = execution.query(text.apply(slots))) {
        condition.bind(query, 1, keys, slots);
        try (ResultSet rows = query.executeQuery()) {
          while (rows.next()) {
            ImagedRow row = layout.read(rows, 1);
            found.put(row.key(), row);
          }
        }
      }
    }
    return found;
  }

  static List<List<ColumnValue>> keys(List<ImagedRow> rows) {
    List<List<ColumnValue>> keys = new ArrayList<>(rows.size());
    rows.forEach(row -> keys.add(row.key()));
    return keys;
  }
}
