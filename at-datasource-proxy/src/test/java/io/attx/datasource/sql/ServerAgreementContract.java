package io.attx.datasource.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.sql.AnalyzedStatement.Conflict;
import io.attx.datasource.sql.AnalyzedStatement.Delete;
import io.attx.datasource.sql.AnalyzedStatement.Filtered;
import io.attx.datasource.sql.AnalyzedStatement.Insert;
import io.attx.datasource.sql.AnalyzedStatement.LockingSelect;
import io.attx.datasource.sql.AnalyzedStatement.Merge;
import io.attx.datasource.sql.AnalyzedStatement.PassThrough;
import io.attx.datasource.sql.AnalyzedStatement.TableStatement;
import io.attx.datasource.sql.AnalyzedStatement.Update;
import io.attx.datasource.sql.SqlFlags.Syntax;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a real server does with a text agrees with the verdict over it: a statement put together
 * from nothing but its slices changes the same rows as the original, and what passes through
 * changes none. Texts that the server refuses prove nothing and are counted out.
 */
abstract class ServerAgreementContract {
  private static final int MUTATIONS = Integer.getInteger("attx.mutations", 6_000);

  private final SqlAnalyzer analyzer = new SqlAnalyzer();
  private final DatabaseKind kind;
  private final Syntax syntax;
  private DatabaseAddress database;
  private Connection connection;
  private List<String> untouched;

  ServerAgreementContract(DatabaseKind kind, Syntax syntax) {
    this.kind = kind;
    this.syntax = syntax;
  }

  /** The columns of table t besides id: names and types. */
  abstract List<String> columns();

  @BeforeEach
  void createTables() throws SQLException {
    database = SharedServers.freshDatabase(kind);
    connection = database.connect();
    execute("create table t (id int primary key, " + String.join(", ", columns()) + ")");
    execute("create table s (id int primary key, b varchar(50))");
    for (int i = 1; i <= 6; i++) {
      execute("insert into t (id, a, b, c) values (" + i + ", " + i % 3 + ", '" + i + "', 'x')");
      execute("insert into s (id, b) values (" + i + ", '1')");
    }
    connection.setAutoCommit(false);
    untouched = rows();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  @Test
  void theListedStatementsMeanTheSameToTheServer() throws SQLException {
    List<String> agreed = new ArrayList<>();
    for (ConformanceList.Case listed : ConformanceList.of(syntax)) {
      if (listed.flags().equals(ConformanceList.flags(syntax)) && agree(listed.sql(), "")) {
        agreed.add(listed.sql());
      }
    }
    assertThat(agreed).hasSizeGreaterThan(30);
  }

  @Test
  void mutatedStatementsMeanTheSameToTheServer() throws SQLException {
    long seed = Long.getLong("attx.seed", 20_261_120L);
    Random random = new Random(seed);
    List<ConformanceList.Case> cases = new ArrayList<>(ConformanceList.of(syntax));
    cases.removeIf(c -> c.verdict().startsWith("REFUSED") && random.nextInt(4) > 0);
    int agreed = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      String sql = cases.get(random.nextInt(cases.size())).sql();
      String other = cases.get(random.nextInt(cases.size())).sql();
      String mutated = SqlAnalyzerFuzzTest.mutate(sql, other, random);
      agreed += agree(mutated, "seed " + seed + ": ") ? 1 : 0;
    }
    assertThat(agreed).as("seed " + seed).isGreaterThan(100);
  }

  private boolean agree(String sql, String about) throws SQLException {
    AnalyzedStatement verdict = analyzer.analyze(sql, ConformanceList.flags(syntax));
    if (!(verdict instanceof TableStatement) && !(verdict instanceof PassThrough)) {
      return false;
    }
    List<String> original = effect(sql, verdict.parameterCount());
    if (original == null) {
      return false;
    }
    if (verdict instanceof TableStatement statement) {
      List<String> rebuilt = effect(rebuilt(statement), verdict.parameterCount());
      assertThat(rebuilt).as(about + sql).isEqualTo(original);
    } else {
      assertThat(original.subList(1, original.size())).as(about + sql).isEqualTo(untouched);
    }
    return true;
  }

  /** The count and then all rows, as the statement leaves them; null where the server refuses. */
  private List<String> effect(String sql, int parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 1; i <= parameters; i++) {
        setParameter(statement, i);
      }
      List<String> result = new ArrayList<>();
      result.add(outcome(statement, statement.execute()));
      result.addAll(rows());
      return result;
    } catch (SQLException refused) {
      return null;
    } finally {
      reset();
    }
  }

  /** Some mutations (a truncated text with an odd encoding) make a driver give up. */
  private void reset() throws SQLException {
    if (connection.isClosed()) {
      connection = database.connect();
      connection.setAutoCommit(false);
    } else {
      connection.rollback();
    }
  }

  private void setParameter(PreparedStatement statement, int index) throws SQLException {
    if (syntax == Syntax.POSTGRESQL) {
      statement.setObject(index, "2", Types.OTHER);
    } else {
      statement.setInt(index, 2);
    }
  }

  private static String outcome(PreparedStatement statement, boolean hasRows) throws SQLException {
    if (!hasRows) {
      return "count " + statement.getUpdateCount();
    }
    int rows = 0;
    try (ResultSet result = statement.getResultSet()) {
      while (result.next()) {
        rows++;
      }
    }
    return "rows " + rows;
  }

  private List<String> rows() throws SQLException {
    List<String> rows = new ArrayList<>();
    for (String table : List.of("t", "s")) {
      try (Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery("select * from " + table + " order by id")) {
        while (result.next()) {
          StringBuilder row = new StringBuilder(table);
          for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
            row.append('|').append(result.getString(i));
          }
          rows.add(row.toString());
        }
      }
    }
    return rows;
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String rebuilt(TableStatement statement) {
    if (statement instanceof Merge merge) {
      return rebuiltMerge(merge);
    }
    if (statement instanceof AnalyzedStatement.WritableCte cte) {
      return rebuiltCte(cte);
    }
    return statement instanceof Insert insert
        ? rebuiltInsert(insert)
        : rebuiltFiltered((Filtered) statement);
  }

  private static String rebuiltCte(AnalyzedStatement.WritableCte cte) {
    StringBuilder result = new StringBuilder("with ");
    for (AnalyzedStatement.WritableCte.Part part : cte.parts()) {
      String text = part.change() == null ? part.slice().of(cte.sql()) : rebuilt(part.change());
      if (part.name() == null) {
        return result.append(' ').append(text).toString();
      }
      result.append(result.length() > 5 ? ", " : "").append(part.name().of(cte.sql()));
      result.append(part.columns() == null ? "" : part.columns().of(cte.sql()));
      result.append(" as (").append(text).append(')');
    }
    throw new AssertionError(cte.sql());
  }

  private static String rebuiltMerge(Merge merge) {
    StringBuilder result = new StringBuilder("merge into ");
    result.append(merge.table().slice().of(merge.sql()));
    result.append(' ').append(merge.source().of(merge.sql()));
    merge.clauses().forEach(clause -> result.append(' ').append(clause.slice().of(merge.sql())));
    if (merge.returning() != null) {
      result.append(' ').append(merge.returning().of(merge.sql()));
    }
    return result.toString();
  }

  private static String rebuiltInsert(Insert insert) {
    String sql = insert.sql();
    Conflict conflict = insert.conflict();
    boolean defaults =
        insert.columns().isEmpty() && insert.query() == null && insert.rows().get(0).isEmpty();
    boolean overriding = sql.toLowerCase().contains("overriding");
    if ((defaults && conflict == null) || overriding) {
      return insert.body().of(sql);
    }
    String columns =
        insert.columns().isEmpty()
            ? defaults ? " ()" : ""
            : insert.columns().stream()
                .map(Identifier::text)
                .collect(Collectors.joining(", ", " (", ")"));
    if (conflict != null && !conflict.key().isEmpty()) {
      columns +=
          conflict.key().stream()
              .map(Identifier::text)
              .collect(Collectors.joining(", ", " key (", ")"));
    }
    String rows =
        insert.rows().stream()
            .map(
                row ->
                    row.stream()
                        .map(v -> v.slice().of(sql))
                        .collect(Collectors.joining(", ", "(", ")")))
            .collect(Collectors.joining(", "));
    String source = insert.query() == null ? " values " + rows : " " + insert.query().of(sql);
    String clause =
        conflict == null || conflict.clause() == null ? "" : " " + conflict.clause().of(sql);
    String returning = insert.returning() == null ? "" : " " + insert.returning().of(sql);
    return verb(conflict) + insert.table().slice().of(sql) + columns + source + clause + returning;
  }

  private static String verb(Conflict conflict) {
    if (conflict == null || conflict.clause() != null) {
      return "insert into ";
    }
    return switch (conflict.action()) {
      case SKIP -> "insert ignore into ";
      case REPLACE -> "replace into ";
      case MERGE -> "merge into ";
      case UPDATE -> "insert into ";
    };
  }

  private static String rebuiltFiltered(Filtered statement) {
    String sql = statement.sql();
    String table = statement.table().slice().of(sql);
    SqlSlice with = statement.sources().with();
    References references = statement.sources().references();
    String from = references == null ? null : references.slice().of(sql);
    StringBuilder result = new StringBuilder(with == null ? "" : with.of(sql) + " ");
    boolean joined = statement.sources().includesTable();
    if (statement instanceof Update update) {
      result.append(update.ignore() ? "update ignore " : "update ");
      result.append(joined ? from : table).append(" set ").append(update.set().of(sql));
      result.append(from == null || joined ? "" : " from " + from);
    } else if (statement instanceof Delete delete) {
      result.append(delete.ignore() ? "delete ignore " : "delete ");
      if (joined) {
        result.append(target(delete.table()));
        delete.others().forEach(other -> result.append(", ").append(target(other)));
        result.append(" from ").append(from);
      } else {
        result.append("from ").append(table).append(from == null ? "" : " using " + from);
      }
    } else {
      result.setLength(0);
      result.append(sql, 0, references.slice().end());
    }
    if (statement.where() != null) {
      result.append(" where (").append(statement.where().of(sql)).append(')');
    }
    if (statement instanceof LockingSelect select && select.grouped()) {
      int end = statement.where() == null ? references.slice().end() : statement.where().end();
      return result.append(sql.substring(end)).toString();
    }
    if (statement.orderBy() != null) {
      result.append(' ').append(statement.orderBy().of(sql));
    }
    if (statement.limit() != null) {
      result.append(' ').append(statement.limit().of(sql));
    }
    if (statement.returning() != null) {
      result.append(' ').append(statement.returning().slice().of(sql));
    }
    return result
        .append(
            statement instanceof LockingSelect select ? " " + select.lock().slice().of(sql) : "")
        .toString();
  }

  private static String target(TableRef table) {
    Identifier name = table.alias() == null ? table.name() : table.alias();
    return name.quoted() ? "`" + name.text().replace("`", "``") + "`" : name.text();
  }
}
