/** The versioned bytes of an undo record. No class name is ever read. */
@NullMarked
package io.attx.undolog.codec;

import org.jspecify.annotations.NullMarked;
