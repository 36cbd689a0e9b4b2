package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.sql.AnalyzedStatement;
import io.attx.undolog.UndoColumn;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An upsert or MERGE of PostgreSQL, which returns of each row what became of it. Immutable but for
 * texts made on demand.
 */
final class CoveredPlan implements ItemPlan {
  private final ImageLayout layout;
  private final RowsByKey rowsByKey;
  private final ReturningRun.Text text;
  private final boolean ownReturning;
  private final Set<String> changeable;

  /**
   * For one statement.
   *
   * @param effect gives INSERT, UPDATE or DELETE for each row
   * @param own the application's own RETURNING clause, or null
   * @param changeable the columns that an update of it can change
   * @param maxKeys the most keys in one text
   */
  CoveredPlan(
      AtDialect dialect,
      AnalyzedStatement.TableStatement statement,
      ImageLayout layout,
      String effect,
      @Nullable Object own,
      Set<String> changeable,
      int maxKeys) {
    this.layout = layout;
    this.rowsByKey = new RowsByKey(dialect, layout, false, maxKeys);
    this.ownReturning = own != null;
    this.changeable = changeable;
    this.text =
        new ReturningRun.Text(
            new ComposedSql.Builder(statement.sql())
                .add(statement.body())
                .add(ownReturning ? ", " : " RETURNING ")
                .build(),
            effect + ", " + layout.selectList(Names.qualifier(dialect, statement.table())));
  }

  @Override
  public StatementOutcome run(Execution execution, BoundParameters parameters) throws SQLException {
    return new CoveredRun(execution, this).run(parameters);
  }

  ImageLayout layout() {
    return layout;
  }

  RowsByKey rowsByKey() {
    return rowsByKey;
  }

  ReturningRun.Text text() {
    return text;
  }

  boolean ownReturning() {
    return ownReturning;
  }

  /** The columns of an undo entry of rows that changed and kept their keys. */
  List<UndoColumn> changedColumns() {
    return layout.columns().stream()
        .filter(
            column -> column.role() == UndoColumn.Role.KEY || changeable.contains(column.name()))
        .toList();
  }
}
