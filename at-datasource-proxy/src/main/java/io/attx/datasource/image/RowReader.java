package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Reads rows by key, exactly and with a row lock. Thread-safe. */
public final class RowReader {
  /** For one database. */
  public RowReader(AtDialect dialect, int chunkRows) {
    throw new UnsupportedOperationException("contract only " + dialect + chunkRows);
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
    throw new UnsupportedOperationException("contract only");
  }
}
