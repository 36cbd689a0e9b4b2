package io.attx.client;

import io.attx.GlobalStatus;
import io.attx.Xid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The synchronizations of one transaction. Registered by any thread; called by the one that ends
 * the transaction, of which there is one.
 */
final class Synchronizations {
  private static final Logger LOG = LoggerFactory.getLogger(Synchronizations.class);

  private final Xid xid;
  private @Nullable List<GlobalTransactionSynchronization> registered;

  Synchronizations(Xid xid) {
    this.xid = xid;
  }

  synchronized void register(GlobalTransactionSynchronization synchronization) {
    List<GlobalTransactionSynchronization> all = registered;
    if (all == null) {
      all = new ArrayList<>();
      registered = all;
    }
    all.add(synchronization);
  }

  /** One that is registered by another one is called too. */
  void beforeCommit() {
    GlobalTransactionSynchronization next;
    for (int i = 0; (next = at(i)) != null; i++) {
      next.beforeCommit(xid);
    }
  }

  void beforeRollback() {
    each("beforeRollback", synchronization -> synchronization.beforeRollback(xid));
  }

  /** Tells how it ended. */
  void ended(GlobalStatus status) {
    GlobalStatus outcome =
        switch (status) {
          case COMMITTING, COMMITTED -> GlobalStatus.COMMITTED;
          case ROLLING_BACK, ROLLED_BACK -> GlobalStatus.ROLLED_BACK;
          case ACTIVE, COMMIT_PENDING, UNKNOWN -> GlobalStatus.UNKNOWN;
        };
    if (outcome == GlobalStatus.COMMITTED) {
      each("afterCommit", synchronization -> synchronization.afterCommit(xid));
    } else if (outcome == GlobalStatus.ROLLED_BACK) {
      each("afterRollback", synchronization -> synchronization.afterRollback(xid));
    }
    each("afterCompletion", synchronization -> synchronization.afterCompletion(xid, outcome));
  }

  private void each(String when, Consumer<GlobalTransactionSynchronization> call) {
    GlobalTransactionSynchronization next;
    for (int i = 0; (next = at(i)) != null; i++) {
      try {
        call.accept(next);
      } catch (RuntimeException | Error failure) {
        LOG.error(
            "{} of {} failed; the outcome of global transaction {} is not affected",
            when,
            next,
            xid,
            failure);
      }
    }
  }

  private synchronized @Nullable GlobalTransactionSynchronization at(int index) {
    return registered == null || index >= registered.size() ? null : registered.get(index);
  }
}
