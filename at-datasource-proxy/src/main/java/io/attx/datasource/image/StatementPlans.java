package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dialect.ImageDialect;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.MetadataCache;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.metadata.TableMetadata.ForeignKey;
import io.attx.datasource.metadata.TableNotSupportedException;
import io.attx.datasource.sql.AnalyzedStatement;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoTable;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Plans statements, refusing those that cannot be undone. Used once per plan. */
final class StatementPlans {
  private final Execution execution;
  private final AtDialect dialect;
  private final TableMetadata table;
  private final MetadataCache tables;

  StatementPlans(Execution execution, MetadataCache tables) {
    this.execution = execution;
    this.dialect = execution.dialect();
    this.table = execution.table();
    this.tables = tables;
  }

  /**
   * Plans are kept per analysed statement and described table, both by identity: each is made once
   * and cached by its owner.
   */
  static final class Key {
    private final AnalyzedStatement statement;
    private final TableMetadata table;

    Key(AnalyzedStatement statement, TableMetadata table) {
      this.statement = statement;
      this.table = table;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // by identity, as the class says
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && key.statement == statement && key.table == table;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(statement) * 31 + System.identityHashCode(table);
    }
  }

  /**
   * An UPDATE or DELETE.
   *
   * @param returning the one statement that does all; null where there is none
   * @param cascades what it takes along; null when nothing
   */
  record Filtered(
      FilteredPlan plan, ReturningRun.@Nullable Text returning, @Nullable CascadePlan cascades) {}

  InsertPlan insert(AnalyzedStatement.Insert insert) throws SQLException {
    refuseTriggers();
    ImageLayout layout = planner().wholeRow(false);
    checkColumns(layout.columns());
    boolean positional = insert.columns().isEmpty() && !insert.rows().get(0).isEmpty();
    if (positional
        && !dialect.images().support().insertReturns()
        && insert.rows().get(0).size() != table.columns().size()) {
      throw execution.refused(
          "it names no columns and gives "
              + insert.rows().get(0).size()
              + " values for the "
              + table.columns().size()
              + " columns of "
              + table.name()
              + " (invisible ones included).",
          "name the columns.");
    }
    return new InsertPlan(dialect, insert, layout, execution.limits().chunkRows());
  }

  Filtered update(AnalyzedStatement.Update update) throws SQLException {
    refuseTriggers();
    refuseSubquery(update);
    Set<String> assigned = assigned(update);
    refuseKeyAssignment(assigned);
    Set<String> changeable = ImagePlanner.changeable(table, assigned);
    CascadePlan.Effect effect = new CascadePlan.Effect(changeable);
    boolean cascading = table.children().stream().anyMatch(effect::reaches);
    ImageLayout layout = cascading ? planner().wholeRow(false) : planner().changed(changeable);
    checkColumns(layout.columns());
    CascadePlan cascades = CascadePlan.of(execution, tables, layout, effect);
    FilteredPlan plan =
        new FilteredPlan(dialect, update, layout, false, execution.limits().chunkRows());
    boolean returns =
        dialect.images().support().updateReturns()
            && cascades == null
            && update.orderBy() == null
            && update.limit() == null;
    return new Filtered(
        plan, returns ? ReturningRun.updateText(dialect, update, layout) : null, cascades);
  }

  Filtered delete(AnalyzedStatement.Delete delete) throws SQLException {
    refuseTriggers();
    refuseSubquery(delete);
    ImageLayout layout = planner().wholeRow(true);
    checkColumns(layout.columns());
    CascadePlan cascades = CascadePlan.of(execution, tables, layout, CascadePlan.Effect.DELETED);
    boolean returns = dialect.images().support().deleteReturns() && cascades == null;
    boolean verified = !returns && dialect.images().identityExpression("", true) == null;
    FilteredPlan plan =
        new FilteredPlan(dialect, delete, layout, verified, execution.limits().chunkRows());
    return new Filtered(
        plan, returns ? ReturningRun.appended(dialect, delete, layout) : null, cascades);
  }

  FilteredPlan select(AnalyzedStatement.LockingSelect select) throws SQLException {
    refuseSubquery(select);
    ImageLayout layout = planner().keyOnly();
    checkColumns(layout.columns());
    return new FilteredPlan(dialect, select, layout, false, execution.limits().chunkRows());
  }

  private ImagePlanner planner() throws SQLException {
    return planner(execution, tables, table);
  }

  /** Plans images of a table, with the tables that it refers to. */
  static ImagePlanner planner(Execution execution, MetadataCache tables, TableMetadata table)
      throws SQLException {
    Map<UndoTable, TableMetadata> parents = new HashMap<>();
    for (ForeignKey reference : table.foreignKeys()) {
      TableMetadata parent =
          reference.parent().equals(table.name())
              ? table
              : parent(execution, tables, reference.parent());
      if (parent != null) {
        parents.put(reference.parent(), parent);
      }
    }
    return new ImagePlanner(execution.dialect(), table, parents);
  }

  /** A parent that cannot take part is never changed by a global transaction: no lock needed. */
  private static @Nullable TableMetadata parent(
      Execution execution, MetadataCache tables, UndoTable name) throws SQLException {
    try {
      return tables.table(execution.connection(), name);
    } catch (TableNotSupportedException notTakingPart) {
      return null;
    }
  }

  private Set<String> assigned(AnalyzedStatement.Update update) throws SQLException {
    Set<String> assigned = new LinkedHashSet<>();
    for (AnalyzedStatement.Assignment assignment : update.assignments()) {
      ColumnMetadata column = Names.column(dialect, table, assignment.column());
      if (column == null) {
        throw execution.changed("it has no column " + assignment.column().text());
      }
      assigned.add(column.name());
    }
    return assigned;
  }

  private void refuseTriggers() throws SQLException {
    if (table.hasTriggers()) {
      throw execution.refused(
          "table " + table.name() + " has triggers, whose changes are not recorded.",
          "drop the triggers and do their work in the application, or change the table outside of"
              + " the global transaction.");
    }
  }

  private void refuseSubquery(AnalyzedStatement.Filtered statement) throws SQLException {
    if (statement.subquery()) {
      throw execution.refused(
          "its condition or its values contain a query, which can read other rows when it is"
              + " repeated for the images.",
          "read these rows first and pass their values as parameters.");
    }
  }

  private void refuseKeyAssignment(Set<String> assigned) throws SQLException {
    for (ColumnMetadata key : table.key()) {
      if (assigned.contains(key.name()) || (key.generated() || key.onUpdate())) {
        throw execution.refused(
            "it changes column "
                + key.name()
                + ", which is part of the key of "
                + table.name()
                + ".",
            "delete the row and insert it with the new key.");
      }
    }
  }

  private void checkColumns(List<UndoColumn> columns) throws SQLException {
    ImageDialect images = dialect.images();
    for (UndoColumn column : columns) {
      ColumnMetadata described = table.column(column.name());
      if (described == null) {
        throw new IllegalStateException("unknown column " + column + " of " + table.name());
      }
      String reason =
          column.role() == UndoColumn.Role.KEY
              ? images.unsupportedKeyReason(described)
              : images.unsupportedReason(described);
      if (!reason.isEmpty()) {
        throw execution.refused(
            reason + " (table " + table.name() + ").",
            "leave this column out of the statement where that is possible, or change its type.");
      }
    }
  }
}
