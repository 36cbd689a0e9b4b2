package io.attx.datasource.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.datasource.sql.AnalyzedStatement.Delete;
import io.attx.datasource.sql.AnalyzedStatement.Filtered;
import io.attx.datasource.sql.AnalyzedStatement.Insert;
import io.attx.datasource.sql.AnalyzedStatement.LockingSelect;
import io.attx.datasource.sql.AnalyzedStatement.Merge;
import io.attx.datasource.sql.AnalyzedStatement.PassThrough;
import io.attx.datasource.sql.AnalyzedStatement.Refused;
import io.attx.datasource.sql.AnalyzedStatement.Update;
import io.attx.datasource.sql.SqlFlags.Syntax;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.h2.command.CommandInterface;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What H2 itself understands under a text agrees with the verdict over it. */
class H2AgreementTest {
  private static final SqlFlags FLAGS = new SqlFlags(Syntax.H2, false, true);
  private static final Set<Integer> HARMLESS =
      Set.of(
          CommandInterface.SELECT,
          CommandInterface.CALL,
          CommandInterface.EXPLAIN,
          CommandInterface.SET,
          CommandInterface.NO_OPERATION);
  private static final String COLUMNS =
      "(id int primary key, a int, b varchar, c varchar, d date, k varchar, x int)";

  private final SqlAnalyzer analyzer = new SqlAnalyzer();
  private Connection connection;

  @BeforeEach
  void createTables() throws SQLException {
    connection = DriverManager.getConnection("jdbc:h2:mem:");
    try (Statement statement = connection.createStatement()) {
      statement.execute("create table t" + COLUMNS);
      statement.execute("create schema s");
      statement.execute("create table s.t" + COLUMNS);
      statement.execute("create table a" + COLUMNS);
      statement.execute("create sequence seq");
      statement.execute("create table grüße (schlüssel int primary key, grüße varchar)");
    }
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  @Test
  void everyAcceptedStatementOfTheListThatH2PreparesMeansTheSameToIt() {
    int agreed = 0;
    for (ConformanceList.Case listed : ConformanceList.of(Syntax.H2)) {
      agreed += agree(listed.sql(), "") ? 1 : 0;
    }
    assertThat(agreed).isGreaterThan(60);
  }

  @Test
  void mutatedStatementsThatH2PreparesMeanTheSameToIt() {
    long seed = Long.getLong("attx.seed", 20_261_120L);
    Random random = new Random(seed);
    List<ConformanceList.Case> cases = ConformanceList.of(Syntax.H2);
    int agreed = 0;
    for (int i = 0; i < 20_000; i++) {
      String sql = cases.get(random.nextInt(cases.size())).sql();
      String other = cases.get(random.nextInt(cases.size())).sql();
      agreed += agree(SqlAnalyzerFuzzTest.mutate(sql, other, random), "seed " + seed) ? 1 : 0;
    }
    assertThat(agreed).as("seed " + seed).isGreaterThan(300);
  }

  /** Whether H2 prepared it and it was not refused; fails where the two disagree. */
  private boolean agree(String sql, String about) {
    AnalyzedStatement verdict = analyzer.analyze(sql, FLAGS);
    if (verdict instanceof Refused) {
      return false;
    }
    CommandInterface command = prepare(sql);
    if (command == null) {
      return false;
    }
    String where = about + " " + sql;
    int type = command.getCommandType();
    if (verdict instanceof Update) {
      assertThat(type).as(where).isEqualTo(CommandInterface.UPDATE);
    } else if (verdict instanceof Delete) {
      assertThat(type).as(where).isEqualTo(CommandInterface.DELETE);
    } else if (verdict instanceof Insert) {
      assertThat(type).as(where).isIn(CommandInterface.INSERT, CommandInterface.MERGE);
    } else if (verdict instanceof Merge) {
      assertThat(type).as(where).isEqualTo(CommandInterface.MERGE);
    } else if (verdict instanceof LockingSelect) {
      assertThat(type).as(where).isEqualTo(CommandInterface.SELECT);
    } else if (verdict instanceof PassThrough) {
      assertThat(HARMLESS).as(where).contains(type);
    }
    assertThat(verdict.parameterCount()).as(where).isEqualTo(command.getParameters().size());
    if (verdict instanceof Filtered filtered) {
      String original = plan(sql);
      if (original.startsWith("not explained")) {
        return false; // the driver's own reading of JDBC escapes refuses it
      }
      assertThat(plan(rebuilt(filtered))).as(where).isEqualTo(original);
    }
    return true;
  }

  /** The statement put together from nothing but its slices. */
  private static String rebuilt(Filtered statement) {
    String sql = statement.sql();
    String table = statement.table().slice().of(sql);
    StringBuilder result = new StringBuilder();
    if (statement instanceof Update update) {
      result.append("update ").append(table).append(" set ").append(update.set().of(sql));
    } else if (statement instanceof Delete) {
      result.append("delete from ").append(table);
    } else {
      result.append(sql, 0, statement.sources().references().slice().end());
    }
    if (statement.where() != null) {
      result.append(" where ").append(statement.where().of(sql));
    }
    if (statement instanceof LockingSelect select && select.grouped()) {
      SqlSlice from = statement.sources().references().slice();
      return result
          .append(sql.substring(statement.where() == null ? from.end() : statement.where().end()))
          .toString();
    }
    if (statement.orderBy() != null) {
      result.append(' ').append(statement.orderBy().of(sql));
    }
    if (statement.limit() != null) {
      result.append(' ').append(statement.limit().of(sql));
    }
    return result
        .append(
            statement instanceof LockingSelect select ? " " + select.lock().slice().of(sql) : "")
        .toString();
  }

  /** Null where H2 does not understand it. */
  private CommandInterface prepare(String sql) {
    try {
      SessionLocal session = (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
      return session.prepareCommand(sql);
    } catch (SQLException | RuntimeException notUnderstood) {
      return null;
    }
  }

  private String plan(String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("explain " + sql.replace("?", " null "))) {
      result.next();
      return result.getString(1);
    } catch (SQLException e) {
      return "not explained: " + e.getErrorCode();
    }
  }
}
