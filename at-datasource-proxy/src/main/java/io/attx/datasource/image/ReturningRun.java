package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.sql.AnalyzedStatement;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoEntry;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Statements that return their images themselves. What the application asked to be returned stands
 * first in the result, the images behind it.
 */
final class ReturningRun {
  private final Execution execution;
  private final ImageLayout layout;

  ReturningRun(Execution execution, ImageLayout layout) {
    this.execution = execution;
    this.layout = layout;
  }

  /** One statement locks the rows, keeps them as they are, changes them and returns both. */
  static Text updateText(AtDialect dialect, AnalyzedStatement.Update update, ImageLayout layout) {
    String sql = update.sql();
    String qualifier = Names.qualifier(dialect, update.table());
    List<String> inner = new ArrayList<>();
    List<String> outer = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    for (String expression : layout.expressions("")) {
      outer.add("attx_o.attx_b" + inner.size());
      inner.add(expression + " AS attx_b" + inner.size());
    }
    for (UndoColumn key : layout.keyColumns()) {
      String name = dialect.metadata().quote(key.name());
      keys.add(qualifier + name + " = attx_o.attx_k" + keys.size());
      inner.add(name + " AS attx_k" + (keys.size() - 1));
    }
    String head =
        sql.substring(update.body().start(), update.set().end())
            + " FROM (SELECT "
            + String.join(", ", inner)
            + " FROM "
            + update.table().slice().of(sql)
            + (update.where() == null ? "" : " WHERE " + update.where().of(sql))
            + " FOR NO KEY UPDATE) attx_o WHERE "
            + String.join(" AND ", keys)
            + " RETURNING ";
    return new Text(head, String.join(", ", outer) + ", " + layout.selectList(qualifier));
  }

  /** A statement with the images of the rows behind it. */
  static Text appended(
      AtDialect dialect, AnalyzedStatement.TableStatement statement, ImageLayout layout) {
    String body = statement.body().of(statement.sql());
    boolean own =
        statement instanceof AnalyzedStatement.Insert insert && insert.returning() != null;
    boolean qualified = dialect.images().support().updateReturns();
    return new Text(
        body + (own ? ", " : " RETURNING "),
        layout.selectList(qualified ? Names.qualifier(dialect, statement.table()) : ""));
  }

  StatementOutcome update(Text text, BoundParameters parameters) throws SQLException {
    return run(text, parameters, UndoEntry.Kind.UPDATE, null, layout.width() * 2);
  }

  StatementOutcome delete(Text text, BoundParameters parameters) throws SQLException {
    return run(text, parameters, UndoEntry.Kind.DELETE, null, layout.width());
  }

  StatementOutcome insert(Text text, BoundParameters parameters, AnalyzedStatement.Insert insert)
      throws SQLException {
    return run(text, parameters, UndoEntry.Kind.INSERT, insert, layout.width());
  }

  private StatementOutcome run(
      Text text,
      BoundParameters parameters,
      UndoEntry.Kind kind,
      AnalyzedStatement.@Nullable Insert insert,
      int width)
      throws SQLException {
    boolean own = insert != null && insert.returning() != null;
    String keys = own ? "" : requestedKeys();
    boolean shared = own || !keys.isEmpty();
    PreparedStatement statement =
        shared ? execution.scrollable(text.with(keys)) : execution.query(text.with(keys));
    ResultSet rows;
    try {
      parameters.bindAll(statement);
      statement.execute();
      rows = statement.getResultSet();
    } catch (SQLException failure) {
      throw Outcomes.closed(statement, execution.beforeFailed(failure));
    }
    try {
      return outcome(statement, rows, kind, insert, width, shared);
    } catch (SQLException failure) {
      throw Outcomes.closed(statement, execution.afterFailed(failure));
    }
  }

  private StatementOutcome outcome(
      PreparedStatement statement,
      ResultSet rows,
      UndoEntry.Kind kind,
      AnalyzedStatement.@Nullable Insert insert,
      int width,
      boolean shared)
      throws SQLException {
    int first = shared ? rows.getMetaData().getColumnCount() - width + 1 : 1;
    Changes changes = new Changes(execution, layout);
    long count = 0;
    while (rows.next()) {
      count++;
      collect(rows, kind, changes, first);
      if (count > execution.limits().maxRows()) {
        throw execution.unprotected(
            "more than the limit of " + execution.limits().maxRows() + " rows");
      }
    }
    if (insert != null && count != insert.rows().size()) {
      throw execution.unprotected(
          insert.rows().size() + " rows were given, but " + count + " were inserted");
    }
    ResultSet answer = null;
    if (shared) {
      rows.beforeFirst();
      answer = HeadResultSet.of(rows, first - 1);
    }
    boolean own = insert != null && insert.returning() != null;
    return new StatementOutcome(
        new long[] {count},
        statement,
        own ? answer : null,
        own ? null : answer,
        changes.entries(kind),
        changes.locks().requests());
  }

  private void collect(ResultSet rows, UndoEntry.Kind kind, Changes changes, int first)
      throws SQLException {
    ImagedRow row = layout.read(rows, first);
    int last = first;
    switch (kind) {
      case INSERT -> changes.inserted(List.of(row));
      case DELETE -> changes.deleted(List.of(row));
      case UPDATE -> {
        last = first + layout.width();
        changes.updated(row, layout.read(rows, last));
      }
    }
    if (!layout.isSameTable(rows, last)) {
      throw execution.unprotected(
          "its name means another table now, or it has other columns; "
              + execution.changed("found by " + kind));
    }
  }

  /** The columns that the application asked for as generated keys, with a comma; or empty. */
  private String requestedKeys() throws SQLException {
    StatementRequest.Settings settings = execution.settings();
    AtDialect dialect = execution.dialect();
    if (settings.keyColumnIndexes() != null) {
      throw new SQLFeatureNotSupportedException(
          "generated keys cannot be asked for by column index here. What to do: ask by name.");
    }
    String[] names = settings.keyColumnNames();
    if (names != null && names.length > 0 && dialect.images().support().updateReturns()) {
      List<String> quoted = new ArrayList<>();
      for (String name : names) {
        quoted.add(dialect.metadata().quote(name));
      }
      return String.join(", ", quoted) + ", ";
    }
    if (!settings.returnGeneratedKeys() && (names == null || names.length == 0)) {
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
  record Text(String head, String tail) {
    String with(String keys) {
      return head + keys + tail;
    }
  }
}
