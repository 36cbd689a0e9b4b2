/**
 * One immutable record per message between a client and the coordinator. Messages know values,
 * never bytes or channels; {@code io.attx.protocol.codec} turns them into frames.
 */
@NullMarked
package io.attx.protocol;

import org.jspecify.annotations.NullMarked;
