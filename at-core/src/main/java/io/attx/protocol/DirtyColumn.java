package io.attx.protocol;

/**
 * One column of a dirty row.
 *
 * @param name the column; cut at {@link Limits#MAX_NAME} characters
 * @param type its type as the database names it; cut likewise
 * @param before its value before the branch
 * @param after its value as the branch left it
 * @param now its value as it was found
 * @param changedByBranch whether before and after differ, as the database compares
 * @param changedByOthers whether after and now differ, as the database compares
 */
public record DirtyColumn(
    String name,
    String type,
    ShownValue before,
    ShownValue after,
    ShownValue now,
    boolean changedByBranch,
    boolean changedByOthers) {
  /** Cuts the names. */
  public DirtyColumn {
    name = Limits.cut(name, Limits.MAX_NAME);
    type = Limits.cut(type, Limits.MAX_NAME);
  }

  /** Characters of all texts, for the bound on the size of a case. */
  int characters() {
    return name.length()
        + type.length()
        + before.text().length()
        + after.text().length()
        + now.text().length();
  }
}
