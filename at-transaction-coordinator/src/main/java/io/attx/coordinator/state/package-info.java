/** The pure state machine: commands in, outcomes out. No I/O, no clock, no threads. */
@NullMarked
package io.attx.coordinator.state;

import org.jspecify.annotations.NullMarked;
