package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.sql.AnalyzedStatement.Merge;
import io.attx.datasource.sql.AnalyzedStatement.MergeClause;
import io.attx.undolog.ColumnValue;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * MERGE … USING of H2 in two parts: the clauses that insert, then those that update and delete,
 * which leave the new rows alone. Immutable.
 */
final class SplitMergePlan implements ItemPlan {
  /** The most new rows that can be left out by their keys. */
  static final int MAX_INSERTED = 20_000;

  private final AtDialect dialect;
  private final Merge merge;
  private final ImageLayout layout;
  private final RowsByKey rowsByKey;
  private final KeyCondition inserted;
  private final @Nullable ComposedSql inserting;

  /**
   * For one statement.
   *
   * @param maxKeys the most keys in one image query
   */
  SplitMergePlan(AtDialect dialect, Merge merge, ImageLayout layout, int maxKeys) {
    this.dialect = dialect;
    this.merge = merge;
    this.layout = layout;
    this.rowsByKey = new RowsByKey(dialect, layout, true, maxKeys);
    this.inserted = new KeyCondition(dialect, layout.keyColumns(), MAX_INSERTED);
    this.inserting = merge.has(MergeClause.Effect.INSERT) ? insertingText() : null;
  }

  private ComposedSql insertingText() {
    ComposedSql.Builder text =
        new ComposedSql.Builder(merge.sql())
            .add("MERGE INTO ")
            .add(merge.table().slice())
            .add(" ")
            .add(merge.source());
    for (MergeClause clause : merge.clauses()) {
      if (!clause.matched()) {
        text.add(" ").add(clause.slice());
      }
    }
    return text.build();
  }

  @Override
  public StatementOutcome run(Execution execution, BoundParameters parameters) throws SQLException {
    return new SplitMergeRun(execution, this, parameters).run();
  }

  ImageLayout layout() {
    return layout;
  }

  RowsByKey rowsByKey() {
    return rowsByKey;
  }

  /** The part that inserts; null where no clause does. */
  @Nullable ComposedSql inserting() {
    return inserting;
  }

  /** Whether a clause changes rows that are there. */
  boolean changes() {
    return merge.clauses().stream().anyMatch(MergeClause::matched);
  }

  /** How many keys of new rows the part that changes has places for. */
  int slots(int newRows) {
    return newRows == 0 ? 0 : inserted.slots(newRows);
  }

  /** The part that updates and deletes; it returns the rows as the database found them. */
  String changing(int slots) {
    String sql = merge.sql();
    StringBuilder text =
        new StringBuilder("SELECT ")
            .append(layout.selectList(""))
            .append(" FROM OLD TABLE (MERGE INTO ")
            .append(merge.table().slice().of(sql))
            .append(' ')
            .append(merge.source().of(sql));
    String own = slots == 0 ? "" : newRows(slots);
    for (MergeClause clause : merge.clauses()) {
      if (clause.matched()) {
        text.append(" WHEN MATCHED");
        if (clause.condition() != null) {
          text.append(" AND (").append(clause.condition().of(sql)).append(')');
        }
        text.append(own).append(' ').append(clause.action().of(sql));
      }
    }
    return text.append(')').toString();
  }

  private String newRows(int slots) {
    return " AND NOT (" + inserted.text(Names.qualifier(dialect, merge.table()), slots) + ")";
  }

  void bindChanging(
      PreparedStatement statement,
      BoundParameters parameters,
      List<List<ColumnValue>> newRows,
      int slots)
      throws SQLException {
    int index = parameters.bind(statement, merge.source(), 1);
    for (MergeClause clause : merge.clauses()) {
      if (clause.matched()) {
        if (clause.condition() != null) {
          index = parameters.bind(statement, clause.condition(), index);
        }
        index = slots == 0 ? index : inserted.bind(statement, index, newRows, slots);
        index = parameters.bind(statement, clause.action(), index);
      }
    }
  }
}
