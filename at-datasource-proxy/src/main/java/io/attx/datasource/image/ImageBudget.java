package io.attx.datasource.image;

import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;

/** What the images of a branch may still hold while one statement runs. Used by one thread. */
public final class ImageBudget {
  private final ImageLimits limits;
  private final int rowsBefore;
  private final long bytesBefore;
  private int rows;
  private long bytes;

  /**
   * For one statement.
   *
   * @param rowsBefore how many rows the branch has imaged already
   * @param bytesBefore how many bytes these have
   */
  ImageBudget(ImageLimits limits, int rowsBefore, long bytesBefore) {
    this.limits = limits;
    this.rowsBefore = rowsBefore;
    this.bytesBefore = bytesBefore;
    this.rows = rowsBefore;
    this.bytes = bytesBefore;
  }

  /** Starts the statement anew. */
  void reset() {
    rows = rowsBefore;
    bytes = bytesBefore;
  }

  /** Takes one more row, whose images have about so many bytes. */
  void take(long imageBytes) {
    rows++;
    bytes += imageBytes;
  }

  /** What is exceeded when so many rows more are imaged, with both numbers; empty when nothing. */
  String excess(int more) {
    if ((long) rows + more > limits.maxRows()) {
      return "it brings this branch to "
          + ((long) rows + more)
          + " imaged rows or more, beyond the limit maxBranchRows of "
          + limits.maxRows();
    }
    return bytes > limits.maxBytes()
        ? "it brings the row images of this branch to "
            + bytes
            + " bytes or more, beyond the limit maxBranchBytes of "
            + limits.maxBytes()
        : "";
  }

  /** About how many bytes an image has. */
  public static long bytesOf(RowImage image) {
    long sum = 0;
    for (ColumnValue value : image.values()) {
      if (value instanceof ColumnValue.Text text) {
        sum += text.value().length() + 2L;
      } else {
        sum += value instanceof ColumnValue.Bytes raw ? raw.value().length + 2L : 1;
      }
    }
    return sum;
  }
}
