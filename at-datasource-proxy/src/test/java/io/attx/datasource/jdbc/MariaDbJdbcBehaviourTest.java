package io.attx.datasource.jdbc;

import io.attx.databases.DatabaseKind;
import java.util.Set;

class MariaDbJdbcBehaviourTest extends JdbcBehaviourContract {
  MariaDbJdbcBehaviourTest() {
    super(DatabaseKind.MARIADB);
  }

  /** This driver executes a DELETE by executeQuery and gives an empty result. */
  @Override
  Set<String> knownDifferences() {
    return Set.of("query for an update");
  }
}
