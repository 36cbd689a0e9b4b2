package io.attx.datasource.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.metadata.MetadataCache;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.sql.AnalyzedStatement;
import io.attx.datasource.sql.AnalyzedStatement.Delete;
import io.attx.datasource.sql.AnalyzedStatement.Insert;
import io.attx.datasource.sql.AnalyzedStatement.LockingSelect;
import io.attx.datasource.sql.AnalyzedStatement.Merge;
import io.attx.datasource.sql.AnalyzedStatement.Update;
import io.attx.datasource.sql.AnalyzedStatement.WritableCte;
import io.attx.datasource.sql.TableRef;
import io.attx.undolog.UndoEntry;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Runs statements of the application so that every row that changes is imaged before and after, and
 * found rows are locked. Thread-safe.
 *
 * <p>What a statement needs is planned once per analysed statement and version of its table.
 */
public final class ImagedStatements {
  private static final int MAX_PLANS = 5_000;

  private final AtDialect dialect;
  private final MetadataCache tables;
  private final ImageLimits limits;
  private final Cache<StatementPlans.Key, Object> plans =
      Caffeine.newBuilder().maximumSize(MAX_PLANS).build();

  /** For one database; parents of foreign keys are looked up in the cache. */
  public ImagedStatements(AtDialect dialect, MetadataCache tables, ImageLimits limits) {
    this.dialect = dialect;
    this.tables = tables;
    this.limits = limits;
  }

  /**
   * Runs one statement or batch.
   *
   * @param rows what other global transactions hold, for SKIP LOCKED
   * @throws StatementRefusedException before anything executed
   * @throws TableChangedException before anything executed; a repetition reads the table anew
   * @throws UnprotectedChangeException when the images do not prove what changed: the local
   *     transaction must be rolled back
   * @throws SQLException as the driver threw it; a failed batch is taken back as a whole
   */
  public StatementOutcome run(StatementRequest request, GlobalRows rows) throws SQLException {
    return run(request, rows, 0, 0);
  }

  /**
   * As the other, in a branch that has imaged rows before.
   *
   * @param rowsBefore how many
   * @param bytesBefore about how many bytes these images have
   */
  public StatementOutcome run(
      StatementRequest request, GlobalRows rows, int rowsBefore, long bytesBefore)
      throws SQLException {
    ImageBudget budget = new ImageBudget(limits, rowsBefore, bytesBefore);
    Execution execution = new Execution(dialect, tables, limits, request, budget);
    AnalyzedStatement.TableStatement statement = request.statement();
    if (statement instanceof Insert insert) {
      return insert(execution, insert);
    }
    if (statement instanceof Merge merge) {
      return merge(execution, merge);
    }
    if (statement instanceof Update update) {
      return update(execution, update);
    }
    if (statement instanceof Delete delete) {
      return delete(execution, delete);
    }
    if (statement instanceof WritableCte cte) {
      return writableCte(execution, cte);
    }
    return select(execution, (LockingSelect) statement, rows);
  }

  private StatementOutcome insert(Execution execution, Insert insert) throws SQLException {
    InsertPlans.Planned planned =
        (InsertPlans.Planned)
            plan(execution, () -> new StatementPlans(execution, tables).insert(insert));
    InsertPlan plain = planned.plain();
    ItemPlan other = planned.item();
    if (plain == null) {
      return items(execution, Objects.requireNonNull(other));
    }
    execution.checkRows(insert.rows().size() * execution.request().parameters().size());
    ReturningRun.Text returning = plain.returning();
    InsertRun run = new InsertRun(execution, plain);
    BatchRun.Item item =
        returning == null
            ? parameters ->
                other == null || run.canRun(parameters)
                    ? run.run(parameters)
                    : other.run(execution, parameters)
            : parameters ->
                new ReturningRun(execution, plain.layout()).insert(returning, parameters, insert);
    if (!execution.request().batch()) {
      return item.run(only(execution));
    }
    BatchRun batch = new BatchRun(execution);
    boolean together =
        insert.returning() == null
            && execution.request().parameters().size() > 1
            && run.canBatch(execution.request().parameters());
    return together ? batch.inserts(run, item) : batch.oneByOne(item);
  }

  private StatementOutcome merge(Execution execution, Merge merge) throws SQLException {
    return items(
        execution,
        (ItemPlan) plan(execution, () -> new StatementPlans(execution, tables).merge(merge)));
  }

  private static StatementOutcome items(Execution execution, ItemPlan plan) throws SQLException {
    return execution.request().batch()
        ? new BatchRun(execution).oneByOne(parameters -> plan.run(execution, parameters))
        : plan.run(execution, only(execution));
  }

  private StatementOutcome writableCte(Execution execution, WritableCte cte) throws SQLException {
    WritableCtePlan plan =
        (WritableCtePlan) plan(execution, () -> WritableCtePlan.of(execution, tables, cte));
    WritableCteRun run = new WritableCteRun(execution, plan);
    if (!execution.request().batch()) {
      return run.run(only(execution));
    }
    if (cte.givesRows()) {
      throw execution.refused("a batch cannot return rows.", "run the items one by one.");
    }
    return new BatchRun(execution).oneByOne(run::run);
  }

  private StatementOutcome update(Execution execution, Update update) throws SQLException {
    StatementPlans.Filtered plan =
        (StatementPlans.Filtered)
            plan(execution, () -> new StatementPlans(execution, tables).update(update));
    ReturningRun.Text returning = plan.returning();
    boolean own = update.returning() != null;
    BatchRun.Item item =
        returning == null
            ? new UpdateRun(execution, plan.plan(), UndoEntry.Kind.UPDATE, plan.cascades())::run
            : parameters ->
                new ReturningRun(execution, plan.plan().layout(), !plan.plan().isByKey())
                    .update(returning, parameters, own);
    return filtered(execution, plan, UndoEntry.Kind.UPDATE, item);
  }

  private StatementOutcome delete(Execution execution, Delete delete) throws SQLException {
    if (!delete.others().isEmpty()) {
      BatchRun.Item several = deleteFromSeveral(execution, delete);
      return execution.request().batch()
          ? new BatchRun(execution).oneByOne(several)
          : several.run(only(execution));
    }
    StatementPlans.Filtered plan = deletePlan(execution, delete, delete.table());
    ReturningRun.Text returning = plan.returning();
    boolean own = delete.returning() != null;
    BatchRun.Item item =
        returning == null
            ? new UpdateRun(execution, plan.plan(), UndoEntry.Kind.DELETE, plan.cascades())::run
            : parameters ->
                new ReturningRun(execution, plan.plan().layout(), !plan.plan().isByKey())
                    .delete(returning, parameters, own);
    return filtered(execution, plan, UndoEntry.Kind.DELETE, item);
  }

  private StatementPlans.Filtered deletePlan(Execution execution, Delete delete, TableRef target)
      throws SQLException {
    return (StatementPlans.Filtered)
        plan(execution, () -> new StatementPlans(execution, tables).delete(delete, target));
  }

  private BatchRun.Item deleteFromSeveral(Execution execution, Delete delete) throws SQLException {
    List<DeletesRun.Part> parts = new ArrayList<>();
    Set<TableMetadata> seen = new HashSet<>();
    for (TableRef target : delete.tables()) {
      TableMetadata table = tables.table(execution.connection(), target);
      Execution own = execution.on(table);
      StatementPlans.Filtered plan = deletePlan(own, delete, target);
      if (plan.cascades() != null || !seen.add(table)) {
        throw execution.refused(
            "it deletes from several tables, and table "
                + table.name()
                + " is named twice or takes rows of other tables along.",
            "delete from each table by a statement of its own.");
      }
      parts.add(new DeletesRun.Part(own, plan.plan()));
    }
    return DeletesRun.childrenFirst(parts)::run;
  }

  private static StatementOutcome filtered(
      Execution execution, StatementPlans.Filtered plan, UndoEntry.Kind kind, BatchRun.Item item)
      throws SQLException {
    if (!execution.request().batch()) {
      return item.run(only(execution));
    }
    if (plan.plan().statement().returning() != null) {
      throw execution.refused("a batch cannot return rows.", "leave RETURNING out of the batch.");
    }
    BatchRun batch = new BatchRun(execution);
    return plan.plan().isByKey()
            && !plan.plan().shape().atOnce()
            && plan.cascades() == null
            && execution.request().parameters().size() > 1
        ? batch.byKey(plan.plan(), kind, item)
        : batch.oneByOne(item);
  }

  private StatementOutcome select(Execution execution, LockingSelect select, GlobalRows rows)
      throws SQLException {
    SelectPlan plan =
        (SelectPlan) plan(execution, () -> new StatementPlans(execution, tables).select(select));
    return new SelectRun(execution, plan, rows).run(only(execution));
  }

  private static BoundParameters only(Execution execution) {
    return execution.request().parameters().get(0);
  }

  private Object plan(Execution execution, Planning planning) throws SQLException {
    StatementPlans.Key key =
        new StatementPlans.Key(execution.request().statement(), execution.table());
    Object known = plans.getIfPresent(key);
    if (known == null) {
      known = planning.plan();
      plans.put(key, known);
    }
    return known;
  }

  @FunctionalInterface
  private interface Planning {
    Object plan() throws SQLException;
  }
}
