package io.attx.datasource.branch;

import io.attx.BranchRef;
import io.attx.datasource.undo.BranchRollback;
import io.attx.datasource.undo.UndoOrder;
import io.attx.datasource.undo.UndoStore;
import io.attx.datasource.undo.UndoStore.FoundRow;
import io.attx.datasource.undo.UndoStore.State;
import io.attx.protocol.BranchFate;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for undo rows that a crash left behind and asks the coordinator what became of them.
 * Deletes or compensates only on a positive answer. One run at a time.
 */
final class UndoSweep {
  private static final Logger LOG = LoggerFactory.getLogger(UndoSweep.class);
  private static final int PAGE = 500;
  private static final long ANSWER_SECONDS = 30;
  private static final int ORPHANS_REMEMBERED = 10_000;

  private final AtResource resource;
  private final AtomicBoolean requested = new AtomicBoolean();

  /** Orphans already reported; the oldest are forgotten and reported again. Guarded by the run. */
  private final Set<BranchRef> reported =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<BranchRef, Boolean> eldest) {
              return size() > ORPHANS_REMEMBERED;
            }
          });

  UndoSweep(AtResource resource) {
    this.resource = resource;
  }

  /** Whether the caller has to queue a run: none is queued or running. */
  boolean request() {
    return requested.compareAndSet(false, true);
  }

  /** The run could not be queued. */
  void cancelRequest() {
    requested.set(false);
  }

  /** Goes through all old rows, page by page. */
  void run(HeldConnection held) throws SQLException {
    try {
      FoundRow last = null;
      List<FoundRow> page;
      do {
        page = find(held.get(), last);
        if (page.isEmpty()) {
          return;
        }
        held.release(); // nobody knows how long the answer takes
        List<BranchFate> fates = ask(page);
        settle(held, page, fates);
        last = page.get(page.size() - 1);
      } while (page.size() == PAGE);
    } catch (ExecutionException | TimeoutException unanswered) {
      LOG.info("old undo rows are looked at later: the coordinator did not answer", unanswered);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } finally {
      requested.set(false);
    }
  }

  private List<FoundRow> find(Connection connection, @Nullable FoundRow last) throws SQLException {
    connection.setAutoCommit(true);
    UndoStore undo = resource.undo();
    return undo.findOlderThan(connection, resource.settings().sweepAge(), last, PAGE);
  }

  private List<BranchFate> ask(List<FoundRow> page)
      throws ExecutionException, TimeoutException, InterruptedException {
    List<BranchRef> branches = page.stream().map(FoundRow::branch).toList();
    List<BranchFate> fates =
        resource.client().queryBranches(branches).get(ANSWER_SECONDS, TimeUnit.SECONDS);
    if (fates.size() != page.size()) {
      throw new IllegalStateException(
          "asked about " + page.size() + " branches, answered about " + fates.size());
    }
    return fates;
  }

  private void settle(HeldConnection held, List<FoundRow> page, List<BranchFate> fates)
      throws SQLException {
    List<BranchRef> undo = new ArrayList<>();
    List<BranchRef> markers = new ArrayList<>();
    for (int i = 0; i < page.size(); i++) {
      FoundRow row = page.get(i);
      switch (fates.get(i)) {
        case LIVE -> {}
        case COMMITTED -> committed(row, undo);
        case ROLLED_BACK -> {
          if (row.state() != State.UNDO || compensate(held, row.branch())) {
            markers.add(row.branch());
          }
        }
        case UNKNOWN -> orphan(row);
      }
    }
    delete(held, undo, markers);
  }

  private void committed(FoundRow row, List<BranchRef> undo) {
    if (row.state() == State.UNDO) {
      undo.add(row.branch());
    } else if (reported.add(row.branch())) {
      LOG.error(
          "branch {} is recorded as committed but its undo row says {}: it is kept; look at the"
              + " coordinator's record of this transaction",
          row.branch(),
          row.state());
    }
  }

  private void orphan(FoundRow row) {
    if (reported.add(row.branch())) {
      LOG.warn(
          "the coordinator knows nothing of branch {}, whose undo row ({}) is in {}: it is kept."
              + " It belongs to another coordinator or to one whose data was lost; delete it by"
              + " hand when that is certain",
          row.branch(),
          row.state(),
          resource);
    }
  }

  /** A branch that committed locally after its transaction was rolled back. */
  private boolean compensate(HeldConnection held, BranchRef branch) throws SQLException {
    LOG.error(
        "ALARM: branch {} committed locally although its global transaction was rolled back; it"
            + " is undone now",
        branch);
    BranchRollback.Outcome outcome =
        held.session(resource.rollback()).rollback(new UndoOrder(branch, true));
    boolean undone =
        outcome instanceof BranchRollback.Outcome.Undone
            || outcome instanceof BranchRollback.Outcome.Fenced;
    if (!undone) {
      LOG.error("ALARM: branch {} could not be undone: {}", branch, outcome);
    }
    return undone;
  }

  private void delete(HeldConnection held, List<BranchRef> undo, List<BranchRef> markers)
      throws SQLException {
    if (undo.isEmpty() && markers.isEmpty()) {
      return;
    }
    Connection connection = held.get();
    connection.setAutoCommit(false);
    if (!undo.isEmpty()) {
      resource.undo().deleteUndo(connection, undo);
    }
    if (!markers.isEmpty()) {
      resource.undo().deleteMarkers(connection, markers);
    }
    connection.commit();
    connection.setAutoCommit(true);
    LOG.info(
        "swept {} undo rows and {} markers that were left in {}",
        undo.size(),
        markers.size(),
        resource);
  }
}
