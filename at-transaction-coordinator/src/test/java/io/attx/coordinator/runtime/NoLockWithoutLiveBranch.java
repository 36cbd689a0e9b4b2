package io.attx.coordinator.runtime;

import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.Xid;
import io.attx.coordinator.state.CoordinatorState;
import io.attx.coordinator.state.Transaction;

/** Every row lock belongs to a branch that is neither undone nor forgotten nor committed. */
final class NoLockWithoutLiveBranch {
  private NoLockWithoutLiveBranch() {}

  static void check(CoordinatorState state) {
    state
        .locks()
        .forEach(
            (resource, key, owner, mode) ->
                ShadowReplica.check(
                    hasLiveBranch(state, owner, resource, key),
                    "NoLockWithoutLiveBranch",
                    owner + " holds " + key));
  }

  private static boolean hasLiveBranch(
      CoordinatorState state, Xid owner, ResourceId resource, RowLockKey key) {
    Transaction transaction = state.transaction(owner);
    return transaction != null
        && transaction.status() != io.attx.GlobalStatus.COMMITTING
        && transaction.branches().stream()
            .anyMatch(
                branch ->
                    !branch.state().isUndone()
                        && branch.resource().equals(resource)
                        && branch.locks().stream().anyMatch(lock -> lock.key().equals(key)));
  }
}
