package io.attx.protocol;

import io.attx.BranchRef;
import java.util.List;

/**
 * The coordinator wants to decide and misses reports; the client answers with {@link
 * ReportBranches} for those that have ended (FAILED for those it never heard of) and for the others
 * when they end.
 *
 * @param branches branches of this session
 */
public record AskLocalEnds(List<BranchRef> branches) implements Push {
  /** Copies the list. */
  public AskLocalEnds {
    branches = List.copyOf(branches);
  }
}
