package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.Conflict;
import io.attx.datasource.sql.AnalyzedStatement.Insert;
import io.attx.datasource.sql.AnalyzedStatement.Merge;
import io.attx.datasource.sql.AnalyzedStatement.MergeClause;
import java.util.ArrayList;
import java.util.List;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.operators.relational.ExpressionList;
import net.sf.jsqlparser.expression.operators.relational.ParenthesedExpressionList;
import net.sf.jsqlparser.schema.Column;
import net.sf.jsqlparser.statement.insert.ConflictActionType;
import net.sf.jsqlparser.statement.merge.MergeOperation;
import net.sf.jsqlparser.statement.select.Select;
import net.sf.jsqlparser.statement.select.Values;
import net.sf.jsqlparser.statement.update.UpdateSet;
import net.sf.jsqlparser.statement.upsert.Upsert;
import org.jspecify.annotations.Nullable;

/** The part of {@link StructureComparison} that is about INSERT, upserts and MERGE. */
final class InsertComparison {
  private final StructureComparison comparison;

  InsertComparison(StructureComparison comparison) {
    this.comparison = comparison;
  }

  void insert(Insert ours, net.sf.jsqlparser.statement.insert.Insert theirs) {
    comparison.table(ours.table(), theirs.getTable());
    if (theirs.getSetUpdateSets() != null) {
      comparison.setColumns(ours.columns(), theirs.getSetUpdateSets());
      comparison.same("number of rows", ours.rows().size(), 1);
    } else {
      comparison.columns(ours.columns(), theirs.getColumns());
      rows(ours, theirs.getSelect(), theirs.isOnlyDefaultValues());
    }
    conflict(ours, theirs);
    comparison.same("RETURNING", ours.returning() != null, theirs.getReturningClause() != null);
    comparison.absent("WITH", theirs.getWithItemsList());
    comparison.absent("a partition", theirs.getPartitions());
    comparison.absent("OUTPUT", theirs.getOutputClause());
    comparison.absent("a priority", theirs.getModifierPriority());
    comparison.same("OVERWRITE", false, theirs.isOverwrite());
  }

  private void conflict(Insert ours, net.sf.jsqlparser.statement.insert.Insert theirs) {
    Conflict conflict = ours.conflict();
    boolean skips = conflict != null && conflict.action() == Conflict.Action.SKIP;
    boolean updates = conflict != null && conflict.action() == Conflict.Action.UPDATE;
    boolean clause = conflict != null && conflict.clause() != null;
    comparison.same("IGNORE", skips && !clause, theirs.isModifierIgnore());
    ConflictActionType type =
        theirs.getConflictAction() == null
            ? null
            : theirs.getConflictAction().getConflictActionType();
    if (skips && clause) {
      comparison.same("action on a conflict", ConflictActionType.DO_NOTHING, type);
    } else if (updates) {
      List<UpdateSet> sets =
          theirs.getConflictAction() == null
              ? theirs.getDuplicateUpdateSets()
              : theirs.getConflictAction().getUpdateSets();
      assigned(conflict == null ? List.of() : conflict.assigned(), sets);
    } else {
      comparison.absent("ON CONFLICT", theirs.getConflictAction());
      comparison.absent("ON DUPLICATE KEY", theirs.getDuplicateAction());
      comparison.absent("an alias of the row", theirs.getRowAlias());
    }
  }

  private void assigned(List<Identifier> ours, @Nullable List<UpdateSet> theirs) {
    List<Column> read = new ArrayList<>();
    for (UpdateSet set : theirs == null ? List.<UpdateSet>of() : theirs) {
      read.addAll(set.getColumns());
    }
    comparison.columns(ours, read);
  }

  /** REPLACE. */
  void replace(Insert ours, Upsert theirs) {
    comparison.table(ours.table(), theirs.getTable());
    comparison.same("statement", "REPLACE", theirs.getUpsertType().name().substring(0, 7));
    boolean replaces =
        ours.conflict() != null && ours.conflict().action() == Conflict.Action.REPLACE;
    comparison.same("REPLACE", replaces, true);
    if (theirs.getUpdateSets() != null) {
      comparison.setColumns(ours.columns(), theirs.getUpdateSets());
    } else {
      comparison.columns(ours.columns(), theirs.getColumns());
      rows(ours, theirs.getSelect(), false);
    }
    comparison.absent("ON DUPLICATE KEY", theirs.getDuplicateUpdateSets());
  }

  private void rows(Insert ours, @Nullable Select source, boolean defaults) {
    List<Integer> widths = new ArrayList<>();
    if (defaults) {
      widths.add(0);
    } else if (source instanceof Values values) {
      ExpressionList<?> list = values.getExpressions();
      if (list instanceof ParenthesedExpressionList) {
        widths.add(list.size());
      } else {
        for (Expression row : list) {
          widths.add(row instanceof ExpressionList<?> columns ? columns.size() : -1);
        }
      }
    }
    comparison.same(
        "number of values in its rows", ours.rows().stream().map(List::size).toList(), widths);
    boolean query = source != null && !(source instanceof Values);
    comparison.same("query", ours.query() != null, query);
  }

  void merge(Merge ours, net.sf.jsqlparser.statement.merge.Merge theirs) {
    comparison.table(ours.table(), theirs.getTable());
    List<String> read = new ArrayList<>();
    for (MergeOperation operation :
        theirs.getOperations() == null ? List.<MergeOperation>of() : theirs.getOperations()) {
      String name = operation.getClass().getSimpleName();
      read.add(name.substring("Merge".length()).toUpperCase(java.util.Locale.ROOT));
    }
    comparison.same(
        "clauses", ours.clauses().stream().map(MergeClause::effect).map(Enum::name).toList(), read);
    comparison.same("RETURNING", ours.returning() != null, theirs.getReturningClause() != null);
    comparison.absent("WITH", theirs.getWithItemsList());
    comparison.absent("OUTPUT", theirs.getOutputClause());
  }
}
