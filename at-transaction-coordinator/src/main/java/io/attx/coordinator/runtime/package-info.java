/** The event loop around the state machine: admission, waiting, timers, phase-two dispatch. */
@NullMarked
package io.attx.coordinator.runtime;

import org.jspecify.annotations.NullMarked;
