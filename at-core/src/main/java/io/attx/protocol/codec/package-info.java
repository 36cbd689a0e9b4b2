/**
 * Frames and message bytes. No class name ever crosses the wire: every message has a fixed number.
 */
@NullMarked
package io.attx.protocol.codec;

import org.jspecify.annotations.NullMarked;
