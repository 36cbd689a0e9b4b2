package io.attx.protocol;

import io.attx.BranchRef;
import io.attx.ResourceId;

/**
 * What came of a {@link BranchCommand} or a {@link ResolveBranch}.
 *
 * @param ref the branch
 * @param resource where it lives
 * @param outcome how it went
 * @param detail for people, bounded by the sender; why it must be retried or was quarantined
 * @param resolution the number in the {@link ResolveBranch} that this answers; 0 for commands
 * @param cases the dirty rows; none unless the outcome is QUARANTINED
 */
public record BranchResult(
    BranchRef ref,
    ResourceId resource,
    Outcome outcome,
    String detail,
    long resolution,
    DirtyCases cases) {
  /** The result of a command, without dirty rows. */
  public BranchResult(BranchRef ref, ResourceId resource, Outcome outcome, String detail) {
    this(ref, resource, outcome, detail, 0, DirtyCases.NONE);
  }

  /** How it went. */
  public enum Outcome {
    /** The undo row or marker is gone. */
    UNDO_DELETED,
    /** The branch was committed locally and is compensated. */
    UNDONE,
    /** It cannot be compensated by itself; it waits for a person. Nothing was changed. */
    QUARANTINED,
    /** A passing obstacle (a row lock, a lost connection); the command is to be sent again. */
    RETRY,
    /**
     * Nothing had arrived and nothing ever can: a fence stands in the undo table. It must stay
     * until the owner of the branch said how it ended locally.
     */
    FENCED,
    /**
     * A decision of a person cannot be carried out; the detail says why. Nothing was changed, the
     * branch stays in quarantine with the cases that are known.
     */
    RESOLUTION_REFUSED
  }
}
