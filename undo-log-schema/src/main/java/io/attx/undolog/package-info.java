/** The undo record of one branch: what its statements changed, row by row. Pure values. */
@NullMarked
package io.attx.undolog;

import org.jspecify.annotations.NullMarked;
