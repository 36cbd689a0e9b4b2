/** The coordinator server: wiring and nothing else. */
@NullMarked
package io.attx.coordinator;

import org.jspecify.annotations.NullMarked;
