/** Requests from the network to the runtime, and answers back. */
@NullMarked
package io.attx.coordinator.rpc;

import org.jspecify.annotations.NullMarked;
