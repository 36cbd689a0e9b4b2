package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dialect.ImageDialect;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.MetadataCache;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.metadata.TableMetadata.ForeignKey;
import io.attx.datasource.metadata.TableNotSupportedException;
import io.attx.datasource.sql.AnalyzedStatement;
import io.attx.datasource.sql.SqlSlice;
import io.attx.datasource.sql.TableRef;
import io.attx.datasource.sql.ValueExpr;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoTable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Plans statements, refusing those that cannot be undone. Used once per plan. */
final class StatementPlans {
  /** Placeholders of one statement, below what any driver allows. */
  private static final int MAX_KEYS_AT_ONCE = 20_000;

  private final Execution execution;
  private final AtDialect dialect;
  private final TableMetadata table;
  private final MetadataCache tables;
  private final TriggerRules triggers;

  StatementPlans(Execution execution, MetadataCache tables) {
    this.execution = execution;
    this.dialect = execution.dialect();
    this.table = execution.table();
    this.tables = tables;
    this.triggers = new TriggerRules(execution, table);
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

  InsertPlans.Planned insert(AnalyzedStatement.Insert insert) throws SQLException {
    return new InsertPlans(execution, this).insert(insert);
  }

  ItemPlan merge(AnalyzedStatement.Merge merge) throws SQLException {
    return new InsertPlans(execution, this).merge(merge);
  }

  Filtered update(AnalyzedStatement.Update update) throws SQLException {
    triggers.update();
    boolean returns = dialect.images().support().updateReturns();
    refuseUnrepeatable(update);
    Set<String> assigned = assigned(update);
    Set<String> changeable = triggers.changeable(assigned);
    boolean moves = table.key().stream().anyMatch(key -> changeable.contains(key.name()));
    if (moves) {
      refuseUnmovable(update);
      triggers.refuseUnlessHarmless();
    }
    CascadePlan.Effect effect = new CascadePlan.Effect(changeable);
    boolean cascading = table.children().stream().anyMatch(effect::reaches);
    boolean verified = !returns && !hasIdentity() && (moves || !hasLargeColumns());
    ImageLayout layout =
        moves || cascading ? planner().wholeRow(true) : planner().changed(changeable);
    checkColumns(layout.columns());
    CascadePlan cascades = CascadePlan.of(execution, tables, layout, effect);
    returns &= cascades == null;
    if (moves && cascading) {
      throw execution.refused(
          "it changes the key of "
              + table.name()
              + ", and rows of other tables follow by a foreign key with ON UPDATE.",
          "insert the row with the new key, let the other rows refer to it, and delete the old.");
    }
    ChangeTexts texts = new ChangeTexts(dialect, update, update.table(), layout);
    boolean atOnce = moves || update.sources().references() != null || readsInSet(update);
    List<ChangeTexts.KeyValue> newKeys = moves && !returns ? newKeys(update) : List.of();
    FilteredPlan plan =
        new FilteredPlan(
            dialect,
            update,
            texts,
            layout,
            new FilteredPlan.Shape(verified, newKeys, atOnce, maxKeys(atOnce)));
    return new Filtered(plan, returns ? texts.updateReturningBoth(update, moves) : null, cascades);
  }

  /** Whether images prove by themselves that they are of the table as it was described. */
  private boolean hasIdentity() {
    return dialect.images().identityExpression("", table.partitioned(), "") != null;
  }

  /** Whether reading whole rows to see what columns there are may cost much. */
  private boolean hasLargeColumns() {
    return table.columns().stream().anyMatch(column -> dialect.images().isLarge(column));
  }

  /** Whether a value that is assigned comes from a query, which may read the same table. */
  private static boolean readsInSet(AnalyzedStatement.Update update) {
    return update.sources().queries().stream()
        .anyMatch(q -> q.start() >= update.set().start() && q.end() <= update.set().end());
  }

  private int maxKeys(boolean atOnce) {
    return atOnce ? MAX_KEYS_AT_ONCE / table.key().size() : execution.limits().chunkRows();
  }

  /** One plan for each table of which it deletes rows. */
  Filtered delete(AnalyzedStatement.Delete delete, TableRef target) throws SQLException {
    triggers.delete();
    refuseUnrepeatable(delete);
    ImageLayout layout = planner().wholeRow(true);
    checkColumns(layout.columns());
    CascadePlan cascades = CascadePlan.of(execution, tables, layout, CascadePlan.Effect.DELETED);
    if (cascades != null && delete.ignore()) {
      throw execution.refused(
          "DELETE IGNORE would take rows of other tables along.", "leave IGNORE out.");
    }
    boolean returns = dialect.images().support().deleteReturns() && cascades == null;
    boolean verified = !returns && !hasIdentity();
    boolean atOnce = delete.returning() != null;
    ChangeTexts texts = new ChangeTexts(dialect, delete, target, layout);
    FilteredPlan plan =
        new FilteredPlan(
            dialect,
            delete,
            texts,
            layout,
            new FilteredPlan.Shape(verified, List.of(), atOnce, maxKeys(atOnce)));
    return new Filtered(plan, returns ? texts.deleteReturning(delete) : null, cascades);
  }

  SelectPlan select(AnalyzedStatement.LockingSelect select) throws SQLException {
    List<SelectPlan.Locked> locked = new ArrayList<>();
    for (TableRef reference : select.tables()) {
      TableMetadata described = tables.table(execution.connection(), reference);
      ImageLayout layout = planner(execution, tables, described).keyOnly();
      checkColumns(described, layout.columns());
      int maxKeys = MAX_KEYS_AT_ONCE / described.key().size();
      locked.add(
          new SelectPlan.Locked(
              reference, layout, new KeyCondition(dialect, layout.keyColumns(), maxKeys)));
    }
    return new SelectPlan(dialect, select, locked);
  }

  ImagePlanner planner() throws SQLException {
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

  /**
   * Where queries of a repeated slice must be made to read what is committed now, each must take
   * the clause for it.
   */
  private void refuseUnrepeatable(AnalyzedStatement.Filtered statement) throws SQLException {
    if (dialect.images().currentRead().isEmpty()) {
      return;
    }
    SqlSlice set = statement instanceof AnalyzedStatement.Update update ? update.set() : null;
    for (AnalyzedStatement.NestedQuery query : statement.sources().queries()) {
      boolean inSet = set != null && query.start() >= set.start() && query.end() <= set.end();
      if (!query.lockable() && !inSet) {
        throw execution.refused(
            "a query inside its condition is a UNION or another set operation, a TABLE or a VALUES,"
                + " which can read other rows when it is repeated for the images.",
            "put each SELECT of the UNION into brackets of its own.");
      }
    }
  }

  /** A row that gets another key is undone as one row that goes and one that comes back. */
  private void refuseUnmovable(AnalyzedStatement.Update update) throws SQLException {
    if (update.ignore()) {
      throw execution.refused(
          "UPDATE IGNORE changes columns of the key of " + table.name() + ".", "leave IGNORE out.");
    }
    for (ColumnMetadata column : table.columns()) {
      boolean key = table.key().contains(column);
      if ((key && (column.generated() || column.onUpdate())) || (!key && column.identityAlways())) {
        throw execution.refused(
            "it changes the key of "
                + table.name()
                + ", and column "
                + column.name()
                + " gets its value from the database.",
            "delete the row and insert it with the new key.");
      }
    }
  }

  /** What each column of the key will hold; a column that is not assigned keeps its value. */
  private List<ChangeTexts.KeyValue> newKeys(AnalyzedStatement.Update update) throws SQLException {
    List<ChangeTexts.KeyValue> values = new ArrayList<>();
    for (ColumnMetadata key : table.key()) {
      values.add(newKey(update, key));
    }
    return values;
  }

  private ChangeTexts.KeyValue newKey(AnalyzedStatement.Update update, ColumnMetadata key)
      throws SQLException {
    for (AnalyzedStatement.Assignment assignment : update.assignments()) {
      if (dialect.metadata().matches(assignment.column(), key.name())) {
        ImageDialect.KeyPrediction prediction = dialect.images().keyPrediction(key);
        boolean known = assignment.whole() && !(assignment.value() instanceof ValueExpr.Default);
        if (prediction == null || !known) {
          throw execution.refused(
              "the new value of column "
                  + key.name()
                  + " of the key of "
                  + table.name()
                  + " is not known before the change.",
              "assign a parameter, a literal or an expression, each column on its own.");
        }
        return new ChangeTexts.KeyValue(
            prediction.before(), assignment.value().slice(), prediction.behind());
      }
    }
    String own =
        dialect
            .images()
            .readExpression(
                Names.qualifier(dialect, update.table()) + dialect.metadata().quote(key.name()),
                dialect.images().undoColumn(key, UndoColumn.Role.KEY));
    return new ChangeTexts.KeyValue(own, null, "");
  }

  void checkColumns(List<UndoColumn> columns) throws SQLException {
    checkColumns(table, columns);
  }

  private void checkColumns(TableMetadata of, List<UndoColumn> columns) throws SQLException {
    ImageDialect images = dialect.images();
    for (UndoColumn column : columns) {
      ColumnMetadata described = of.column(column.name());
      if (described == null) {
        throw new IllegalStateException("unknown column " + column + " of " + of.name());
      }
      String reason =
          column.role() == UndoColumn.Role.KEY
              ? images.unsupportedKeyReason(described)
              : images.unsupportedReason(described);
      if (!reason.isEmpty()) {
        throw execution.refused(
            reason + " (table " + of.name() + ").",
            "leave this column out of the statement where that is possible, or change its type.");
      }
    }
  }
}
