package io.attx.coordinator.runtime;

import io.attx.BranchRef;
import io.attx.ResourceId;
import io.attx.coordinator.state.Quarantine;

/**
 * A branch in quarantine, to be shown. Immutable.
 *
 * @param branch which
 * @param resource where it lives
 * @param description of the resource, for people; empty when nobody announces it
 * @param application which registered it
 * @param transaction what the application calls the transaction
 * @param cause why the transaction rolls back
 * @param detail why the branch cannot be undone
 * @param quarantine rows, decisions
 * @param locks how many row locks it holds
 * @param obstacle why the running decision has not been carried out yet; empty when nothing is
 *     known
 * @param servers how many applications could carry one out now
 */
public record DirtyBranch(
    BranchRef branch,
    ResourceId resource,
    String description,
    String application,
    String transaction,
    String cause,
    String detail,
    Quarantine quarantine,
    int locks,
    String obstacle,
    int servers) {}
