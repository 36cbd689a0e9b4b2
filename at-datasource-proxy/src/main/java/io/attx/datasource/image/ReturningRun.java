package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.sql.AnalyzedStatement;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoEntry;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Statements that return their images themselves. What the application asked to be returned stands
 * first in the result, the images behind it.
 */
final class ReturningRun {
  private final Execution execution;
  private final ImageLayout layout;
  private final boolean many;

  /** For one statement that names its rows. */
  ReturningRun(Execution execution, ImageLayout layout) {
    this(execution, layout, false);
  }

  /**
   * For one statement.
   *
   * @param many whether it can concern any number of rows, so that it may have to be taken back
   */
  ReturningRun(Execution execution, ImageLayout layout, boolean many) {
    this.execution = execution;
    this.layout = layout;
    this.many = many;
  }

  /** A statement with the images of the rows behind it. */
  static Text appended(
      AtDialect dialect, AnalyzedStatement.TableStatement statement, ImageLayout layout) {
    boolean own =
        statement instanceof AnalyzedStatement.Insert insert && insert.returning() != null;
    boolean qualified = dialect.images().support().updateReturns();
    return new Text(
        new ComposedSql.Builder(statement.sql())
            .add(statement.body())
            .add(own ? ", " : " RETURNING ")
            .build(),
        layout.selectList(qualified ? Names.qualifier(dialect, statement.table()) : ""));
  }

  StatementOutcome update(Text text, BoundParameters parameters, boolean own) throws SQLException {
    return run(text, parameters, UndoEntry.Kind.UPDATE, new Answers(own, -1), layout.width() * 2);
  }

  StatementOutcome delete(Text text, BoundParameters parameters, boolean own) throws SQLException {
    return run(text, parameters, UndoEntry.Kind.DELETE, new Answers(own, -1), layout.width());
  }

  StatementOutcome insert(Text text, BoundParameters parameters, AnalyzedStatement.Insert insert)
      throws SQLException {
    boolean known = insert.query() == null && insert.conflict() == null;
    Answers answers = new Answers(insert.returning() != null, known ? insert.rows().size() : -1);
    return run(text, parameters, UndoEntry.Kind.INSERT, answers, layout.width());
  }

  /** An upsert of one row that finds one of the rows that were captured. */
  StatementOutcome upsert(
      InsertPlan plan,
      BoundParameters parameters,
      Map<List<ColumnValue>, ImagedRow> captured,
      List<UndoColumn> changed)
      throws SQLException {
    Text text = java.util.Objects.requireNonNull(plan.returning());
    PreparedStatement statement = execution.scrollable(text.with(""));
    try {
      text.head().bind(statement, parameters, 1);
      statement.execute();
      ResultSet rows = statement.getResultSet();
      int first = rows.getMetaData().getColumnCount() - layout.width() + 1;
      Changes changes = new Changes(execution, layout);
      long count = 0;
      while (rows.next()) {
        count++;
        ImagedRow now = layout.read(rows, first);
        ImagedRow before = captured.get(now.key());
        if (before == null) {
          throw execution.unprotected("row " + now.key() + " was not captured");
        }
        changes.updated(before, now);
      }
      rows.beforeFirst();
      return new StatementOutcome(
          new long[] {count},
          statement,
          HeadResultSet.of(rows, first - 1),
          null,
          changes.entries(UndoEntry.Kind.UPDATE, changed),
          changes.locks().requests());
    } catch (SQLException failure) {
      throw Outcomes.closed(statement, failure);
    }
  }

  /**
   * What the rows returned are.
   *
   * @param own whether the application asked for some of their columns by RETURNING
   * @param expected how many there must be; -1 where only the database knows
   */
  private record Answers(boolean own, long expected) {}

  private StatementOutcome run(
      Text text, BoundParameters parameters, UndoEntry.Kind kind, Answers answers, int width)
      throws SQLException {
    String keys = answers.own() ? "" : requestedKeys();
    boolean shared = answers.own() || !keys.isEmpty();
    PreparedStatement statement =
        shared ? execution.scrollable(text.with(keys)) : execution.query(text.with(keys));
    ResultSet rows;
    Savepoint savepoint = many ? execution.connection().setSavepoint() : null;
    try {
      if (many && !shared) {
        statement.setFetchSize(execution.limits().chunkRows());
      }
      text.head().bind(statement, parameters, 1);
      statement.execute();
      rows = statement.getResultSet();
    } catch (SQLException failure) {
      throw Outcomes.closed(statement, execution.beforeFailed(failure));
    }
    try {
      StatementOutcome outcome = outcome(statement, rows, kind, answers, width, shared);
      if (savepoint != null) {
        execution.connection().releaseSavepoint(savepoint);
      }
      return outcome;
    } catch (TooMuchException excess) {
      throw takenBack(statement, savepoint, excess);
    } catch (SQLException failure) {
      throw Outcomes.closed(statement, execution.afterFailed(failure));
    }
  }

  private StatementOutcome outcome(
      PreparedStatement statement,
      ResultSet rows,
      UndoEntry.Kind kind,
      Answers answers,
      int width,
      boolean shared)
      throws SQLException {
    int first = shared ? rows.getMetaData().getColumnCount() - width + 1 : 1;
    Changes changes = new Changes(execution, layout);
    long count = 0;
    while (rows.next()) {
      count++;
      execution.budget().take(collect(rows, kind, changes, first));
      String excess = execution.budget().excess(0);
      if (!excess.isEmpty()) {
        throw new TooMuchException(excess);
      }
    }
    if (answers.expected() >= 0 && count != answers.expected()) {
      throw execution.unprotected(
          answers.expected() + " rows were given, but " + count + " were inserted");
    }
    ResultSet answer = null;
    if (shared) {
      rows.beforeFirst();
      answer = HeadResultSet.of(rows, first - 1);
    }
    boolean own = answers.own();
    return new StatementOutcome(
        new long[] {count},
        statement,
        own ? answer : null,
        own ? null : answer,
        changes.entries(kind),
        changes.locks().requests());
  }

  /** The images of one branch became too large after the statement was executed. */
  private static final class TooMuchException extends SQLException {
    private static final long serialVersionUID = 1;

    TooMuchException(String excess) {
      super(excess);
    }
  }

  /** Nothing has happened when the statement is taken back before anybody saw what it did. */
  private SQLException takenBack(
      PreparedStatement statement, @Nullable Savepoint savepoint, TooMuchException excess) {
    String text = String.valueOf(excess.getMessage());
    try {
      statement.close();
      if (savepoint == null) {
        return execution.unprotected(text);
      }
      execution.connection().rollback(savepoint);
      execution.connection().releaseSavepoint(savepoint);
      return execution.tooMuch(text);
    } catch (SQLException failure) {
      return execution.afterFailed(failure);
    }
  }

  /** Reads one row; returns about how many bytes its images have. */
  private long collect(ResultSet rows, UndoEntry.Kind kind, Changes changes, int first)
      throws SQLException {
    ImagedRow row = layout.read(rows, first);
    int last = first;
    long bytes = ImageBudget.bytesOf(row.image());
    switch (kind) {
      case INSERT -> changes.inserted(List.of(row));
      case DELETE -> changes.deleted(List.of(row));
      case UPDATE -> {
        last = first + layout.width();
        ImagedRow now = layout.read(rows, last);
        bytes += ImageBudget.bytesOf(now.image());
        changes.updated(row, now);
      }
    }
    if (!layout.isSameTable(rows, last)) {
      throw execution.unprotected(
          "its name means another table now, or it has other columns; "
              + execution.changed("found by " + kind));
    }
    return bytes;
  }

  /** The columns that the application asked for as generated keys, with a comma; or empty. */
  String requestedKeys() throws SQLException {
    StatementRequest.Settings settings = execution.settings();
    AtDialect dialect = execution.dialect();
    boolean byIndex = settings.keyColumnIndexes() != null;
    if (byIndex && dialect.images().support().updateReturns()) {
      throw new SQLFeatureNotSupportedException(
          "generated keys cannot be asked for by column index here. What to do: ask by name.",
          "0A000");
    }
    String[] names = settings.keyColumnNames();
    if (names != null && names.length > 0 && dialect.images().support().updateReturns()) {
      List<String> quoted = new ArrayList<>();
      for (String name : names) {
        quoted.add(dialect.metadata().quote(name));
      }
      return String.join(", ", quoted) + ", ";
    }
    if (!settings.returnGeneratedKeys() && !byIndex && (names == null || names.length == 0)) {
      return "";
    }
    if (dialect.images().support().updateReturns()) {
      return "*, ";
    }
    return execution.table().columns().stream()
        .filter(ColumnMetadata::autoIncrement)
        .map(column -> dialect.metadata().quote(column.name()) + " AS insert_id, ")
        .collect(Collectors.joining());
  }

  /**
   * A generated text with a place for the columns that the application asked for.
   *
   * @param head up to and with RETURNING, or the comma behind the application's own list
   * @param tail the images
   */
  record Text(ComposedSql head, String tail) {
    String with(String keys) {
      return head.text() + keys + tail;
    }
  }
}
