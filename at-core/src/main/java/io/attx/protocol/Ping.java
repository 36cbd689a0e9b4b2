package io.attx.protocol;

/** Keeps the connection alive; answered by {@link Done}. */
public record Ping() implements Request {}
