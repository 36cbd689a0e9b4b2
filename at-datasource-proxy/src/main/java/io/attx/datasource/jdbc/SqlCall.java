package io.attx.datasource.jdbc;

import java.sql.SQLException;

/** A call to JDBC. */
@FunctionalInterface
interface SqlCall<T> {
  T call() throws SQLException;
}
