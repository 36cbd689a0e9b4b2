package io.attx.protocol;

import java.util.List;

/**
 * The answer to {@link QueryBranches}.
 *
 * @param fates one for each branch asked for, in that order
 */
public record BranchFates(List<BranchFate> fates) implements Response {
  /** Copies the list. */
  public BranchFates {
    fates = List.copyOf(fates);
  }
}
