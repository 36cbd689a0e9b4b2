package io.attx.coordinator.http;

import io.attx.coordinator.runtime.CoordinatorStatus;
import io.attx.coordinator.runtime.CoordinatorStatus.Counts;
import io.attx.coordinator.runtime.CoordinatorStatus.ResourceStatus;

/** The status in the text format of Prometheus. */
final class MetricsText {
  private final StringBuilder out = new StringBuilder(2048);

  private MetricsText() {}

  static String of(CoordinatorStatus status, long requests, long refusedHellos) {
    MetricsText text = new MetricsText();
    Counts counts = status.counts();
    text.gauge("attx_leader", "1 when this node serves", status.leader() ? 1 : 0);
    text.gauge("attx_applied_position", "Last applied log position", status.position());
    text.gauge("attx_sessions", "Open client sessions", counts.sessions());
    text.head("attx_transactions", "gauge", "Global transactions that have not ended");
    text.line("attx_transactions{state=\"active\"}", counts.active());
    text.line("attx_transactions{state=\"commit_pending\"}", counts.commitPending());
    text.line("attx_transactions{state=\"committing\"}", counts.committing());
    text.line("attx_transactions{state=\"rolling_back\"}", counts.rollingBack());
    text.line("attx_transactions{state=\"rolled_back\"}", counts.rolledBack());
    text.gauge("attx_branches", "Branches whose undo row may exist", counts.branches());
    text.gauge("attx_locks", "Row locks held", counts.locks());
    text.gauge("attx_lock_waiters", "Requests that wait for locks", counts.waiting());
    text.gauge("attx_quarantined_branches", "Branches in quarantine", counts.quarantined());
    text.gauge(
        "attx_phase_two_backlog",
        "Phase-two commands without a result",
        status.resources().stream().mapToLong(MetricsText::backlog).sum());
    text.counter("attx_committed_total", "Commits decided", counts.committedTotal());
    text.counter("attx_rolled_back_total", "Rollbacks decided", counts.rolledBackTotal());
    text.counter("attx_log_entries_total", "Log entries applied", counts.entriesTotal());
    text.counter("attx_requests_total", "Requests of clients", requests);
    text.counter("attx_refused_hellos_total", "Clients turned away", refusedHellos);
    return text.out.toString();
  }

  private static long backlog(ResourceStatus resource) {
    return (long) resource.queued() + resource.inFlight();
  }

  private void gauge(String name, String help, long value) {
    head(name, "gauge", help);
    line(name, value);
  }

  private void counter(String name, String help, long value) {
    head(name, "counter", help);
    line(name, value);
  }

  private void head(String name, String type, String help) {
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void line(String name, long value) {
    out.append(name).append(' ').append(value).append('\n');
  }
}
