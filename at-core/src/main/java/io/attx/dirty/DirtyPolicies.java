package io.attx.dirty;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was declared for dirty rows: a chain for single tables, and one for all others. Immutable.
 *
 * @param tables the chains of single tables
 * @param otherwise the chain of all others; null where nothing was said of them
 */
public record DirtyPolicies(Map<PolicyTable, DirtyChain> tables, @Nullable DirtyChain otherwise) {
  /** The longest text, in characters. */
  public static final int MAX_TEXT = 4_000;

  /** Nothing declared. */
  public static final DirtyPolicies NONE = new DirtyPolicies(Map.of(), null);

  /** Copies the map. */
  public DirtyPolicies {
    tables = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(tables));
  }

  /**
   * Reads policies: {@code account=delta(balance),merge,hold; audit.entry=keep; merge}. A part
   * without a table is for all others. The empty text declares nothing.
   *
   * @throws IllegalArgumentException with what is wrong and where
   */
  public static DirtyPolicies parse(String text) {
    return text.isBlank() ? NONE : new PolicyParser(text).policies();
  }

  /**
   * Reads the name of a table: {@code account}, {@code bank.account}, {@code "Account"}.
   *
   * @throws IllegalArgumentException with what is wrong and where
   */
  public static PolicyTable parseTable(String text) {
    return new PolicyParser(text).wholeTable();
  }

  /** Whether nothing was declared. */
  public boolean isEmpty() {
    return tables.isEmpty() && otherwise == null;
  }

  /** The text that {@link #parse} reads. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    tables.forEach(
        (table, chain) ->
            text.append(text.isEmpty() ? "" : "; ").append(table).append('=').append(chain));
    if (otherwise != null) {
      text.append(text.isEmpty() ? "" : "; ").append(otherwise);
    }
    return text.toString();
  }
}
