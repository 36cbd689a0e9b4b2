package io.attx.coordinator.lock;

import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.Xid;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The global row locks that are held. A key may be held by several branches of one transaction, in
 * any modes, and by several transactions in compatible modes. What a transaction holds on a key is
 * the strongest mode that one of its branches still asks for, so that the table is a function of
 * the live branches alone. Not thread-safe.
 */
public final class LockTable {
  private final Map<ResourceId, Map<RowLockKey, Hold>> holds = new HashMap<>();
  private int size;

  /** How many (key, transaction) pairs are held. */
  public int size() {
    return size;
  }

  /**
   * Takes all locks for one branch, or none.
   *
   * @return null when taken; otherwise a transaction that holds a conflicting lock
   */
  public @Nullable Xid acquire(Xid owner, ResourceId resource, List<LockRequest> locks) {
    if (locks.isEmpty()) {
      return null;
    }
    Map<RowLockKey, Hold> keys = holds.computeIfAbsent(resource, r -> new HashMap<>());
    for (int i = 0; i < locks.size(); i++) {
      LockRequest lock = locks.get(i);
      Xid holder = conflict(keys.get(lock.key()), owner, lock.mode());
      if (holder != null) {
        return holder;
      }
    }
    for (int i = 0; i < locks.size(); i++) {
      take(keys, owner, locks.get(i));
    }
    return null;
  }

  private void take(Map<RowLockKey, Hold> keys, Xid owner, LockRequest lock) {
    Hold head = keys.get(lock.key());
    Hold hold = head;
    while (hold != null && !hold.owner.equals(owner)) {
      hold = hold.next;
    }
    if (hold == null) {
      hold = new Hold(owner);
      hold.next = head;
      keys.put(lock.key(), hold);
      size++;
    }
    hold.add(lock.mode(), 1);
  }

  /**
   * Gives back what {@link #acquire} took for one branch, with equal arguments.
   *
   * @param released hears of each key on which this transaction now holds less
   */
  public void release(
      Xid owner, ResourceId resource, List<LockRequest> locks, KeyListener released) {
    if (locks.isEmpty()) {
      return;
    }
    Map<RowLockKey, Hold> keys = holds.get(resource);
    for (int i = 0; i < locks.size(); i++) {
      LockRequest lock = locks.get(i);
      drop(keys, owner, lock);
      released.changed(resource, lock.key());
    }
  }

  private void drop(@Nullable Map<RowLockKey, Hold> keys, Xid owner, LockRequest lock) {
    Hold head = keys == null ? null : keys.get(lock.key());
    Hold before = null;
    Hold hold = head;
    while (hold != null && !hold.owner.equals(owner)) {
      before = hold;
      hold = hold.next;
    }
    if (keys == null || hold == null || hold.add(lock.mode(), -1) < 0) {
      throw new IllegalStateException(
          owner + " gives back " + lock.key() + " " + lock.mode() + ", which it does not hold");
    }
    if (hold.isFree()) {
      size--;
      if (before != null) {
        before.next = hold.next;
      } else if (hold.next != null) {
        keys.put(lock.key(), hold.next);
      } else {
        keys.remove(lock.key());
      }
    }
  }

  /** Another transaction whose lock conflicts with what is asked for, or null. */
  public @Nullable Xid conflict(Xid owner, ResourceId resource, RowLockKey key, LockMode mode) {
    return conflict(head(resource, key), owner, mode);
  }

  private static @Nullable Xid conflict(@Nullable Hold head, Xid owner, LockMode mode) {
    for (Hold hold = head; hold != null; hold = hold.next) {
      if (!hold.mode().isCompatibleWith(mode) && !hold.owner.equals(owner)) {
        return hold.owner;
      }
    }
    return null;
  }

  /** A transaction in the way of any of the locks for which the predicate holds, or null. */
  public @Nullable Xid conflictWith(
      Xid owner, ResourceId resource, List<LockRequest> locks, Predicate<Xid> wanted) {
    for (int i = 0; i < locks.size(); i++) {
      LockRequest lock = locks.get(i);
      for (Hold hold = head(resource, lock.key()); hold != null; hold = hold.next) {
        if (!hold.mode().isCompatibleWith(lock.mode())
            && !hold.owner.equals(owner)
            && wanted.test(hold.owner)) {
          return hold.owner;
        }
      }
    }
    return null;
  }

  /** What the transaction holds on the key, or null. */
  public @Nullable LockMode held(Xid owner, ResourceId resource, RowLockKey key) {
    for (Hold hold = head(resource, key); hold != null; hold = hold.next) {
      if (hold.owner.equals(owner)) {
        return hold.mode();
      }
    }
    return null;
  }

  /** Adds every transaction whose lock on the key conflicts with what is asked for. */
  void addConflicts(
      Xid owner, ResourceId resource, RowLockKey key, LockMode mode, java.util.Collection<Xid> to) {
    for (Hold hold = head(resource, key); hold != null; hold = hold.next) {
      if (!hold.mode().isCompatibleWith(mode) && !hold.owner.equals(owner)) {
        to.add(hold.owner);
      }
    }
  }

  /** All transactions that hold a lock; for checks, not for hot paths. */
  public Set<Xid> owners() {
    Set<Xid> owners = new TreeSet<>();
    for (Map<RowLockKey, Hold> keys : holds.values()) {
      for (Hold head : keys.values()) {
        for (Hold hold = head; hold != null; hold = hold.next) {
          owners.add(hold.owner);
        }
      }
    }
    return owners;
  }

  /** Visits every lock; for checks, not for hot paths. */
  public void forEach(HoldVisitor visitor) {
    holds.forEach(
        (resource, keys) ->
            keys.forEach(
                (key, head) -> {
                  for (Hold hold = head; hold != null; hold = hold.next) {
                    visitor.held(resource, key, hold.owner, hold.mode());
                  }
                }));
  }

  private @Nullable Hold head(ResourceId resource, RowLockKey key) {
    Map<RowLockKey, Hold> keys = holds.get(resource);
    return keys == null ? null : keys.get(key);
  }

  /** Hears that a key became freer. */
  @FunctionalInterface
  public interface KeyListener {
    /** A transaction holds less on this key than before. */
    void changed(ResourceId resource, RowLockKey key);
  }

  /** Sees one lock. */
  @FunctionalInterface
  public interface HoldVisitor {
    /** One transaction holds one key. */
    void held(ResourceId resource, RowLockKey key, Xid owner, LockMode mode);
  }

  /** What one transaction holds on one key, as counts of its branches per mode. */
  private static final class Hold {
    final Xid owner;
    @Nullable Hold next;
    private int keyShares;
    private int updates;
    private int exclusives;

    Hold(Xid owner) {
      this.owner = owner;
    }

    int add(LockMode mode, int count) {
      return switch (mode) {
        case KEY_SHARE -> keyShares += count;
        case UPDATE -> updates += count;
        case EXCLUSIVE -> exclusives += count;
      };
    }

    LockMode mode() {
      if (exclusives > 0) {
        return LockMode.EXCLUSIVE;
      }
      return updates > 0 ? LockMode.UPDATE : LockMode.KEY_SHARE;
    }

    boolean isFree() {
      return keyShares == 0 && updates == 0 && exclusives == 0;
    }
  }
}
