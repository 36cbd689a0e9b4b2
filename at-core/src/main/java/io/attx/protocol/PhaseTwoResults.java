package io.attx.protocol;

import java.util.List;

/**
 * What came of phase-two commands; answered by {@link Done} when durable. Idempotent.
 *
 * @param results at least one
 */
public record PhaseTwoResults(List<BranchResult> results) implements Request {
  /** Copies the list. */
  public PhaseTwoResults {
    results = List.copyOf(results);
  }
}
