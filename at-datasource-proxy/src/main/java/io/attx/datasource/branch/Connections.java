package io.attx.datasource.branch;

import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;

/** Gets rid of connections. */
final class Connections {
  private Connections() {}

  /**
   * Makes sure that a connection in an unknown state is not used again: a pool sees the abort and
   * replaces it, and the database rolls back what was open.
   */
  static void discard(Connection connection, Logger log) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException | RuntimeException failure) {
      log.warn("could not abort a broken connection", failure);
    }
    try {
      connection.close();
    } catch (SQLException | RuntimeException failure) {
      log.debug("closing an aborted connection reported a failure", failure);
    }
  }
}
