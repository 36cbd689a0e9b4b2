package io.attx.dirty;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A table as it was written in a policy. Immutable.
 *
 * @param qualifiers schema, or catalog and schema; empty when not qualified
 * @param name the table
 */
public record PolicyTable(List<PolicyName> qualifiers, PolicyName name) {
  /** Copies the list. */
  public PolicyTable {
    qualifiers = List.copyOf(qualifiers);
  }

  @Override
  public String toString() {
    String before = qualifiers.stream().map(q -> q + ".").collect(Collectors.joining());
    return before + name;
  }
}
