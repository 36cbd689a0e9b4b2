package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.metadata.MetadataCache;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.sql.AnalyzedStatement;
import io.attx.undolog.UndoTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** One run of a statement: what every way of running it shares. Used by one thread. */
final class Execution {
  private final AtDialect dialect;
  private final MetadataCache tables;
  private final ImageLimits limits;
  private final StatementRequest request;
  private final ImageBudget budget;

  Execution(
      AtDialect dialect,
      MetadataCache tables,
      ImageLimits limits,
      StatementRequest request,
      ImageBudget budget) {
    this.dialect = dialect;
    this.tables = tables;
    this.limits = limits;
    this.request = request;
    this.budget = budget;
  }

  /** The same run for another table of the statement. */
  Execution on(TableMetadata table) {
    return new Execution(
        dialect,
        tables,
        limits,
        new StatementRequest(
            request.connection(),
            request.statement(),
            table,
            request.parameters(),
            request.batch(),
            request.settings()),
        budget);
  }

  AtDialect dialect() {
    return dialect;
  }

  ImageLimits limits() {
    return limits;
  }

  StatementRequest request() {
    return request;
  }

  TableMetadata table() {
    return request.table();
  }

  Connection connection() {
    return request.connection();
  }

  StatementRequest.Settings settings() {
    return request.settings();
  }

  /** Whether the application asked for generated keys in any way. */
  boolean wantsKeys() {
    StatementRequest.Settings settings = settings();
    return settings.returnGeneratedKeys()
        || settings.keyColumnNames() != null
        || settings.keyColumnIndexes() != null;
  }

  /** A statement of ours, which the application never sees. */
  PreparedStatement query(String sql) throws SQLException {
    return announced(connection().prepareStatement(sql));
  }

  /** A statement of ours whose result the application reads again from its start. */
  PreparedStatement scrollable(String sql) throws SQLException {
    return announced(
        connection()
            .prepareStatement(sql, ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY));
  }

  /** The application's statement, or what runs in its place, prepared as it asked. */
  PreparedStatement application(String sql) throws SQLException {
    StatementRequest.Settings settings = settings();
    String[] names = settings.keyColumnNames();
    int[] indexes = settings.keyColumnIndexes();
    PreparedStatement statement;
    if (names != null) {
      statement = connection().prepareStatement(sql, names);
    } else if (indexes != null) {
      statement = connection().prepareStatement(sql, indexes);
    } else if (settings.returnGeneratedKeys()) {
      statement = connection().prepareStatement(sql, Statement.RETURN_GENERATED_KEYS);
    } else {
      statement = connection().prepareStatement(sql);
    }
    return announced(statement);
  }

  /** Gives a new statement the application's time limit and lets {@code cancel} reach it. */
  PreparedStatement announced(PreparedStatement statement) throws SQLException {
    if (settings().queryTimeoutSeconds() > 0) {
      statement.setQueryTimeout(settings().queryTimeoutSeconds());
    }
    settings().onSubstitute().accept(statement);
    return statement;
  }

  /** Refuses before execution. */
  StatementRefusedException refused(String reason, String remedy) {
    return new StatementRefusedException(request.statement().sql(), reason, remedy);
  }

  /** What the branch may still image. */
  ImageBudget budget() {
    return budget;
  }

  /** Refuses a statement that is going to image so many rows more. */
  void checkRows(int rows) throws StatementRefusedException {
    String excess = budget.excess(rows);
    if (!excess.isEmpty()) {
      throw tooMuch(excess);
    }
  }

  StatementRefusedException tooMuch(String excess) {
    return refused(
        excess + " (table " + table().name() + ").",
        "do the work in smaller local transactions, or raise the limit.");
  }

  /** Takes a row that is about to change into account; an UPDATE images it twice. */
  void captured(ImagedRow row) throws StatementRefusedException {
    int times = request.statement() instanceof AnalyzedStatement.Update ? 2 : 1;
    budget.take(times * ImageBudget.bytesOf(row.image()));
    checkRows(0);
  }

  /** The description of the table is out of date; nothing was executed. */
  TableChangedException changed(String what) {
    return changed(table().name(), what);
  }

  /** The description of a table that the statement takes along is out of date. */
  TableChangedException changed(UndoTable table, String what) {
    tables.invalidate(table);
    tables.invalidate(table().name());
    return new TableChangedException(table, what);
  }

  /** Forgets the description when the failure says that it is out of date. */
  SQLException beforeFailed(SQLException failure) {
    if (!dialect.isStructureChange(failure)) {
      return failure;
    }
    tables.invalidate(table().name());
    if (dialect.images().support().failureEndsTransaction()) {
      return failure;
    }
    try {
      if (!tables.table(connection(), table().name()).equals(table())) {
        TableChangedException changed = changed("an image query failed: " + failure.getMessage());
        changed.initCause(failure);
        return changed;
      }
    } catch (SQLException second) {
      failure.addSuppressed(second);
    }
    return failure;
  }

  /**
   * Something failed after rows were changed and before that was proved. When the failure leaves
   * the local transaction alive, it must not be committed.
   */
  SQLException afterFailed(SQLException failure) {
    if (dialect.isStructureChange(failure)) {
      tables.invalidate(table().name());
    }
    if (failure instanceof UnprotectedChangeException
        || dialect.scopeOf(failure) != AtDialect.FailureScope.STATEMENT) {
      return failure;
    }
    return new UnprotectedChangeException(
        "rows of "
            + table().name()
            + " were changed, but their images could not be read: "
            + failure.getMessage()
            + ". What to do: roll back. SQL: "
            + request.statement().sql(),
        failure);
  }

  UnprotectedChangeException unprotected(String what) {
    return new UnprotectedChangeException(
        "a statement changed rows of "
            + table().name()
            + " that its images do not cover: "
            + what
            + ". What to do: roll back. SQL: "
            + request.statement().sql());
  }

  /** A savepoint where a failed statement leaves the transaction alive; else null. */
  @Nullable Savepoint savepointIfAlive() throws SQLException {
    return dialect.images().support().failureEndsTransaction() ? null : connection().setSavepoint();
  }

  /**
   * Takes a statement back that did something else than was expected.
   *
   * @return a refusal; where it could not be taken back, an {@link UnprotectedChangeException}
   */
  SQLException takenBackRefused(@Nullable Savepoint savepoint, String reason, String remedy) {
    if (savepoint == null) {
      return unprotected(reason);
    }
    try {
      connection().rollback(savepoint);
      return refused(reason + "; it was taken back.", remedy);
    } catch (SQLException failure) {
      UnprotectedChangeException unprotected = unprotected(reason);
      unprotected.addSuppressed(failure);
      return unprotected;
    }
  }

  /** Takes back what happened since the savepoint, keeping the failure that led here. */
  SQLException takenBack(@Nullable Savepoint savepoint, SQLException failure) {
    if (savepoint == null || dialect.scopeOf(failure) != AtDialect.FailureScope.STATEMENT) {
      return failure;
    }
    try {
      connection().rollback(savepoint);
      return failure;
    } catch (SQLException second) {
      UnprotectedChangeException unprotected =
          new UnprotectedChangeException(
              "part of a statement on "
                  + table().name()
                  + " could not be taken back. What to do: roll back.",
              failure);
      unprotected.addSuppressed(second);
      return unprotected;
    }
  }
}
