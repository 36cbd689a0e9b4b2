package io.attx.datasource.dialect;

import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Finds the dialect of a database. */
public final class Dialects {
  private Dialects() {}

  /**
   * A new instance of the one dialect that supports the database.
   *
   * @throws SQLFeatureNotSupportedException when none does, or more than one
   */
  public static AtDialect find(DatabaseMetaData metaData) throws SQLException {
    List<AtDialect> found = new ArrayList<>();
    List<String> known = new ArrayList<>();
    for (AtDialect dialect :
        ServiceLoader.load(AtDialect.class, AtDialect.class.getClassLoader())) {
      known.add(dialect.id());
      if (dialect.supports(metaData)) {
        found.add(dialect);
      }
    }
    if (found.size() == 1) {
      return found.get(0);
    }
    throw new SQLFeatureNotSupportedException(
        (found.isEmpty() ? "no dialect supports " : "more than one dialect supports ")
            + metaData.getDatabaseProductName()
            + " "
            + metaData.getDatabaseProductVersion()
            + " (known: "
            + known
            + "). What to do: wrap only data sources of a supported database, or add an"
            + " implementation of "
            + AtDialect.class.getName()
            + " to META-INF/services.",
        "0A000");
  }
}
