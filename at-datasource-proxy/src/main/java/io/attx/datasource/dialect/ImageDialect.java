package io.attx.datasource.dialect;

import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoColumn;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** How values of one database are read and bound bit for bit (see the type table of the rules). */
public interface ImageDialect {
  /**
   * Whether values of this column can be imaged exactly; otherwise why not.
   *
   * @return empty when they can
   */
  String unsupportedReason(ColumnMetadata column);

  /** The select-list expression that reads the column exactly. */
  String readExpression(String quotedColumn, UndoColumn column);

  /** Reads what {@link #readExpression} selected. */
  ColumnValue read(ResultSet row, int index, UndoColumn column) throws SQLException;

  /** The expression with one placeholder that stands for a value of the column. */
  String bindExpression(UndoColumn column);

  /** Binds a value for {@link #bindExpression}. */
  void bind(PreparedStatement statement, int index, ColumnValue value, UndoColumn column)
      throws SQLException;

  /**
   * The select-list expression whose text or bytes are equal exactly when the database holds two
   * values of this key column to be equal (collation weights, trimmed scale); null where equality
   * is unknown, so that the whole table gets one lock.
   */
  @org.jspecify.annotations.Nullable String equalityExpression(String quotedColumn, ColumnMetadata column);

  /** What ends a locking read, for example {@code FOR UPDATE}. */
  String lockClause();
}
