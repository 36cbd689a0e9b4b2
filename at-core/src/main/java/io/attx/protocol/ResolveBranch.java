package io.attx.protocol;

import io.attx.BranchRef;
import io.attx.ResourceId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person decided about a branch in quarantine: undo it in one local transaction with these
 * decisions, or change nothing. Answered among {@link PhaseTwoResults} by a result with the same
 * {@code resolution}: UNDONE; QUARANTINED with fresh cases where a row is not what the person saw
 * any more or a dirty row has no decision; RESOLUTION_REFUSED where a decision cannot be carried
 * out; or RETRY. Idempotent: a branch that is undone already answers UNDONE.
 *
 * @param resolution the number of the decision at the coordinator, positive
 * @param ref the branch
 * @param resource where it lives
 * @param locallyCommitted as in {@link BranchCommand}
 * @param dirtyPolicy as in {@link BranchCommand}
 * @param rows decisions about single rows, at most {@link Limits#MAX_CASES}
 * @param others what to do with dirty rows that are not among {@code rows}, without looking at what
 *     they are now; RETRY leaves them to the declared policies; null holds them. KEEP also ends a
 *     branch that cannot be undone for another reason: its rows stay as they are
 * @param operator who decided
 * @param reason why
 */
public record ResolveBranch(
    long resolution,
    BranchRef ref,
    ResourceId resource,
    boolean locallyCommitted,
    String dirtyPolicy,
    List<RowDecision> rows,
    @Nullable ResolveAction others,
    String operator,
    String reason)
    implements Push {
  /** Copies and checks. */
  public ResolveBranch {
    rows = List.copyOf(rows);
    if (resolution <= 0 || rows.size() > Limits.MAX_CASES || others == ResolveAction.VALUES) {
      throw new IllegalArgumentException(
          "resolution " + resolution + " with " + rows.size() + " rows and " + others);
    }
  }
}
