package io.attx.protocol;

import java.util.List;

/**
 * Tells how branches ended locally; answered by {@link Done} when durable. Idempotent.
 *
 * @param reports at least one
 */
public record ReportBranches(List<BranchReport> reports) implements Request {
  /** Copies the list. */
  public ReportBranches {
    reports = List.copyOf(reports);
  }
}
