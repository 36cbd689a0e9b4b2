package io.attx.protocol;

import java.util.List;

/**
 * A row that kept a branch from being undone, as it is shown to the person who decides. Texts that
 * are longer than their bound are cut.
 *
 * @param table schema and table, at most {@link Limits#MAX_NAME} characters
 * @param key names and values of the key columns, at most {@link Limits#MAX_KEY_TEXT} characters
 * @param row names the row within its branch, always the same for the same row: 8 to 64 lower-case
 *     hexadecimal digits
 * @param kind what happened to the row, in one or two words
 * @param policy the policy that gave the row to a person, or the chain of policies
 * @param columns those that differ first, at most {@link Limits#MAX_CASE_COLUMNS}
 * @param columnsLeftOut how many columns are not listed
 * @param now digest of the row as it was found, which says that it has not changed since: 8 to 64
 *     lower-case hexadecimal digits
 */
public record DirtyCase(
    String table,
    String key,
    String row,
    String kind,
    String policy,
    List<DirtyColumn> columns,
    int columnsLeftOut,
    String now) {
  private static final String DIGEST = "[0-9a-f]{8,64}";

  /** Copies, cuts and checks. */
  public DirtyCase {
    table = Limits.cut(table, Limits.MAX_NAME);
    key = Limits.cut(key, Limits.MAX_KEY_TEXT);
    kind = Limits.cut(kind, Limits.MAX_NAME);
    policy = Limits.cut(policy, Limits.MAX_NAME);
    columns = List.copyOf(columns);
    if (!isDigest(row) || !isDigest(now)) {
      throw new IllegalArgumentException(
          "a row is named by 8 to 64 hexadecimal digits, not by \""
              + row
              + "\" or \""
              + now
              + "\"");
    }
    if (columns.size() > Limits.MAX_CASE_COLUMNS || columnsLeftOut < 0) {
      throw new IllegalArgumentException(
          "a case with " + columns.size() + " columns, " + columnsLeftOut + " left out");
    }
  }

  /** Whether a text can name a row or its state. */
  public static boolean isDigest(String text) {
    return text.matches(DIGEST);
  }

  /** Characters of all texts, for the bound on the size of a report. */
  public int characters() {
    int sum = table.length() + key.length() + row.length() + kind.length() + policy.length();
    for (DirtyColumn column : columns) {
      sum += column.characters();
    }
    return sum + now.length();
  }
}
