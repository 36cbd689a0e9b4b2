package io.attx.coordinator.http;

import io.attx.coordinator.runtime.DirtyBranch;
import io.attx.coordinator.runtime.HeldLock;
import io.attx.coordinator.runtime.Page;
import io.attx.coordinator.runtime.ResolveAnswer;
import io.attx.coordinator.runtime.TransactionDetail;
import io.attx.coordinator.state.AuditEntry;
import io.attx.coordinator.state.Quarantine;
import io.attx.coordinator.state.Resolution;
import io.attx.protocol.DirtyCase;
import io.attx.protocol.DirtyColumn;
import io.attx.protocol.FetchedValue;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.RowDecision;
import io.attx.protocol.ShownValue;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What operators see, as JSON. */
final class OperatorJson {
  private OperatorJson() {}

  static String dirty(Page<DirtyBranch> page) {
    return JsonWriter.object(
        json ->
            json.member("total", page.total())
                .list("branches", page.items(), OperatorJson::dirtySummary));
  }

  private static void dirtySummary(JsonWriter json, DirtyBranch dirty) {
    Quarantine quarantine = dirty.quarantine();
    json.member("xid", dirty.branch().xid().toString())
        .member("branch", dirty.branch().branch().toString())
        .member("application", dirty.application())
        .member("transaction", dirty.transaction())
        .member("resource", dirty.resource().toString())
        .member("description", dirty.description())
        .member("since", time(quarantine.sinceMillis()))
        .member("report", quarantine.report())
        .member("rows", quarantine.cases().total())
        .member("open", quarantine.open())
        .member("locks", dirty.locks())
        .member("servers", dirty.servers())
        .member("cause", dirty.cause())
        .member("detail", dirty.detail())
        .strings(
            "tables",
            quarantine.cases().cases().stream().map(DirtyCase::table).distinct().toList());
    Resolution running = quarantine.running();
    if (running != null) {
      json.member(
          "running",
          out ->
              out.member("resolution", running.number())
                  .member("operator", running.operator())
                  .member("reason", running.reason())
                  .member("obstacle", dirty.obstacle()));
    }
  }

  static String dirty(DirtyBranch dirty) {
    Quarantine quarantine = dirty.quarantine();
    return JsonWriter.object(
        json -> {
          dirtySummary(json, dirty);
          json.list(
                  "cases",
                  quarantine.cases().cases(),
                  (out, row) -> dirtyCase(out, row, quarantine.decision(row.row())))
              .member("casesLeftOut", quarantine.cases().leftOut());
        });
  }

  private static void dirtyCase(JsonWriter json, DirtyCase row, @Nullable RowDecision decision) {
    json.member("row", row.row())
        .member("table", row.table())
        .member("key", row.key())
        .member("kind", row.kind())
        .member("policy", row.policy())
        .member("now", row.now());
    if (decision != null) {
      json.member("decided", action(decision.action()));
    }
    json.list("columns", row.columns(), OperatorJson::column)
        .member("columnsLeftOut", row.columnsLeftOut());
  }

  private static void column(JsonWriter json, DirtyColumn column) {
    json.member("name", column.name()).member("type", column.type());
    value(json, "before", column.before());
    value(json, "after", column.after());
    value(json, "now", column.now());
    json.member("changedByBranch", column.changedByBranch())
        .member("changedByOthers", column.changedByOthers());
  }

  private static void value(JsonWriter json, String name, ShownValue value) {
    json.member(
        name,
        out -> {
          out.member("kind", value.kind().name().toLowerCase(Locale.ROOT));
          if (value.kind() == ShownValue.Kind.TEXT) {
            out.member("text", value.text());
          }
          if (value.isAbbreviated()) {
            out.member("length", value.length()).member("sha256", value.sha256());
          }
        });
  }

  static String value(FetchedValue value) {
    return JsonWriter.object(
        json ->
            json.member("kind", value.kind().name().toLowerCase(Locale.ROOT))
                .member("text", value.text())
                .member("length", value.length()));
  }

  static void answer(JsonWriter json, ResolveAnswer answer) {
    json.member("xid", answer.branch().xid().toString())
        .member("branch", answer.branch().branch().toString())
        .member("state", answer.state().name().toLowerCase(Locale.ROOT))
        .member("resolution", answer.resolution())
        .member("open", answer.open())
        .member("message", answer.message());
  }

  static String answers(long total, List<ResolveAnswer> answers) {
    return JsonWriter.object(
        json -> json.member("total", total).list("results", answers, OperatorJson::answer));
  }

  static String transaction(TransactionDetail detail) {
    return JsonWriter.object(
        json -> {
          StatusJson.transaction(json, detail.transaction());
          json.list("branchList", detail.branches(), OperatorJson::branch);
        });
  }

  private static void branch(JsonWriter json, TransactionDetail.BranchLine branch) {
    var end = branch.end();
    json.member("branch", branch.branch().toString())
        .member("resource", branch.resource().toString())
        .member("application", branch.application())
        .member("state", branch.state().name().toLowerCase(Locale.ROOT))
        .member("localEnd", end == null ? "" : end.name().toLowerCase(Locale.ROOT))
        .member("locks", branch.locks())
        .member("detail", branch.detail());
  }

  static String locks(Page<HeldLock> page, long waiting) {
    return JsonWriter.object(
        json ->
            json.member("total", page.total())
                .member("waiting", waiting)
                .list(
                    "locks",
                    page.items(),
                    (out, lock) ->
                        out.member("resource", lock.resource().toString())
                            .member("key", lock.key().toString())
                            .member("mode", lock.mode().name().toLowerCase(Locale.ROOT))
                            .member("xid", lock.holder().xid().toString())
                            .member("branch", lock.holder().branch().toString())
                            .strings(
                                "waiters",
                                lock.waiters().stream().map(Object::toString).toList())));
  }

  static String audit(Page<AuditEntry> page) {
    return JsonWriter.object(
        json ->
            json.member("last", page.total()).list("entries", page.items(), OperatorJson::entry));
  }

  private static void entry(JsonWriter json, AuditEntry entry) {
    var branch = entry.branch();
    json.member("number", entry.number())
        .member("at", time(entry.atMillis()))
        .member("event", entry.event().name().toLowerCase(Locale.ROOT))
        .member("operator", entry.operator())
        .member("reason", entry.reason())
        .member("xid", entry.xid().toString())
        .member("branch", branch == null ? "" : branch.toString())
        .member("resolution", entry.resolution())
        .list(
            "rows",
            entry.rows(),
            (out, row) ->
                out.member("row", row.row())
                    .member("table", row.table())
                    .member("key", row.key())
                    .member("action", action(row.action()))
                    .member("seen", row.seen())
                    .list(
                        "values",
                        row.values(),
                        (to, value) -> {
                          String text = value.text();
                          to.member("column", value.column()).member("isNull", text == null);
                          to.member("text", text == null ? "" : text);
                        }))
        .member("others", action(entry.others()))
        .member("outcome", entry.outcome())
        .member("digest", entry.digest());
  }

  private static String action(@Nullable ResolveAction action) {
    return action == null ? "" : action.name().toLowerCase(Locale.ROOT);
  }

  private static String time(long millis) {
    return millis == 0 ? "" : Instant.ofEpochMilli(millis).toString();
  }
}
