/** The table of global row locks. Pure. */
@NullMarked
package io.attx.coordinator.lock;

import org.jspecify.annotations.NullMarked;
