/**
 * Frames and message bytes. No class name ever crosses the wire: every message has a fixed number,
 * every field a fixed place. Everything that is read is bounded before it is believed.
 *
 * <p>A frame is: 4-byte length of what follows, 2-byte magic, 1 byte version of the frame layout, 1
 * byte kind, 8-byte request id (0 for pushes), 1 byte message number, body. The first 16 bytes keep
 * their layout in all versions, so that a peer of another version can be told so. Numbers in bodies
 * are unsigned LEB128, strings and lists carry their length, enum constants their position; golden
 * bytes in the tests pin all of it.
 */
@NullMarked
package io.attx.protocol.codec;

import org.jspecify.annotations.NullMarked;
