package io.attx.datasource.dialect.h2;

import io.attx.datasource.dialect.CompensationDialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Prepares sessions for phase two. Placeholder until the undo part fills it in. */
final class H2Compensation implements CompensationDialect {
  @Override
  public SessionRestore prepare(Connection connection, Duration lockTimeout) throws SQLException {
    throw new UnsupportedOperationException("contract only " + connection + lockTimeout);
  }

  @Override
  public boolean isTransient(SQLException failure) {
    throw new UnsupportedOperationException("contract only", failure);
  }

  @Override
  public String overridingSystemValue() {
    throw new UnsupportedOperationException("contract only");
  }
}
