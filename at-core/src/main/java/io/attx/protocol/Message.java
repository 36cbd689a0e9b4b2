package io.attx.protocol;

/** Anything that travels in a frame. */
public sealed interface Message permits Request, Response, Push {}
