package io.attx.datasource.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dialect.ImageDialect;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Reads rows by key, exactly and with a row lock. Thread-safe. */
public final class RowReader {
  private static final int MAX_TEXTS = 2_000;

  private final AtDialect dialect;
  private final int chunkRows;
  private final Cache<Query, String> texts = Caffeine.newBuilder().maximumSize(MAX_TEXTS).build();

  /**
   * For one database.
   *
   * @param chunkRows the most keys in one query
   */
  public RowReader(AtDialect dialect, int chunkRows) {
    if (chunkRows < 1) {
      throw new IllegalArgumentException("chunkRows is " + chunkRows + ", must be positive");
    }
    this.dialect = dialect;
    this.chunkRows = chunkRows;
  }

  /**
   * Reads and locks rows.
   *
   * @param columns what to read, in this order; those with role KEY identify the row
   * @param keys the key values in the order in which KEY columns stand in {@code columns}
   * @return the rows found, by key; rows that do not exist are missing
   */
  public Map<List<ColumnValue>, RowImage> readForUpdate(
      Connection connection,
      UndoTable table,
      List<UndoColumn> columns,
      List<List<ColumnValue>> keys)
      throws SQLException {
    List<UndoColumn> key =
        columns.stream().filter(column -> column.role() == UndoColumn.Role.KEY).toList();
    if (key.isEmpty()) {
      throw new IllegalArgumentException("no KEY column among " + columns + " of " + table);
    }
    Map<List<ColumnValue>, RowImage> found = new LinkedHashMap<>(keys.size() * 2);
    read(
        connection,
        new Query(table, columns, key, 0),
        keys,
        row -> found.put(keyOf(row, columns), row));
    return found;
  }

  /**
   * Reads and locks the rows that hold one of some tuples of values.
   *
   * @param columns what to read, in this order
   * @param by the columns that hold the values, role KEY
   * @param values in the order of {@code by}
   */
  public List<RowImage> readForUpdate(
      Connection connection,
      UndoTable table,
      List<UndoColumn> columns,
      List<UndoColumn> by,
      List<List<ColumnValue>> values)
      throws SQLException {
    List<RowImage> found = new ArrayList<>();
    read(connection, new Query(table, columns, by, 0), values, found::add);
    return found;
  }

  private void read(
      Connection connection, Query wanted, List<List<ColumnValue>> keys, Consumer<RowImage> found)
      throws SQLException {
    List<UndoColumn> columns = wanted.columns();
    KeyCondition condition = new KeyCondition(dialect, wanted.by(), chunkRows);
    for (int from = 0; from < keys.size(); from += chunkRows) {
      List<List<ColumnValue>> chunk = keys.subList(from, Math.min(keys.size(), from + chunkRows));
      int slots = condition.slots(chunk.size());
      String sql =
          texts.get(
              new Query(wanted.table(), columns, wanted.by(), slots),
              query -> text(query, condition));
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        condition.bind(statement, 1, chunk, slots);
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            found.accept(image(rows, columns));
          }
        }
      }
    }
  }

  /**
   * Reads, without a lock, rows that have certain values.
   *
   * @param condition the columns that must have them, with role KEY
   * @param values their values, in that order
   * @param columns what to read
   * @param limit the most rows
   */
  public List<RowImage> find(
      Connection connection,
      UndoTable table,
      List<UndoColumn> condition,
      List<ColumnValue> values,
      List<UndoColumn> columns,
      int limit)
      throws SQLException {
    KeyCondition equal = new KeyCondition(dialect, condition, 1);
    String sql = selectList(columns) + from(table) + equal.text("", 1);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setMaxRows(limit);
      equal.bind(statement, 1, List.of(values), 1);
      try (ResultSet rows = statement.executeQuery()) {
        List<RowImage> found = new ArrayList<>();
        while (rows.next()) {
          found.add(image(rows, columns));
        }
        return found;
      }
    }
  }

  private String text(Query query, KeyCondition condition) {
    return selectList(query.columns)
        + from(query.table)
        + condition.text("", query.slots)
        + ' '
        + dialect.images().lockClause();
  }

  private String selectList(List<UndoColumn> columns) {
    StringBuilder sql = new StringBuilder("SELECT ");
    for (UndoColumn column : columns) {
      sql.append(sql.length() == 7 ? "" : ", ")
          .append(dialect.images().readExpression(dialect.metadata().quote(column.name()), column));
    }
    return sql.toString();
  }

  private String from(UndoTable table) {
    return " FROM " + dialect.metadata().quote(table) + " WHERE ";
  }

  private RowImage image(ResultSet row, List<UndoColumn> columns) throws SQLException {
    ImageDialect images = dialect.images();
    List<ColumnValue> values = new ArrayList<>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      values.add(images.read(row, i + 1, columns.get(i)));
    }
    return new RowImage(values);
  }

  /** The values of the KEY columns of an image, in their order. */
  static List<ColumnValue> keyOf(RowImage image, List<UndoColumn> columns) {
    List<ColumnValue> key = new ArrayList<>(2);
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).role() == UndoColumn.Role.KEY) {
        key.add(image.values().get(i));
      }
    }
    return List.copyOf(key);
  }

  private record Query(UndoTable table, List<UndoColumn> columns, List<UndoColumn> by, int slots) {}
}
