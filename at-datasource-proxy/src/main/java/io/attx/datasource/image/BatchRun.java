package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect.FailureScope;
import io.attx.undolog.UndoEntry;
import java.sql.BatchUpdateException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JDBC batches. Items that name one row each share one query before and one after and go as a batch
 * of the driver; where that cannot be proved, and for other shapes, item by item.
 *
 * <p>Where the transaction survives a failed item, the other items take effect as they do with the
 * bare driver, and its counts are given: a batch of the driver is taken back and the items that had
 * succeeded are repeated one by one. Where it does not, every count is {@link
 * Statement#EXECUTE_FAILED}.
 */
final class BatchRun {
  private final Execution execution;

  BatchRun(Execution execution) {
    this.execution = execution;
  }

  /** Runs one item. */
  @FunctionalInterface
  interface Item {
    StatementOutcome run(BoundParameters parameters) throws SQLException;
  }

  /** UPDATE and DELETE by key. */
  StatementOutcome byKey(FilteredPlan plan, UndoEntry.Kind kind, Item item) throws SQLException {
    List<BoundParameters> items = execution.request().parameters();
    ImageReads reads = new ImageReads(execution);
    List<ImagedRow> captured = reads.beforeBatch(plan, items);
    Savepoint savepoint = execution.connection().setSavepoint();
    PreparedStatement batch = execution.application(plan.statement().sql());
    int[] counts;
    try {
      for (BoundParameters parameters : items) {
        parameters.bindAll(batch);
        batch.addBatch();
      }
      counts = batch.executeBatch();
    } catch (SQLException failure) {
      throw partial(Outcomes.closed(batch, failure), savepoint, item);
    }
    try {
      Changes changes = new Changes(execution, plan.layout());
      if (kind == UndoEntry.Kind.DELETE) {
        changes.deleted(captured);
      } else {
        changes.updated(captured, reads.after(plan, captured));
      }
      if (isProved(counts, captured.size(), changes.size())) {
        return new StatementOutcome(
            Arrays.stream(counts).asLongStream().toArray(),
            batch,
            null,
            null,
            changes.entries(kind),
            changes.locks().requests());
      }
      batch.close();
      execution.connection().rollback(savepoint);
    } catch (SQLException failure) {
      throw Outcomes.closed(batch, execution.afterFailed(failure));
    }
    execution.budget().reset();
    return oneByOne(item);
  }

  private boolean isProved(int[] counts, int captured, int changed) {
    long sum = 0;
    for (int count : counts) {
      if (count < 0) {
        return false;
      }
      sum += count;
    }
    boolean skips = execution.dialect().images().support().maySkipUnchanged();
    return sum == captured || (skips && sum == changed);
  }

  /** INSERT as one batch of the driver. */
  StatementOutcome inserts(InsertRun run, Item item) throws SQLException {
    List<BoundParameters> items = execution.request().parameters();
    Savepoint savepoint = execution.savepointIfAlive();
    try {
      return run.runBatch(items);
    } catch (SQLException failure) {
      throw partial(failure, savepoint, item);
    }
  }

  /** Repeats the items that had succeeded, after a batch of the driver was taken back. */
  private SQLException partial(SQLException failure, @Nullable Savepoint savepoint, Item item)
      throws SQLException {
    List<BoundParameters> items = execution.request().parameters();
    SQLException takenBack = execution.takenBack(savepoint, failure);
    if (savepoint == null
        || takenBack != failure
        || !(failure instanceof BatchUpdateException batch)
        || execution.dialect().scopeOf(failure) != FailureScope.STATEMENT) {
      return failed(takenBack, items.size());
    }
    int[] counts = batch.getUpdateCounts();
    OutcomeSum sum = new OutcomeSum(execution);
    try {
      for (int i = 0; i < Math.min(counts.length, items.size()); i++) {
        if (counts[i] != Statement.EXECUTE_FAILED) {
          sum.add(item.run(items.get(i)));
        }
      }
    } catch (SQLException second) {
      return failed(execution.takenBack(savepoint, second), items.size());
    }
    return new PartialBatchException(sum.outcome(new long[items.size()]), batch);
  }

  /** Any shape, item by item. */
  StatementOutcome oneByOne(Item item) throws SQLException {
    List<BoundParameters> items = execution.request().parameters();
    Savepoint savepoint = items.size() > 1 ? execution.savepointIfAlive() : null;
    long[] counts = new long[items.size()];
    OutcomeSum sum = new OutcomeSum(execution);
    int done = 0;
    SQLException first = null;
    try {
      for (int i = 0; i < items.size(); i++) {
        try {
          StatementOutcome outcome = item.run(items.get(i));
          done++;
          counts[i] = outcome.updateCounts()[0];
          sum.add(outcome);
        } catch (SQLException failure) {
          requireSurvived(failure);
          counts[i] = Statement.EXECUTE_FAILED;
          first = first == null ? failure : first;
        }
      }
    } catch (SQLException failure) {
      throw failed(takenBackOrLost(savepoint, failure, done), items.size());
    }
    if (first != null) {
      int[] asInts = Arrays.stream(counts).mapToInt(Math::toIntExact).toArray();
      throw new PartialBatchException(
          sum.outcome(counts),
          new BatchUpdateException(
              first.getMessage(), first.getSQLState(), first.getErrorCode(), asInts, first));
    }
    return sum.outcome(counts);
  }

  /** Rethrows a failure after which the other items cannot take effect. */
  private void requireSurvived(SQLException failure) throws SQLException {
    if (isOurs(failure) || execution.dialect().scopeOf(failure) != FailureScope.STATEMENT) {
      throw failure;
    }
  }

  private static boolean isOurs(SQLException failure) {
    return failure instanceof StatementRefusedException
        || failure instanceof UnprotectedChangeException
        || failure instanceof TableChangedException;
  }

  /**
   * Without a savepoint, items before the one that was refused stay done, and nobody would know of
   * them.
   */
  private SQLException takenBackOrLost(
      @Nullable Savepoint savepoint, SQLException failure, int done) {
    boolean ours =
        failure instanceof StatementRefusedException || failure instanceof TableChangedException;
    if (savepoint != null || done == 0 || !ours) {
      return execution.takenBack(savepoint, failure);
    }
    return new UnprotectedChangeException(
        done
            + " items of a batch on "
            + execution.table().name()
            + " were executed before the next was refused. What to do: roll back. "
            + failure.getMessage(),
        failure);
  }

  private static SQLException failed(SQLException failure, int items) {
    if (isOurs(failure)) {
      return failure;
    }
    SQLException reason =
        failure instanceof BatchUpdateException && failure.getNextException() != null
            ? failure.getNextException()
            : failure;
    int[] counts = new int[items];
    Arrays.fill(counts, Statement.EXECUTE_FAILED);
    return new BatchUpdateException(
        "the batch failed and was taken back as a whole: " + reason.getMessage(),
        reason.getSQLState(),
        reason.getErrorCode(),
        counts,
        failure);
  }
}
