/** What operators do, with real processes and databases, from the log line to the end. */
@NullMarked
package io.attx.it.operator;

import org.jspecify.annotations.NullMarked;
