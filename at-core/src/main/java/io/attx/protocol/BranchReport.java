package io.attx.protocol;

import io.attx.BranchRef;
import io.attx.LocalEnd;

/**
 * How one branch ended locally.
 *
 * @param ref the branch; the coordinator knows its resource
 * @param end FAILED also for an id whose registration was given up or that the owner never heard
 *     of: that id stays refused for ever
 */
public record BranchReport(BranchRef ref, LocalEnd end) {}
