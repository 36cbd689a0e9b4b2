/** The replicated log under the state machine: Apache Ratis, or memory for tests. */
@NullMarked
package io.attx.coordinator.log;

import org.jspecify.annotations.NullMarked;
