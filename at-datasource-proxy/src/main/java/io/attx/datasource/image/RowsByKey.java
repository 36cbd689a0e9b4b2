package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.undolog.ColumnValue;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Locks and reads rows of one layout by their keys. Immutable but for texts made on demand. */
final class RowsByKey {
  private final ImageLayout layout;
  private final KeyCondition condition;
  private final boolean verifiesColumns;
  private final TextsBySlots texts;

  /**
   * For one table.
   *
   * @param verifiesColumns whether {@link #before} must prove that the layout has every column
   * @param maxKeys the most keys in one query
   */
  RowsByKey(AtDialect dialect, ImageLayout layout, boolean verifiesColumns, int maxKeys) {
    this.layout = layout;
    this.verifiesColumns = verifiesColumns;
    this.condition = new KeyCondition(dialect, layout.keyColumns(), maxKeys);
    String head = head(dialect, layout, verifiesColumns);
    this.texts =
        new TextsBySlots(
            slots -> head + condition.text("", slots) + " " + dialect.images().lockClause());
  }

  /** From SELECT to before a condition on the table alone. */
  static String head(AtDialect dialect, ImageLayout layout, boolean verifiesColumns) {
    String qualifier = dialect.metadata().quote(layout.table().name().name()) + ".";
    return "SELECT "
        + layout.selectList(layout.table().identity().isEmpty() ? "" : qualifier)
        + (verifiesColumns ? ", " + qualifier + "*" : "")
        + " FROM "
        + dialect.metadata().quote(layout.table().name())
        + " WHERE ";
  }

  /** Rows that are about to change; refuses those that could not be restored. */
  Map<List<ColumnValue>, ImagedRow> before(Execution execution, Collection<List<ColumnValue>> keys)
      throws SQLException {
    ImageReads reads = new ImageReads(execution);
    return read(
        execution, keys, (rows, found) -> reads.collect(layout, verifiesColumns, rows, found));
  }

  /** Rows after a change. */
  Map<List<ColumnValue>, ImagedRow> after(Execution execution, Collection<List<ColumnValue>> keys)
      throws SQLException {
    return read(
        execution,
        keys,
        (rows, found) -> {
          while (rows.next()) {
            found.add(layout.read(rows, 1));
          }
        });
  }

  private Map<List<ColumnValue>, ImagedRow> read(
      Execution execution, Collection<List<ColumnValue>> wanted, Collecting collecting)
      throws SQLException {
    List<List<ColumnValue>> keys = List.copyOf(wanted);
    List<ImagedRow> found = new ArrayList<>(keys.size());
    int chunk = execution.limits().chunkRows();
    for (int from = 0; from < keys.size(); from += chunk) {
      List<List<ColumnValue>> part = keys.subList(from, Math.min(keys.size(), from + chunk));
      int slots = condition.slots(part.size());
      try (PreparedStatement query = execution.query(texts.of(slots))) {
        condition.bind(query, 1, part, slots);
        try (ResultSet rows = query.executeQuery()) {
          collecting.collect(rows, found);
        }
      }
    }
    Map<List<ColumnValue>, ImagedRow> byKey = new LinkedHashMap<>(found.size() * 2);
    found.forEach(row -> byKey.put(row.key(), row));
    return byKey;
  }

  @FunctionalInterface
  private interface Collecting {
    void collect(ResultSet rows, List<ImagedRow> found) throws SQLException;
  }
}
