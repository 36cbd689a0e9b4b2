/** One branch from its first statement to its end; phase two; the cleaner and the sweep. */
@NullMarked
package io.attx.datasource.branch;

import org.jspecify.annotations.NullMarked;
