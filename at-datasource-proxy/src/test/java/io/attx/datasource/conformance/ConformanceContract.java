package io.attx.datasource.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.Xid;
import io.attx.databases.DatabaseKind;
import io.attx.datasource.conformance.SupportList.Entry;
import io.attx.datasource.conformance.SupportList.Verdict;
import io.attx.datasource.image.StatementRefusedException;
import io.attx.datasource.metadata.TableNotSupportedException;
import io.attx.datasource.support.RealDatabase;
import io.attx.datasource.support.TestDatabase;
import io.attx.protocol.BranchResult;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each statement of the list is executed on the real server: its verdict is what happens. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ConformanceContract {
  private final DatabaseKind kind;
  private RealDatabase db;
  private Connection reader;
  private List<String> untouched;

  ConformanceContract(DatabaseKind kind) {
    this.kind = kind;
  }

  @BeforeAll
  void open() throws SQLException {
    db = RealDatabase.on(kind);
    db.execute(ConformanceTables.create(kind));
    reader = db.address().connect();
    untouched = everything();
  }

  @AfterAll
  void close() throws SQLException {
    reader.close();
    db.close();
  }

  private List<String> everything() throws SQLException {
    List<String> all = new ArrayList<>();
    try (Statement statement = reader.createStatement()) {
      for (String table : ConformanceTables.names(kind)) {
        try (ResultSet rows = statement.executeQuery("select * from " + table)) {
          TestDatabase.lines(rows).stream().sorted().forEach(row -> all.add(table + ": " + row));
        }
      }
    }
    return all;
  }

  List<Entry> entries() {
    return SupportList.of(kind);
  }

  @Test
  void there_are_at_least_150_statements() {
    assertThat(entries()).hasSizeGreaterThanOrEqualTo(150);
  }

  @ParameterizedTest
  @MethodSource("entries")
  void a_statement_does_what_the_list_says(Entry entry) throws Exception {
    Xid xid = db.begin();
    Verdict verdict;
    String detail = "";
    try {
      db.inBranch(xid, entry.sql());
      verdict = everything().equals(untouched) ? Verdict.RUNS : Verdict.UNDONE;
    } catch (StatementRefusedException | TableNotSupportedException refused) {
      verdict = Verdict.REFUSED;
      detail = refused.getMessage();
      assertThat(everything()).isEqualTo(untouched);
    }
    for (BranchResult result : db.rollback(xid)) {
      assertThat(result.outcome()).as(result.detail()).isEqualTo(BranchResult.Outcome.UNDONE);
    }
    assertThat(everything()).isEqualTo(untouched);
    assertThat(verdict).as(detail).isEqualTo(entry.verdict());
    assertThat(detail).contains(entry.reason());
  }
}
