package io.attx.datasource.image;

import io.attx.datasource.metadata.LiveColumns;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.undolog.ColumnValue;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Executes image queries. */
final class ImageReads {
  private final Execution execution;

  ImageReads(Execution execution) {
    this.execution = execution;
  }

  /**
   * Rows that are about to change.
   *
   * @param rows each once
   * @param newKeys the keys that they will have, as far as the plan computes them, in their order
   */
  record Captured(List<ImagedRow> rows, List<List<ColumnValue>> newKeys) {}

  /** Locks and reads the rows that the statement is about to concern. */
  Captured before(FilteredPlan plan, BoundParameters parameters) throws SQLException {
    try (PreparedStatement query = execution.query(plan.before().text())) {
      plan.before().bind(query, parameters, 1);
      try (ResultSet rows = query.executeQuery()) {
        return captured(plan, rows);
      }
    } catch (SQLException failure) {
      throw execution.beforeFailed(failure);
    }
  }

  private Captured captured(FilteredPlan plan, ResultSet rows) throws SQLException {
    ImageLayout layout = plan.layout();
    int predicted = plan.shape().newKeys().size();
    if (plan.shape().verifiesColumns()) {
      checkColumns(layout, layout.width() + predicted, rows.getMetaData());
    }
    Map<List<ColumnValue>, ImagedRow> found = new LinkedHashMap<>();
    List<List<ColumnValue>> newKeys = new ArrayList<>();
    while (rows.next()) {
      ImagedRow row = layout.read(rows, 1);
      boolean missing = row.key().contains(ColumnValue.NULL);
      if (missing || found.putIfAbsent(row.key(), row) != null) {
        continue; // a join found no row of this table, or the same row again
      }
      check(layout, row, rows);
      execution.captured(row);
      List<ColumnValue> key = new ArrayList<>(predicted);
      for (int i = 0; i < predicted; i++) {
        key.add(
            execution
                .dialect()
                .images()
                .read(rows, layout.width() + 1 + i, layout.keyColumns().get(i)));
      }
      newKeys.add(key);
    }
    return new Captured(List.copyOf(found.values()), newKeys);
  }

  /** Locks and reads the rows that the items of a batch name. */
  List<ImagedRow> beforeBatch(FilteredPlan plan, List<BoundParameters> items) throws SQLException {
    int chunk = execution.limits().chunkRows();
    Map<List<ColumnValue>, ImagedRow> found = new LinkedHashMap<>(items.size() * 2);
    for (int from = 0; from < items.size(); from += chunk) {
      List<BoundParameters> part = items.subList(from, Math.min(items.size(), from + chunk));
      int slots = plan.condition().slots(part.size());
      List<ImagedRow> rowsOfPart = new ArrayList<>(part.size());
      try (PreparedStatement query = execution.query(plan.beforeBatch(slots))) {
        plan.bindBeforeBatch(query, part, slots);
        try (ResultSet rows = query.executeQuery()) {
          collect(plan.layout(), plan.shape().verifiesColumns(), rows, rowsOfPart);
        }
      } catch (SQLException failure) {
        throw execution.beforeFailed(failure);
      }
      rowsOfPart.forEach(row -> found.putIfAbsent(row.key(), row));
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
      checkColumns(layout, layout.width(), rows.getMetaData());
    }
    while (rows.next()) {
      ImagedRow row = layout.read(rows, 1);
      check(layout, row, rows);
      found.add(row);
      execution.captured(row);
    }
  }

  private void check(ImageLayout layout, ImagedRow row, ResultSet rows) throws SQLException {
    if (!layout.isSameTable(rows, 1)) {
      throw execution.changed(
          layout.table().name(), "its name means another table, or it has other columns");
    }
    checkRestorable(layout, row);
  }

  private void checkColumns(ImageLayout layout, int before, ResultSetMetaData live)
      throws SQLException {
    TableMetadata table = layout.table();
    List<String> now = LiveColumns.of(live, before + 1);
    if (!now.equals(table.live())) {
      throw execution.changed(table.name(), "its columns are " + now + ", not " + table.live());
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
    return after(plan.layout(), plan.condition(), plan::after, keys(changed));
  }

  /** Locks and reads rows by keys that they may have. */
  Map<List<ColumnValue>, ImagedRow> byKeys(FilteredPlan plan, List<List<ColumnValue>> keys)
      throws SQLException {
    return after(plan.layout(), plan.condition(), plan::after, keys);
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
        keys(changed));
  }

  private Map<List<ColumnValue>, ImagedRow> after(
      ImageLayout layout,
      KeyCondition condition,
      IntFunction<String> text,
      List<List<ColumnValue>> wanted)
      throws SQLException {
    int chunk = execution.limits().chunkRows();
    Map<List<ColumnValue>, ImagedRow> found = new HashMap<>(wanted.size() * 2);
    for (int from = 0; from < wanted.size(); from += chunk) {
      List<List<ColumnValue>> keys = wanted.subList(from, Math.min(wanted.size(), from + chunk));
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
