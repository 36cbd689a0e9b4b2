package io.attx.datasource.insert;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.insert.InsertFixture.Call;
import io.attx.datasource.insert.InsertFixture.Effect;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches that the driver sends as one INSERT, which it tells by counts of "no information". */
class PostgreSqlRewrittenBatchInsertTest {
  private static final long NO_INFO = -2;

  private InsertFixture db;

  @BeforeEach
  void open() throws SQLException {
    db =
        new InsertFixture(
            SharedServers.freshDatabase(DatabaseKind.POSTGRESQL)
                .withProperty("reWriteBatchedInserts", "true"));
    db.execute("CREATE TABLE t (id int PRIMARY KEY, code text, n numeric(4,1))");
    db.execute("CREATE TABLE g (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int)");
    db.watch("t", "id", "code", "n");
    db.watch("g", "*id", "n");
  }

  @AfterEach
  void close() {
    db.close();
  }

  @Test
  void aBatchWithGivenKeysStaysRewritten() throws Exception {
    Effect effect =
        db.undone(
            new Call("INSERT INTO t (id, code, n) VALUES (?, ?, 1.25)", 1, "a")
                .and(2, "b")
                .and(3, "c")
                .and(4, "d"));
    assertThat(effect.counts()).containsOnly(NO_INFO).hasSize(4);
  }

  @Test
  void aBatchWhoseKeysTheDatabaseGeneratesHasAllItsRowsImaged() throws Exception {
    Effect effect = db.undone(new Call("INSERT INTO g (n) VALUES (?)", 1).and(2).and(3));
    assertThat(effect.counts()).hasSize(3);
  }
}
