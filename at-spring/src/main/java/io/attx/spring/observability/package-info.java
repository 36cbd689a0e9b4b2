/**
 * Shows what the client does: observations (metrics and spans), meters, an actuator endpoint. Knows
 * nothing of how transactions are decided.
 */
@NullMarked
package io.attx.spring.observability;

import org.jspecify.annotations.NullMarked;
