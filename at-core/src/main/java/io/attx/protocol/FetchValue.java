package io.attx.protocol;

import io.attx.BranchRef;
import io.attx.ResourceId;

/**
 * Asks for a value of a dirty row that was abbreviated. Answered by {@link FetchedValue} with the
 * same {@code call}.
 *
 * @param call pairs question and answer
 * @param ref the branch
 * @param resource where it lives
 * @param row which row, as {@link DirtyCase#row}
 * @param column its name
 * @param image which of the three
 * @param offset the first character that is wanted
 */
public record FetchValue(
    long call,
    BranchRef ref,
    ResourceId resource,
    String row,
    String column,
    Image image,
    long offset)
    implements Push {
  /** Which image of the row. Golden bytes pin the order. */
  public enum Image {
    /** Before the branch. */
    BEFORE,
    /** As the branch left it. */
    AFTER,
    /** As it is in the database at this moment. */
    NOW
  }
}
