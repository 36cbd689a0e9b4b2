package io.attx.datasource.dialect.h2;

import io.attx.datasource.dialect.ImageDialect;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoColumn;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Exact reading and binding. */
final class H2Images implements ImageDialect {
  @Override
  public String unsupportedReason(ColumnMetadata column) {
    throw new UnsupportedOperationException("contract only " + column);
  }

  @Override
  public String readExpression(String quotedColumn, UndoColumn column) {
    throw new UnsupportedOperationException("contract only " + quotedColumn + column);
  }

  @Override
  public ColumnValue read(ResultSet row, int index, UndoColumn column) throws SQLException {
    throw new UnsupportedOperationException("contract only " + row + index + column);
  }

  @Override
  public String bindExpression(UndoColumn column) {
    throw new UnsupportedOperationException("contract only " + column);
  }

  @Override
  public void bind(PreparedStatement statement, int index, ColumnValue value, UndoColumn column)
      throws SQLException {
    throw new UnsupportedOperationException("contract only " + statement + index + value + column);
  }

  @Override
  public @Nullable String equalityExpression(String quotedColumn, ColumnMetadata column) {
    throw new UnsupportedOperationException("contract only " + quotedColumn + column);
  }

  @Override
  public String lockClause() {
    return "FOR UPDATE";
  }
}
