package io.attx.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * The dirty rows of one branch, within bounds: at most {@link Limits#MAX_CASES} rows and {@link
 * Limits#MAX_CASES_CHARACTERS} characters.
 *
 * @param cases the first ones
 * @param leftOut how many more there are
 */
public record DirtyCases(List<DirtyCase> cases, int leftOut) {
  /** No dirty row. */
  public static final DirtyCases NONE = new DirtyCases(List.of(), 0);

  /** Copies and checks the bounds. */
  public DirtyCases {
    cases = List.copyOf(cases);
    if (leftOut < 0 || fitting(cases) < cases.size()) {
      throw new IllegalArgumentException(
          cases.size()
              + " dirty rows are more than a report may hold, and "
              + leftOut
              + " left out");
    }
  }

  /** As many as fit; the others are counted. */
  public static DirtyCases of(List<DirtyCase> all) {
    return of(all, all.size());
  }

  /** As many of the first ones as fit; the others are counted. */
  public static DirtyCases of(List<DirtyCase> first, int total) {
    int fitting = fitting(first);
    return new DirtyCases(new ArrayList<>(first.subList(0, fitting)), total - fitting);
  }

  private static int fitting(List<DirtyCase> all) {
    long characters = 0;
    int count = 0;
    while (count < all.size() && count < Limits.MAX_CASES) {
      characters += all.get(count).characters();
      if (characters > Limits.MAX_CASES_CHARACTERS) {
        break;
      }
      count++;
    }
    return count;
  }

  /** Rows in all. */
  public int total() {
    return cases.size() + leftOut;
  }

  /** Characters of all texts. */
  public int characters() {
    return cases.stream().mapToInt(DirtyCase::characters).sum();
  }
}
