package io.attx.datasource.branch;

import io.attx.BranchRef;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchResult;
import io.attx.protocol.BranchResult.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes undo rows and markers in batches and acknowledges each after the commit of its deletion.
 * One thread.
 */
final class UndoCleaner implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(UndoCleaner.class);
  private static final int MAX_QUEUED = 100_000;
  private static final int BATCH = 500;
  private static final long COLLECT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long IDLE_MILLIS = 200;

  private final AtResource resource;
  private final HeldConnection held;
  private final LinkedBlockingQueue<Deletion> queue = new LinkedBlockingQueue<>(MAX_QUEUED);

  private record Deletion(BranchCommand command, Consumer<BranchResult> results) {
    void answer(Outcome outcome, String detail) {
      results.accept(new BranchResult(command.ref(), command.resource(), outcome, detail));
    }
  }

  UndoCleaner(DataSource pool, AtResource resource) {
    this.resource = resource;
    this.held = new HeldConnection(pool, true);
  }

  /** Queues a deletion; false when too much is queued. */
  boolean offer(BranchCommand command, Consumer<BranchResult> results) {
    return queue.offer(new Deletion(command, results));
  }

  @Override
  public void run() {
    List<Deletion> batch = new ArrayList<>(BATCH);
    try {
      while (!Thread.currentThread().isInterrupted()) {
        collect(batch);
        delete(batch);
        batch.clear();
      }
    } catch (InterruptedException stop) {
      LOG.debug("the undo cleaner stops");
    } finally {
      held.release();
    }
  }

  /** Waits for the first, then a little for more, so that one statement deletes many rows. */
  private void collect(List<Deletion> batch) throws InterruptedException {
    Deletion first = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
    if (first == null) {
      held.release();
      first = queue.take();
    }
    batch.add(first);
    long deadline = System.nanoTime() + COLLECT_NANOS;
    while (batch.size() < BATCH) {
      queue.drainTo(batch, BATCH - batch.size());
      long left = deadline - System.nanoTime();
      Deletion next =
          batch.size() < BATCH && left > 0 ? queue.poll(left, TimeUnit.NANOSECONDS) : null;
      if (next == null) {
        return;
      }
      batch.add(next);
    }
  }

  private void delete(List<Deletion> batch) {
    List<BranchRef> undo = new ArrayList<>();
    List<BranchRef> markers = new ArrayList<>();
    for (Deletion deletion : batch) {
      boolean commit = deletion.command().action() == BranchCommand.Action.COMMIT;
      (commit ? undo : markers).add(deletion.command().ref());
    }
    try {
      Connection connection = held.get();
      if (!undo.isEmpty()) {
        resource.undo().deleteUndo(connection, undo);
      }
      if (!markers.isEmpty()) {
        resource.undo().deleteMarkers(connection, markers);
      }
      connection.commit();
    } catch (SQLException | RuntimeException failure) {
      held.discard();
      LOG.warn("{} undo rows could not be deleted now", batch.size(), failure);
      String detail = PhaseTwo.shorten(failure);
      batch.forEach(deletion -> deletion.answer(Outcome.RETRY, detail));
      return;
    }
    batch.forEach(deletion -> deletion.answer(Outcome.UNDO_DELETED, ""));
  }
}
