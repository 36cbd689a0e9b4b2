package io.attx.datasource.dirty;

import io.attx.dirty.DirtyChain;
import io.attx.dirty.DirtyPolicies;
import io.attx.dirty.DirtyPolicy;
import java.util.List;
import java.util.Map;

/**
 * What a data source was told about dirty rows. Immutable.
 *
 * @param policies the chains; none means that everything is held
 * @param handlers by the name that {@code handler(name)} uses
 * @param listeners hear of every dirty row
 */
public record DirtySettings(
    DirtyPolicies policies,
    Map<String, DirtyRowHandler> handlers,
    List<DirtyRowListener> listeners) {
  /** Nothing said: everything is held. */
  public static final DirtySettings NONE =
      new DirtySettings(DirtyPolicies.NONE, Map.of(), List.of());

  /**
   * Checks what can be checked without the database.
   *
   * @throws IllegalArgumentException for an unknown handler, or for columns in the chain of all
   *     tables
   */
  public DirtySettings {
    handlers = Map.copyOf(handlers);
    listeners = List.copyOf(listeners);
    for (DirtyChain chain : policies.tables().values()) {
      requireHandlers(chain, handlers);
    }
    DirtyChain otherwise = policies.otherwise();
    if (otherwise != null) {
      requireHandlers(otherwise, handlers);
      for (DirtyPolicy policy : otherwise.policies()) {
        if (!policy.columns().isEmpty()) {
          throw new IllegalArgumentException(
              "the dirty-row policy for all tables names columns: '"
                  + policy
                  + "'. What to do: give it to the table that has them.");
        }
      }
    }
  }

  private static void requireHandlers(DirtyChain chain, Map<String, DirtyRowHandler> handlers) {
    for (DirtyPolicy policy : chain.policies()) {
      if (policy.action() == DirtyPolicy.Action.HANDLER
          && !handlers.containsKey(policy.names().get(0).text())) {
        throw new IllegalArgumentException(
            "the dirty-row policy '"
                + policy
                + "' names a handler that is not registered; there are "
                + handlers.keySet());
      }
    }
  }
}
