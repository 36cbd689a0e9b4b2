package io.attx.protocol.codec;

import io.attx.protocol.Message;

/**
 * One message with the id that pairs a response with its request.
 *
 * @param requestId 0 for pushes
 * @param message the content
 */
public record Frame(long requestId, Message message) {}
