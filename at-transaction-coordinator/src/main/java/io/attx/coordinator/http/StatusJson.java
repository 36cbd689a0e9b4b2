package io.attx.coordinator.http;

import io.attx.coordinator.runtime.CoordinatorStatus;
import io.attx.coordinator.runtime.CoordinatorStatus.Counts;
import java.util.Locale;

/** The status as JSON, one method per resource of the API. */
final class StatusJson {
  private StatusJson() {}

  static String status(CoordinatorStatus status) {
    return JsonWriter.object(
        json ->
            json.member("leader", status.leader())
                .member("cluster", hex(status.cluster()))
                .member("position", status.position())
                .member("counts", counts -> counts(counts, status.counts()))
                .list("sessions", status.sessions(), StatusJson::session)
                .list("resources", status.resources(), StatusJson::resource));
  }

  static String transactions(CoordinatorStatus status) {
    Counts counts = status.counts();
    int total =
        counts.active()
            + counts.commitPending()
            + counts.committing()
            + counts.rollingBack()
            + counts.rolledBack();
    return JsonWriter.object(
        json ->
            json.member("total", total)
                .list("transactions", status.transactions(), StatusJson::transaction));
  }

  private static void counts(JsonWriter json, Counts counts) {
    json.member("active", counts.active())
        .member("commitPending", counts.commitPending())
        .member("committing", counts.committing())
        .member("rollingBack", counts.rollingBack())
        .member("rolledBack", counts.rolledBack())
        .member("branches", counts.branches())
        .member("locks", counts.locks())
        .member("waiting", counts.waiting())
        .member("sessions", counts.sessions())
        .member("quarantined", counts.quarantined())
        .member("committedTotal", counts.committedTotal())
        .member("rolledBackTotal", counts.rolledBackTotal())
        .member("entriesTotal", counts.entriesTotal());
  }

  private static void session(JsonWriter json, CoordinatorStatus.SessionStatus session) {
    json.member("number", session.number())
        .member("application", session.application())
        .member("remoteAddress", session.remoteAddress());
  }

  private static void resource(JsonWriter json, CoordinatorStatus.ResourceStatus resource) {
    json.member("resource", resource.resource().toString())
        .member("description", resource.description())
        .member("sessions", resource.sessions())
        .member("queued", resource.queued())
        .member("inFlight", resource.inFlight());
  }

  static void transaction(JsonWriter json, CoordinatorStatus.TransactionStatus tx) {
    json.member("xid", tx.xid().toString())
        .member("name", tx.name())
        .member("status", tx.status().name().toLowerCase(Locale.ROOT))
        .member("ageMillis", tx.ageMillis())
        .member("remainingMillis", tx.remainingMillis())
        .member("branches", tx.branches())
        .member("quarantined", tx.quarantined())
        .member("reason", tx.reason());
  }

  private static String hex(long value) {
    return Long.toHexString(value);
  }
}
