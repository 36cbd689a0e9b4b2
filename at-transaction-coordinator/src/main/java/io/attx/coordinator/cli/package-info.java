/** The command line. */
@NullMarked
package io.attx.coordinator.cli;

import org.jspecify.annotations.NullMarked;
