package io.attx.databases;

import com.mysql.cj.jdbc.MysqlDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.mariadb.jdbc.MariaDbDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where a database is and how to log in. Stays valid when its server is restarted.
 *
 * @param kind the kind of its server
 * @param jdbcUrl the URL for the driver
 * @param user the user, who may do everything in the database
 * @param password the user's password, possibly empty
 */
public record DatabaseAddress(DatabaseKind kind, String jdbcUrl, String user, String password) {

  private static final String MARIADB_PREFIX = "jdbc:mariadb:";

  /** A data source without a pool: every {@code getConnection} logs in anew. */
  public DataSource dataSource() {
    try {
      if (jdbcUrl.startsWith("jdbc:h2:")) {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setURL(jdbcUrl);
        h2.setUser(user);
        h2.setPassword(password);
        return h2;
      }
      if (jdbcUrl.startsWith("jdbc:mysql:")) {
        MysqlDataSource mysql = new MysqlDataSource();
        mysql.setUrl(jdbcUrl);
        mysql.setUser(user);
        mysql.setPassword(password);
        return mysql;
      }
      if (jdbcUrl.startsWith(MARIADB_PREFIX)) {
        MariaDbDataSource mariadb = new MariaDbDataSource();
        mariadb.setUrl(jdbcUrl);
        mariadb.setUser(user);
        mariadb.setPassword(password);
        return mariadb;
      }
      PGSimpleDataSource postgresql = new PGSimpleDataSource();
      postgresql.setUrl(jdbcUrl);
      postgresql.setUser(user);
      postgresql.setPassword(password);
      return postgresql;
    } catch (SQLException e) {
      throw new IllegalStateException("The driver refuses the URL " + jdbcUrl, e);
    }
  }

  /** A new connection; the caller closes it. */
  public Connection connect() throws SQLException {
    return dataSource().getConnection();
  }

  /**
   * The same MariaDB database through the driver of MySQL, which many applications use.
   *
   * @throws IllegalStateException if this is no MariaDB address
   */
  public DatabaseAddress viaConnectorJ() {
    if (kind != DatabaseKind.MARIADB) {
      throw new IllegalStateException("Only MariaDB has a second driver; this is " + kind);
    }
    String rest = jdbcUrl.substring(MARIADB_PREFIX.length());
    String url = "jdbc:mysql:" + rest.replace("sslMode=disable", "sslMode=DISABLED");
    return new DatabaseAddress(kind, url, user, password);
  }

  /** The same database with one more driver property. */
  public DatabaseAddress withProperty(String name, String value) {
    String property = name + "=" + value;
    String separator = jdbcUrl.startsWith("jdbc:h2:") ? ";" : jdbcUrl.contains("?") ? "&" : "?";
    return new DatabaseAddress(kind, jdbcUrl + separator + property, user, password);
  }
}
