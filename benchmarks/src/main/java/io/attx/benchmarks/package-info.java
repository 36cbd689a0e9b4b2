/** Measures what attx costs as a ratio against plain local transactions in the same run. */
@NullMarked
package io.attx.benchmarks;

import org.jspecify.annotations.NullMarked;
