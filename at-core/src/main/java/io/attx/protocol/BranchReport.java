package io.attx.protocol;

import io.attx.BranchRef;
import io.attx.LocalEnd;
import io.attx.ResourceId;

/**
 * How one branch ended locally.
 *
 * @param ref the branch
 * @param resource its resource
 * @param end FAILED also for an id whose registration was given up: that id stays refused for ever
 */
public record BranchReport(BranchRef ref, ResourceId resource, LocalEnd end) {}
