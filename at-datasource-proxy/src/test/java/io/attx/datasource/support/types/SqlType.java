package io.attx.datasource.support.types;

import java.util.List;

/**
 * A column type and values of it.
 *
 * @param definition as in CREATE TABLE
 * @param judge an expression over {@code v} that is different for different values and that no
 *     image query uses
 * @param isKey whether it can be the key of a table that takes part
 * @param literals values in SQL
 */
public record SqlType(String definition, String judge, boolean isKey, List<String> literals) {
  /** Copies the list. */
  public SqlType {
    literals = List.copyOf(literals);
  }

  /** The judging expression over a column. */
  public String judge(String column) {
    return judge.replaceAll("\\bv\\b", column);
  }

  @Override
  public String toString() {
    return definition;
  }
}
