package io.attx.protocol;

import io.attx.BranchRef;
import java.util.List;

/**
 * Asks what became of branches whose undo rows were found; answered by {@link BranchFates}.
 *
 * @param branches at least one
 */
public record QueryBranches(List<BranchRef> branches) implements Request {
  /** Copies the list. */
  public QueryBranches {
    branches = List.copyOf(branches);
  }
}
