package io.attx.datasource.sql;

/**
 * A piece of the original SQL text, used verbatim in generated statements.
 *
 * @param start index of the first character in the original text
 * @param end index after the last character
 * @param firstParameter 0-based ordinal of the first placeholder inside, among all of the text
 * @param parameterCount how many placeholders are inside
 */
public record SqlSlice(int start, int end, int firstParameter, int parameterCount) {
  /** The text of this slice. */
  public String of(String sql) {
    return sql.substring(start, end);
  }
}
