package io.attx.coordinator.state;

import io.attx.protocol.DirtyCase;
import io.attx.protocol.DirtyCases;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.RowDecision;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a branch while it is in quarantine. Immutable.
 *
 * @param report how often its resource manager has reported it; a decision names the report that
 *     the person saw
 * @param sinceMillis when it was reported first, by the wall clock; 0 where that is not known
 * @param cases its dirty rows, as last reported
 * @param decided decisions about rows that wait until all rows are decided
 * @param running the decision that a resource manager is to carry out, or null
 */
public record Quarantine(
    int report,
    long sinceMillis,
    DirtyCases cases,
    List<RowDecision> decided,
    @Nullable Resolution running) {
  /** Copies the list. */
  public Quarantine {
    decided = List.copyOf(decided);
  }

  /** The case of a row, or null. */
  public @Nullable DirtyCase row(String row) {
    for (DirtyCase each : cases.cases()) {
      if (each.row().equals(row)) {
        return each;
      }
    }
    return null;
  }

  /** The decision about a row that waits for others, or null. */
  public @Nullable RowDecision decision(String row) {
    for (RowDecision each : decided) {
      if (each.row().equals(row)) {
        return each;
      }
    }
    return null;
  }

  /** How many dirty rows have no decision. */
  public int open() {
    return cases.total() - decided.size();
  }

  /** Decisions with these added; the newer one about a row wins. */
  List<RowDecision> merged(List<RowDecision> more) {
    List<RowDecision> all = new ArrayList<>(more);
    for (RowDecision each : decided) {
      if (more.stream().noneMatch(newer -> newer.row().equals(each.row()))) {
        all.add(each);
      }
    }
    return all;
  }

  /** Whether every dirty row is among the cases, and there is one. */
  boolean isListedWhole() {
    return cases.total() > 0 && cases.leftOut() == 0;
  }

  /** These decisions, and the same action for each other case, as the row was reported. */
  List<RowDecision> decidedAll(List<RowDecision> rows, ResolveAction action) {
    List<RowDecision> all = new ArrayList<>(rows);
    for (DirtyCase each : cases.cases()) {
      if (rows.stream().noneMatch(known -> known.row().equals(each.row()))) {
        all.add(new RowDecision(each.row(), action, each.now(), List.of()));
      }
    }
    return all;
  }

  Quarantine withDecided(List<RowDecision> decisions) {
    return new Quarantine(report, sinceMillis, cases, decisions, running);
  }

  Quarantine withRunning(@Nullable Resolution resolution) {
    return new Quarantine(
        report, sinceMillis, cases, resolution == null ? decided : List.of(), resolution);
  }

  /** A newer report: decisions stay where the row is as it was. */
  Quarantine reported(DirtyCases newer) {
    Quarantine next = new Quarantine(report + 1, sinceMillis, newer, List.of(), null);
    List<RowDecision> valid = new ArrayList<>();
    List<RowDecision> known = running == null ? decided : running.rows();
    for (RowDecision each : known) {
      DirtyCase row = next.row(each.row());
      if (row != null && row.now().equals(each.expectedNow())) {
        valid.add(each);
      }
    }
    return next.withDecided(valid);
  }
}
