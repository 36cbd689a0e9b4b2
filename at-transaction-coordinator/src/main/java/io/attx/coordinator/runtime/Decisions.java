package io.attx.coordinator.runtime;

import io.attx.coordinator.state.Quarantine;
import io.attx.protocol.DirtyCase;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.RowDecision;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operator's words turned into decisions about the rows that were reported.
 *
 * @param rows about single rows
 * @param others about all others, or null
 * @param problem the answer where they cannot be turned; null where they can
 */
record Decisions(
    List<RowDecision> rows, @Nullable ResolveAction others, @Nullable ResolveAnswer problem) {

  static Decisions of(ResolveRequest request, Quarantine quarantine) {
    List<RowDecision> rows = new ArrayList<>();
    for (ResolveRequest.Row each : request.rows()) {
      List<DirtyCase> matching =
          quarantine.cases().cases().stream()
              .filter(row -> row.row().startsWith(each.row()))
              .toList();
      if (matching.size() != 1) {
        return problem(
            request,
            matching.isEmpty() ? ResolveAnswer.State.NOT_FOUND : ResolveAnswer.State.INVALID,
            (matching.isEmpty() ? "no dirty row is called " : "several dirty rows are called ")
                + each.row());
      }
      DirtyCase row = matching.get(0);
      try {
        rows.add(new RowDecision(row.row(), each.action(), row.now(), each.values()));
      } catch (IllegalArgumentException wrong) {
        return problem(request, ResolveAnswer.State.INVALID, String.valueOf(wrong.getMessage()));
      }
    }
    String table = request.table();
    ResolveAction others = request.others();
    if (table == null || others == null || others == ResolveAction.RETRY) {
      return new Decisions(rows, others, null);
    }
    for (DirtyCase row : quarantine.cases().cases()) {
      boolean known = rows.stream().anyMatch(each -> each.row().equals(row.row()));
      if (!known && OperatorDesk.isOf(row, table)) {
        rows.add(new RowDecision(row.row(), others, row.now(), List.of()));
      }
    }
    return new Decisions(rows, null, null);
  }

  private static Decisions problem(
      ResolveRequest request, ResolveAnswer.State state, String message) {
    return new Decisions(
        List.of(), null, new ResolveAnswer(request.branch(), state, 0, 0, message));
  }
}
