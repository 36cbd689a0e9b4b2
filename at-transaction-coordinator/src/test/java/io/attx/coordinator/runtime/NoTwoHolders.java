package io.attx.coordinator.runtime;

import io.attx.LockMode;
import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.Xid;
import io.attx.coordinator.state.CoordinatorState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** No two transactions hold a row in modes that exclude each other. */
final class NoTwoHolders {
  private record Place(ResourceId resource, RowLockKey key) {}

  private record Held(Xid owner, LockMode mode) {}

  private NoTwoHolders() {}

  static void check(CoordinatorState state) {
    Map<Place, List<Held>> byPlace = new HashMap<>();
    state
        .locks()
        .forEach(
            (resource, key, owner, mode) -> {
              List<Held> others =
                  byPlace.computeIfAbsent(new Place(resource, key), p -> new ArrayList<>());
              for (Held other : others) {
                ShadowReplica.check(
                    other.mode.isCompatibleWith(mode) && !other.owner.equals(owner),
                    "NoTwoHolders",
                    owner + " and " + other.owner + " hold " + key);
              }
              others.add(new Held(owner, mode));
            });
  }
}
