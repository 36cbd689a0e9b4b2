package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dialect.ImageSupport;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.metadata.TableMetadata.UniqueIndex;
import io.attx.datasource.sql.AnalyzedStatement.Conflict;
import io.attx.datasource.sql.AnalyzedStatement.Insert;
import io.attx.datasource.sql.AnalyzedStatement.Merge;
import io.attx.datasource.sql.AnalyzedStatement.MergeClause;
import io.attx.datasource.sql.Identifier;
import io.attx.datasource.sql.ValueExpr;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chooses how an INSERT, an upsert or a MERGE runs; refuses what cannot be undone. Used once. */
final class InsertPlans {
  /** The version of PostgreSQL from which MERGE has RETURNING. */
  private static final int MERGE_RETURNS = 17;

  private final Execution execution;
  private final StatementPlans plans;
  private final AtDialect dialect;
  private final TableMetadata table;
  private final int maxKeys;

  InsertPlans(Execution execution, StatementPlans plans) {
    this.execution = execution;
    this.plans = plans;
    this.dialect = execution.dialect();
    this.table = execution.table();
    this.maxKeys = execution.limits().chunkRows();
  }

  /**
   * How an INSERT runs.
   *
   * @param plain as one statement, also in batches of the driver; null where that is impossible
   * @param item otherwise, row by row or in another way of its own; null where none is needed
   */
  record Planned(@Nullable InsertPlan plain, @Nullable ItemPlan item) {}

  Planned insert(Insert insert) throws SQLException {
    Conflict conflict = insert.conflict();
    if (conflict == null) {
      new TriggerRules(execution, table).insert();
    } else {
      new TriggerRules(execution, table).refuseUnlessHarmless();
    }
    Conflict.Action action = conflict == null ? null : conflict.action();
    boolean verified = action == Conflict.Action.REPLACE;
    ImageLayout layout = plans.planner().wholeRow(verified);
    plans.checkColumns(layout.columns());
    refusePositional(insert);
    ImageSupport support = dialect.images().support();
    boolean atOnce =
        conflict == null || (action == Conflict.Action.SKIP && support.insertReturns());
    if (conflict != null && action == Conflict.Action.UPDATE) {
      refuseAssignments(insert, conflict.assigned());
      if (support.updateReturns()) {
        return new Planned(null, covered(insert, layout, conflict));
      }
    }
    if (insert.query() != null && !(atOnce && (support.insertReturns() || support.namedKeys()))) {
      return byQuery(insert, layout);
    }
    boolean postgresql = support.updateReturns();
    if (conflict == null
        || (action == Conflict.Action.SKIP && postgresql)
        || insert.query() != null) {
      InsertPlan plain = new InsertPlan(dialect, insert, layout, maxKeys);
      boolean rowWise = !support.insertReturns() && !support.namedKeys();
      return new Planned(plain, rowWise ? rowWise(insert, layout, Set.of()) : null);
    }
    return new Planned(null, upsert(insert, layout, conflict));
  }

  private ItemPlan covered(Insert insert, ImageLayout layout, Conflict conflict)
      throws SQLException {
    if (table.partitioned()) {
      return new PartitionedUpsertPlan(
          dialect, insert, layout, changeable(conflict.assigned()), maxKeys);
    }
    String effect =
        "CASE WHEN "
            + Names.qualifier(dialect, insert.table())
            + "xmax = 0 THEN 'INSERT'"
            + " ELSE 'UPDATE' END";
    Set<String> changeable = changeable(conflict.assigned());
    return new CoveredPlan(
        dialect, insert, layout, effect, insert.returning(), changeable, maxKeys);
  }

  private RowWisePlan rowWise(Insert insert, ImageLayout layout, Set<String> changeable) {
    boolean verified =
        insert.conflict() != null && insert.conflict().action() == Conflict.Action.REPLACE;
    return new RowWisePlan(dialect, insert, layout, changeable, verified, maxKeys);
  }

  /** MySQL, MariaDB and H2. */
  private RowWisePlan upsert(Insert insert, ImageLayout layout, Conflict conflict)
      throws SQLException {
    boolean replaces = conflict.action() == Conflict.Action.REPLACE;
    if (replaces) {
      refuseReferenced();
    }
    if (insert.returning() != null && (replaces || insert.rows().size() > 1)) {
      throw execution.refused(
          "RETURNING of "
              + (replaces ? "a REPLACE" : "an upsert of several rows")
              + " gives no row by row account of what happened.",
          "leave RETURNING out, or send the rows one by one.");
    }
    if (conflict.action() == Conflict.Action.MERGE) {
      checkMergeKey(insert, conflict);
      refuseAssignments(insert, notKey(conflict));
      Set<String> all = new LinkedHashSet<>();
      table.columns().forEach(column -> all.add(column.name()));
      return rowWise(
          insert, layout, insert.columns().isEmpty() ? all : changeable(conflict.assigned()));
    }
    return rowWise(insert, layout, changeable(conflict.assigned()));
  }

  private List<Identifier> notKey(Conflict conflict) {
    List<Identifier> key = conflict.key();
    Set<String> names = new LinkedHashSet<>();
    for (ColumnMetadata column : table.key()) {
      if (key.isEmpty()) {
        names.add(column.name());
      }
    }
    for (Identifier written : key) {
      names.add(column(written).name());
    }
    return conflict.assigned().stream()
        .filter(written -> !names.contains(column(written).name()))
        .toList();
  }

  private ColumnMetadata column(Identifier written) {
    ColumnMetadata column = Names.column(dialect, table, written);
    if (column == null) {
      throw new IllegalStateException("unknown column " + written.text());
    }
    return column;
  }

  /** H2 finds the row by the KEY columns: with none or several found, "insert" is a guess. */
  private void checkMergeKey(Insert insert, Conflict conflict) throws SQLException {
    for (Identifier column : insert.columns()) {
      requireColumn(column);
    }
    Set<String> key = new LinkedHashSet<>();
    for (Identifier column : conflict.key()) {
      key.add(requireColumn(column).name());
    }
    List<String> primary = table.key().stream().map(ColumnMetadata::name).toList();
    boolean unique = key.isEmpty() || key.containsAll(primary);
    for (UniqueIndex index : table.uniqueIndexes()) {
      unique |= !index.columns().isEmpty() && key.containsAll(index.columns());
    }
    if (!unique) {
      throw execution.refused(
          "its KEY columns are not those of a primary key or unique index of " + table.name() + ".",
          "name the columns of one in KEY.");
    }
    for (List<ValueExpr> row : insert.rows()) {
      if (row.isEmpty() || row.stream().anyMatch(ValueExpr.Default.class::isInstance)) {
        throw execution.refused(
            "it leaves values to the database.", "give each column a value of its own.");
      }
    }
  }

  private ColumnMetadata requireColumn(Identifier written) throws SQLException {
    ColumnMetadata column = Names.column(dialect, table, written);
    if (column == null) {
      throw execution.changed("it has no column " + written.text());
    }
    return column;
  }

  private Planned byQuery(Insert insert, ImageLayout layout) throws SQLException {
    if (insert.conflict() != null) {
      throw execution.refused(
          "which rows of a query are in the way of rows that are there is not known beforehand.",
          "read the rows first, then send them by VALUES.");
    }
    return new Planned(null, new QueryInsertPlan(dialect, insert, layout, maxKeys));
  }

  private Set<String> changeable(List<Identifier> assigned) throws SQLException {
    Set<String> names = new LinkedHashSet<>();
    for (Identifier written : assigned) {
      names.add(requireColumn(written).name());
    }
    return ImagePlanner.changeable(table, names);
  }

  /** The key must stay; columns that children follow must not change. */
  private void refuseAssignments(Insert insert, List<Identifier> assigned) throws SQLException {
    Set<String> names = new LinkedHashSet<>();
    for (Identifier written : assigned) {
      names.add(requireColumn(written).name());
    }
    if (insert.conflict() != null && insert.conflict().clause() != null) {
      names.removeAll(keptKeys(insert, insert.conflict()));
    }
    refuseKeyAssignment(names);
    refuseCascade(names);
  }

  /** {@code id = LAST_INSERT_ID(id)} only tells the application which row it was. */
  private Set<String> keptKeys(Insert insert, Conflict conflict) {
    Set<String> kept = new LinkedHashSet<>();
    String clause = conflict.clause() == null ? "" : conflict.clause().of(insert.sql());
    String plain = clause.replaceAll("[\\s`]", "").toLowerCase(java.util.Locale.ROOT);
    for (ColumnMetadata key : table.key()) {
      String name = key.name().toLowerCase(java.util.Locale.ROOT);
      long assignments =
          conflict.assigned().stream()
              .filter(written -> dialect.metadata().matches(written, key.name()))
              .count();
      if (assignments == 1 && plain.contains(name + "=last_insert_id(" + name + ")")) {
        kept.add(key.name());
      }
    }
    return kept;
  }

  private void refusePositional(Insert insert) throws SQLException {
    if (!insert.columns().isEmpty()
        || insert.rows().isEmpty()
        || insert.rows().get(0).isEmpty()
        || dialect.images().support().insertReturns()
        || insert.rows().get(0).size() == table.columns().size()) {
      return;
    }
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

  /** Run in two parts, the second would read what the first inserted. */
  private void refuseOwnSource(Merge merge) throws SQLException {
    String source = merge.source().of(merge.sql());
    String name = java.util.regex.Pattern.quote(merge.table().name().text());
    int on = source.toUpperCase(java.util.Locale.ROOT).lastIndexOf(" ON ");
    String read = on < 0 ? source : source.substring(0, on);
    if (java.util.regex.Pattern.compile("(?i)\\b" + name + "\\b").matcher(read).find()) {
      throw execution.refused(
          "its source reads " + table.name() + " itself.",
          "read the rows first and pass their values.");
    }
  }

  /** Rows that go must not take rows of other tables along. */
  private void refuseReferenced() throws SQLException {
    if (table.children().stream().anyMatch(CascadePlan.Effect.DELETED::reaches)) {
      throw execution.refused(
          "rows of other tables refer to "
              + table.name()
              + " with CASCADE, SET NULL or SET DEFAULT and would change with it.",
          "delete or change these rows first, by statements of their own, or use UPDATE and DELETE.");
    }
  }

  private void refuseCascade(Set<String> assigned) throws SQLException {
    CascadePlan.Effect effect = new CascadePlan.Effect(ImagePlanner.changeable(table, assigned));
    if (table.children().stream().anyMatch(effect::reaches)) {
      throw execution.refused(
          "it changes values that rows of other tables follow by a cascading foreign key.",
          "use an UPDATE of its own.");
    }
  }

  private void refuseKeyAssignment(Set<String> assigned) throws SQLException {
    for (ColumnMetadata key : table.key()) {
      if (assigned.contains(key.name()) || key.generated() || key.onUpdate()) {
        throw execution.refused(
            "it changes column "
                + key.name()
                + ", which is part of the key of "
                + table.name()
                + ".",
            "leave the key alone, or use an UPDATE of its own.");
      }
    }
  }

  ItemPlan merge(Merge merge) throws SQLException {
    new TriggerRules(execution, table).refuseUnlessHarmless();
    boolean deletes = merge.has(MergeClause.Effect.DELETE);
    if (deletes) {
      refuseReferenced();
    }
    ImageLayout layout = plans.planner().wholeRow(true);
    plans.checkColumns(layout.columns());
    Set<String> assigned = new LinkedHashSet<>();
    for (MergeClause clause : merge.clauses()) {
      for (Identifier written : clause.assigned()) {
        assigned.add(requireColumn(written).name());
      }
    }
    refuseKeyAssignment(assigned);
    refuseCascade(assigned);
    if (!dialect.images().support().updateReturns()) {
      refuseOwnSource(merge);
      return new SplitMergePlan(dialect, merge, layout, maxKeys);
    }
    if (execution.connection().getMetaData().getDatabaseMajorVersion() < MERGE_RETURNS) {
      throw execution.refused(
          "before version " + MERGE_RETURNS + " this database does not tell what a MERGE did.",
          "use INSERT … ON CONFLICT, or UPDATE and DELETE.");
    }
    return new CoveredPlan(
        dialect,
        merge,
        layout,
        "merge_action()",
        merge.returning(),
        ImagePlanner.changeable(table, assigned),
        maxKeys);
  }
}
