package io.attx.datasource.image;

/**
 * Bounds of one statement's images.
 *
 * @param maxRows the most rows that one branch may image
 * @param chunkRows how many keys go into one image query
 */
public record ImageLimits(int maxRows, int chunkRows) {}
