package io.attx.datasource.dialect.h2;

import io.attx.datasource.dialect.UndoTableDialect;
import java.sql.SQLException;

/** Statements on the undo table. Placeholder until the undo part fills it in. */
final class H2UndoTable implements UndoTableDialect {
  @Override
  public String insertFence(String table) {
    throw new UnsupportedOperationException("contract only " + table);
  }

  @Override
  public boolean fenceInserted(int updateCount) {
    throw new UnsupportedOperationException("contract only " + updateCount);
  }

  @Override
  public boolean isDuplicateKey(SQLException failure) {
    throw new UnsupportedOperationException("contract only", failure);
  }

  @Override
  public String now() {
    throw new UnsupportedOperationException("contract only");
  }

  @Override
  public String olderThanSeconds(String createdColumn) {
    throw new UnsupportedOperationException("contract only " + createdColumn);
  }
}
