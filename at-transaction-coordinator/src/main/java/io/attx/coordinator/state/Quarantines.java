package io.attx.coordinator.state;

import io.attx.GlobalStatus;
import io.attx.coordinator.state.Outcome.NotResolved.Why;
import io.attx.protocol.BranchResult;
import io.attx.protocol.DirtyCase;
import io.attx.protocol.DirtyCases;
import io.attx.protocol.Limits;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.RowDecision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Branches in quarantine, what people decide about them, and the trail of it. */
final class Quarantines {
  /** The most characters of dirty rows that are kept for all branches together. */
  static final long MAX_CHARACTERS = 32L * 1024 * 1024;

  private final CoordinatorState state;
  private long characters;

  Quarantines(CoordinatorState state) {
    this.state = state;
  }

  // ---- what resource managers report ----

  /** A result about a branch that is, or comes, into quarantine, or that ends a resolution. */
  Outcome examined(Command.Examined command, Endings endings) {
    BranchResult result = command.result();
    Branch branch = state.branch(result.ref());
    if (branch == null) {
      return Outcome.DONE;
    }
    switch (result.outcome()) {
      case UNDONE -> endings.compensated(branch, command.wallMillis());
      case FENCED -> endings.undone(branch, command.wallMillis());
      case QUARANTINED -> reported(branch, result, command.wallMillis());
      case RESOLUTION_REFUSED -> refused(branch, result, command.wallMillis());
      case RETRY, UNDO_DELETED -> {}
    }
    return Outcome.DONE;
  }

  /** The branch cannot be undone. */
  void reported(Branch branch, BranchResult result, long wallMillis) {
    Transaction transaction = branch.transaction;
    if (transaction.status != GlobalStatus.ROLLING_BACK || branch.state.isUndone()) {
      return;
    }
    Quarantine before = branch.quarantine;
    Resolution running = before == null ? null : before.running();
    if (before != null && result.resolution() != (running == null ? 0 : running.number())) {
      return; // The answer to something older than what is under way.
    }
    String detail = CoordinatorState.cut(result.detail());
    if (before != null && running == null && repeats(branch, before, detail, result.cases())) {
      return;
    }
    branch.detail = detail;
    forget(before);
    DirtyCases kept = keep(result.cases());
    branch.quarantine =
        before == null
            ? new Quarantine(1, wallMillis, kept, List.of(), null)
            : before.reported(kept);
    if (branch.state != BranchState.QUARANTINED) {
      branch.become(BranchState.QUARANTINED);
      transaction.quarantined++;
    }
    if (running != null) {
      ended(branch, running, Resolution.End.HELD, "held: " + detail, wallMillis);
    }
    state.listener.branchQuarantined(branch);
  }

  private static boolean repeats(
      Branch branch, Quarantine before, String detail, DirtyCases cases) {
    return branch.detail.equals(detail)
        && (before.cases().equals(cases)
            || (before.cases().cases().isEmpty() && before.cases().total() == cases.total()));
  }

  private void refused(Branch branch, BranchResult result, long wallMillis) {
    Quarantine quarantine = branch.quarantine;
    Resolution running = quarantine == null ? null : quarantine.running();
    if (quarantine != null && running != null && running.number() == result.resolution()) {
      branch.quarantine = quarantine.withRunning(null);
      String detail = CoordinatorState.cut(result.detail());
      ended(branch, running, Resolution.End.REFUSED, "refused: " + detail, wallMillis);
    }
  }

  /** The branch is undone: it leaves quarantine. */
  void left(Branch branch, long wallMillis) {
    Quarantine quarantine = branch.quarantine;
    branch.transaction.quarantined--;
    branch.detail = "";
    branch.quarantine = null;
    forget(quarantine);
    Resolution running = quarantine == null ? null : quarantine.running();
    if (running != null) {
      ended(branch, running, Resolution.End.UNDONE, "undone", wallMillis);
    }
  }

  private void ended(
      Branch branch, Resolution running, Resolution.End end, String outcome, long wallMillis) {
    audit(
        new AuditEntry(
            0,
            wallMillis,
            AuditEntry.Event.END,
            running.operator(),
            running.reason(),
            branch.transaction.xid,
            branch.id,
            running.number(),
            List.of(),
            null,
            outcome,
            ""));
    state.listener.resolutionEnded(branch, running, end, outcome);
  }

  private DirtyCases keep(DirtyCases cases) {
    if (characters + cases.characters() > MAX_CHARACTERS) {
      return new DirtyCases(List.of(), cases.total());
    }
    characters += cases.characters();
    return cases;
  }

  private void forget(@Nullable Quarantine quarantine) {
    if (quarantine != null) {
      characters -= quarantine.cases().characters();
    }
  }

  /** Counts what was read from a snapshot. */
  void recount(Quarantine quarantine) {
    characters += quarantine.cases().characters();
  }

  // ---- what people decide ----

  Outcome resolve(Command.Resolve command) {
    Branch branch = state.branch(command.branch());
    Quarantine quarantine = branch == null ? null : branch.quarantine;
    if (branch == null || quarantine == null) {
      return new Outcome.NotResolved(
          Why.NOT_FOUND, "branch " + command.branch() + " is not in quarantine");
    }
    List<AuditEntry.Row> audited = audited(quarantine, command.rows());
    Outcome.NotResolved refusal = check(quarantine, command);
    if (refusal != null) {
      decided(branch, command, 0, audited, "refused: " + refusal.message());
      return refusal;
    }
    ResolveAction others = command.others();
    List<RowDecision> rows =
        others == ResolveAction.RETRY ? command.rows() : quarantine.merged(command.rows());
    if (others != null && others != ResolveAction.RETRY) {
      rows = quarantine.decidedAll(rows, others);
      others = quarantine.isListedWhole() ? null : others;
    }
    if (others == null && rows.size() < quarantine.cases().total()) {
      branch.quarantine = quarantine.withDecided(rows);
      int open = branch.quarantine.open();
      decided(branch, command, 0, audited, "recorded, " + open + " rows are open");
      return new Outcome.Recorded(open);
    }
    Resolution older = quarantine.running();
    Resolution next =
        new Resolution(state.nextResolution++, rows, others, command.operator(), command.reason());
    branch.quarantine = quarantine.withRunning(next);
    decided(branch, command, next.number(), audited, "started");
    if (older != null) {
      String outcome = "replaced by " + next.number();
      ended(branch, older, Resolution.End.REPLACED, outcome, command.wallMillis());
    }
    state.listener.resolutionStarted(branch);
    return new Outcome.Resolving(next.number());
  }

  private static Outcome.@Nullable NotResolved check(
      Quarantine quarantine, Command.Resolve command) {
    if (command.report() != quarantine.report()) {
      return new Outcome.NotResolved(
          Why.CHANGED_SINCE,
          "the decision is about report "
              + command.report()
              + " and there is report "
              + quarantine.report()
              + " by now: look at it again");
    }
    if (command.rows().isEmpty() && command.others() == null) {
      return new Outcome.NotResolved(Why.INVALID, "nothing is decided");
    }
    for (RowDecision each : command.rows()) {
      DirtyCase row = quarantine.row(each.row());
      if (row == null) {
        return new Outcome.NotResolved(Why.NOT_FOUND, "no dirty row " + each.row());
      }
      if (!row.now().equals(each.expectedNow())) {
        return new Outcome.NotResolved(
            Why.CHANGED_SINCE,
            "row " + each.row() + " is " + row.now() + " and not " + each.expectedNow());
      }
    }
    return null;
  }

  private void decided(
      Branch branch,
      Command.Resolve command,
      long number,
      List<AuditEntry.Row> rows,
      String outcome) {
    audit(
        new AuditEntry(
            0,
            command.wallMillis(),
            AuditEntry.Event.DECISION,
            command.operator(),
            command.reason(),
            branch.transaction.xid,
            branch.id,
            number,
            rows,
            command.others(),
            outcome,
            ""));
  }

  private static List<AuditEntry.Row> audited(Quarantine quarantine, List<RowDecision> rows) {
    List<AuditEntry.Row> audited = new ArrayList<>();
    for (RowDecision each : rows) {
      DirtyCase row = quarantine.row(each.row());
      audited.add(
          new AuditEntry.Row(
              each.row(),
              row == null ? "" : row.table(),
              row == null ? "" : row.key(),
              each.action(),
              each.expectedNow(),
              each.values().stream().map(Quarantines::shortened).toList()));
    }
    return audited;
  }

  private static RowDecision.ColumnText shortened(RowDecision.ColumnText value) {
    String text = value.text();
    return new RowDecision.ColumnText(
        Limits.cut(value.column(), Limits.MAX_NAME),
        text == null ? null : Limits.cut(text, Limits.MAX_NAME));
  }

  // ---- rollbacks that people ask for ----

  void rollbackAsked(Command.ForceRollback command, GlobalStatus status) {
    audit(
        new AuditEntry(
            0,
            command.wallMillis(),
            AuditEntry.Event.ROLLBACK,
            command.operator(),
            command.reason(),
            command.xid(),
            null,
            0,
            List.of(),
            null,
            status.name().toLowerCase(Locale.ROOT),
            ""));
  }

  // ---- the trail ----

  private void audit(AuditEntry draft) {
    state.listener.audited(state.audit.add(draft));
  }
}
