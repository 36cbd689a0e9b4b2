package io.attx.dirty;

import io.attx.dirty.DirtyPolicy.Action;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Policies that are asked one after the other; what the last one leaves open is held. Immutable.
 *
 * @param policies at least one
 */
public record DirtyChain(List<DirtyPolicy> policies) {
  /** A person decides about everything: what counts where nothing else was said. */
  public static final DirtyChain HOLD =
      new DirtyChain(List.of(new DirtyPolicy(Action.HOLD, List.of())));

  private static final int MAX_POLICIES = 16;

  /** Checks that every policy can be reached. */
  public DirtyChain {
    policies = List.copyOf(policies);
    if (policies.isEmpty() || policies.size() > MAX_POLICIES) {
      throw new IllegalArgumentException(
          "a chain has 1 to " + MAX_POLICIES + " policies, not " + policies.size());
    }
    for (int i = 0; i < policies.size(); i++) {
      DirtyPolicy policy = policies.get(i);
      if (policy.endsChain() && i < policies.size() - 1) {
        throw new IllegalArgumentException(
            "nothing behind '" + policy + "' is ever asked: '" + policies.get(i + 1) + "'");
      }
      boolean deltaTooLate =
          policy.action() == Action.DELTA && i > 0 && policies.get(i - 1).action() != Action.DELTA;
      if (deltaTooLate) {
        throw new IllegalArgumentException(
            "'" + policy + "' must come first: it counts before anything is compared");
      }
    }
  }

  /**
   * Reads a chain: {@code delta(balance),merge,hold}.
   *
   * @throws IllegalArgumentException with what is wrong and where
   */
  public static DirtyChain parse(String text) {
    return new PolicyParser(text).wholeChain();
  }

  @Override
  public String toString() {
    return policies.stream().map(DirtyPolicy::toString).collect(Collectors.joining(","));
  }
}
