package io.attx.datasource.insert;

import io.attx.databases.DatabaseKind;
import io.attx.datasource.insert.InsertFixture.Call;
import java.sql.SQLException;
import java.util.stream.Stream;

/** INSERT on MariaDb. */
class MariaDbInsertTest extends MySqlFamilyInsertContract {
  MariaDbInsertTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  Stream<Call> undoable() {
    return Stream.concat(
        super.undoable(),
        Stream.of(
            new Call("INSERT INTO t (id, n) VALUES (8, 1), (9, 2) RETURNING id, n + 1"),
            new Call("INSERT INTO t (id, n) SELECT id + 100, n FROM s RETURNING id"),
            new Call("INSERT IGNORE INTO t (id, n) VALUES (1, 1) RETURNING id"),
            new Call("INSERT IGNORE INTO t (id, n) SELECT id, n FROM s"),
            new Call("INSERT INTO g (id, code) VALUES (NEXT VALUE FOR numbers, 'n')"),
            new Call(
                "INSERT INTO t (id, n) VALUES (1, 5) ON DUPLICATE KEY UPDATE n = n + VALUES(n)"
                    + " RETURNING id, n"),
            new Call(
                "INSERT INTO t (id, n) VALUES (9, 5) ON DUPLICATE KEY UPDATE n = n + VALUES(n)"
                    + " RETURNING id, n")));
  }

  @Override
  void createMore() throws SQLException {
    super.createMore();
    db.execute("CREATE SEQUENCE numbers START WITH 5000");
  }
}
