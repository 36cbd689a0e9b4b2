package io.attx.datasource.branch;

import io.attx.BranchRef;
import io.attx.datasource.dirty.DirtyRow;
import io.attx.datasource.dirty.DirtyRowEvent;
import io.attx.datasource.dirty.DirtyRowListener;
import io.attx.datasource.undo.BranchRollback.Outcome;
import io.attx.datasource.undo.HeldRow;
import io.attx.datasource.undo.SettledRow;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log and the listeners of the application about dirty rows. Thread-safe. */
final class DirtyNotices {
  private static final Logger LOG = LoggerFactory.getLogger(DirtyNotices.class);
  private static final int MAX_NAMED = 5;

  private final AtResource resource;
  private final List<DirtyRowListener> listeners;

  DirtyNotices(AtResource resource, List<DirtyRowListener> listeners) {
    this.resource = resource;
    this.listeners = listeners;
  }

  /** The branch is undone. Returns what the coordinator is to record of it; mostly empty. */
  String undone(BranchRef branch, Outcome.Undone undone) {
    if (undone.settled().isEmpty()) {
      return undone.note();
    }
    StringBuilder summary = new StringBuilder();
    int named = 0;
    for (SettledRow settled : undone.settled()) {
      if (named++ < MAX_NAMED) {
        summary
            .append(summary.isEmpty() ? "" : "; ")
            .append(where(settled.row()))
            .append(": ")
            .append(settled.policy());
      }
      tell(new DirtyRowEvent(resource.id(), settled.row(), settled.policy(), false));
    }
    if (named > MAX_NAMED) {
      summary.append("; and ").append(named - MAX_NAMED).append(" more");
    }
    String detail = named + " dirty rows settled: " + summary;
    LOG.warn("branch {} on {} is undone, {}", branch, resource, detail);
    return detail.length() > 1_000 ? detail.substring(0, 1_000) : detail;
  }

  /** The branch waits for a person. */
  void quarantined(BranchRef branch, Outcome.Quarantined stuck) {
    LOG.error(
        "DIRTY ROWS: branch {} of global transaction {} on {} cannot be undone and waits for a"
            + " person; its row locks stay. {} To see and to decide: java -jar"
            + " at-transaction-coordinator.jar dirty show {} {}",
        branch.branch(),
        branch.xid(),
        resource,
        stuck.detail(),
        branch.xid(),
        branch.branch());
    for (HeldRow held : stuck.rows()) {
      tell(new DirtyRowEvent(resource.id(), held.row(), held.policy(), true));
    }
  }

  private static String where(DirtyRow row) {
    return row.table() + " " + io.attx.protocol.Limits.cut(row.key().toString(), 100);
  }

  private void tell(DirtyRowEvent event) {
    for (DirtyRowListener listener : listeners) {
      try {
        listener.onDirtyRow(event);
      } catch (RuntimeException failure) {
        LOG.error("a DirtyRowListener failed on {}", where(event.row()), failure);
      }
    }
  }
}
