/**
 * How dirty-row policies are written: their text and its parts, checked where they are declared.
 * What they do to a row is not here but with the resource manager. Pure values.
 */
@NullMarked
package io.attx.dirty;

import org.jspecify.annotations.NullMarked;
