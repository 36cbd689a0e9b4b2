/** JMH benchmarks of what each statement costs; started by {@code benchmarks/micro}. */
@NullMarked
package io.attx.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
