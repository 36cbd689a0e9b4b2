package io.attx.dirty;

/**
 * The name of a table, column, schema or handler as it was written.
 *
 * @param text without quotes
 * @param quoted whether it stood in double quotes, so that the database does not fold its case
 */
public record PolicyName(String text, boolean quoted) {
  @Override
  public String toString() {
    return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
