package io.attx.datasource.branch;

import io.attx.Xid;
import io.attx.client.GlobalTransactionSynchronization;
import io.attx.client.Participation;
import io.attx.client.ResourceManagerClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A local transaction outside of any global transaction that respects row locks. It has a name for
 * its lock checks, taken when it is first needed, and takes part in nothing. Used by one thread at
 * a time.
 */
final class OutsideParticipation implements Participation {
  private final ResourceManagerClient client;
  private @Nullable Xid name;

  OutsideParticipation(ResourceManagerClient client) {
    this.client = client;
  }

  @Override
  public Xid xid() {
    Xid known = name;
    if (known == null) {
      known = client.nameOutside();
      name = known;
    }
    return known;
  }

  @Override
  public Xid export() {
    throw new IllegalStateException("there is no global transaction that could leave the process");
  }

  @Override
  public void register(GlobalTransactionSynchronization synchronization) {
    throw new IllegalStateException("there is no global transaction to synchronize with");
  }

  @Override
  public @Nullable Duration lockWait() {
    return null;
  }

  @Override
  public void setRollbackOnly() {}

  @Override
  public boolean isRollbackOnly() {
    return false;
  }

  @Override
  public long remainingNanos() {
    return Long.MAX_VALUE;
  }
}
