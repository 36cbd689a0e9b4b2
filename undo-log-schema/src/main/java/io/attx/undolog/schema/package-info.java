/** The undo table of each database as a script on the class path. */
@NullMarked
package io.attx.undolog.schema;

import org.jspecify.annotations.NullMarked;
