package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dialect.ImageDialect;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoColumn;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * The condition that a row is one of some keys. The number of keys in a text is rounded up to a
 * power of two, and the last key is bound again, so that few texts exist. Immutable.
 */
final class KeyCondition {
  private final AtDialect dialect;
  private final List<UndoColumn> key;
  private final int maxKeys;

  /**
   * For the key of one table.
   *
   * @param key its columns, role KEY
   * @param maxKeys the most keys in one condition
   */
  KeyCondition(AtDialect dialect, List<UndoColumn> key, int maxKeys) {
    this.dialect = dialect;
    this.key = List.copyOf(key);
    this.maxKeys = maxKeys;
  }

  int maxKeys() {
    return maxKeys;
  }

  /** How many keys a text for so many keys has. */
  int slots(int keys) {
    if (keys > maxKeys) {
      throw new IllegalArgumentException(keys + " keys are more than " + maxKeys);
    }
    int slots = Integer.highestOneBit(keys);
    return Math.min(maxKeys, slots == keys ? slots : slots * 2);
  }

  /** The condition, with the qualifier (empty, or an alias and a dot) before each column. */
  String text(String qualifier, int slots) {
    ImageDialect images = dialect.images();
    StringBuilder sql = new StringBuilder(32 + slots * key.size() * 8);
    if (key.size() == 1) {
      UndoColumn column = key.get(0);
      sql.append(qualifier).append(dialect.metadata().quote(column.name()));
      return slots == 1
          ? sql.append(" = ").append(images.bindExpression(column)).toString()
          : appendList(sql.append(" IN ("), slots).append(')').toString();
    }
    if (slots > 1 && images.findsRowValuesByIndex()) {
      return rowValues(sql, qualifier, slots);
    }
    String one = equalities(qualifier);
    if (slots == 1) {
      return one;
    }
    for (int i = 0; i < slots; i++) {
      sql.append(i == 0 ? "((" : " OR (").append(one).append(')');
    }
    return sql.append(')').toString();
  }

  private StringBuilder appendList(StringBuilder sql, int slots) {
    String bind = dialect.images().bindExpression(key.get(0));
    for (int i = 0; i < slots; i++) {
      sql.append(i == 0 ? "" : ", ").append(bind);
    }
    return sql;
  }

  private String equalities(String qualifier) {
    StringBuilder sql = new StringBuilder();
    for (UndoColumn column : key) {
      sql.append(sql.isEmpty() ? "" : " AND ")
          .append(qualifier)
          .append(dialect.metadata().quote(column.name()))
          .append(" = ")
          .append(dialect.images().bindExpression(column));
    }
    return sql.toString();
  }

  private String rowValues(StringBuilder sql, String qualifier, int slots) {
    StringBuilder row = new StringBuilder("(");
    for (UndoColumn column : key) {
      boolean first = row.length() == 1;
      sql.append(first ? "(" : ", ")
          .append(qualifier)
          .append(dialect.metadata().quote(column.name()));
      row.append(first ? "" : ", ").append(dialect.images().bindExpression(column));
    }
    sql.append(") IN (");
    for (int i = 0; i < slots; i++) {
      sql.append(i == 0 ? "" : ", ").append(row).append(')');
    }
    return sql.append(')').toString();
  }

  /**
   * Binds keys to a condition of so many slots.
   *
   * @return the 1-based index after the last placeholder
   */
  int bind(PreparedStatement statement, int firstIndex, List<List<ColumnValue>> keys, int slots)
      throws SQLException {
    int index = firstIndex;
    for (int i = 0; i < slots; i++) {
      List<ColumnValue> values = keys.get(Math.min(i, keys.size() - 1));
      for (int c = 0; c < key.size(); c++) {
        dialect.images().bind(statement, index++, values.get(c), key.get(c));
      }
    }
    return index;
  }
}
