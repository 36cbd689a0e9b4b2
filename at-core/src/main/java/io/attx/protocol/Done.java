package io.attx.protocol;

/**
 * The request was carried out.
 *
 * @param position the log position from which on its effect is durable
 */
public record Done(long position) implements Response {}
