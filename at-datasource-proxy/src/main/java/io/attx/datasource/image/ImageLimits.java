package io.attx.datasource.image;

/**
 * Bounds of the images of one branch.
 *
 * @param maxRows the most rows that one branch may image
 * @param maxBytes the most bytes of these images
 * @param chunkRows how many keys go into one image query
 */
public record ImageLimits(int maxRows, long maxBytes, int chunkRows) {
  /** With no bound on the bytes. */
  public ImageLimits(int maxRows, int chunkRows) {
    this(maxRows, Long.MAX_VALUE, chunkRows);
  }
}
