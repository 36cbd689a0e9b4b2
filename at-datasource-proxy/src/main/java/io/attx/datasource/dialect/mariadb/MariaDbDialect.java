package io.attx.datasource.dialect.mariadb;

import io.attx.datasource.dialect.ImageDialect;
import io.attx.datasource.dialect.mysql.MySqlDialect;
import io.attx.datasource.sql.SqlFlags;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** MariaDB 10.6 and newer: MySQL with the differences stated here. */
public final class MariaDbDialect extends MySqlDialect {
  private final MariaDbImages images = new MariaDbImages();

  /** Made by {@link java.util.ServiceLoader}. */
  public MariaDbDialect() {}

  @Override
  public ImageDialect images() {
    return images;
  }

  @Override
  public String id() {
    return "mariadb";
  }

  @Override
  public boolean supports(DatabaseMetaData database) throws SQLException {
    return isMariaDb(database);
  }

  @Override
  protected SqlFlags.Syntax syntax() {
    return SqlFlags.Syntax.MARIADB;
  }

  /** {@code server_uid} exists only in newer versions; without it the answer is empty. */
  @Override
  public String serverId(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW GLOBAL VARIABLES LIKE 'server\\_uid'")) {
      return rows.next() ? rows.getString(2) : "";
    }
  }
}
