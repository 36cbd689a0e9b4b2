/**
 * Carries the xid from one process to the next over HTTP, and from one thread to the next by
 * Micrometer context propagation.
 */
@NullMarked
package io.attx.spring.propagation;

import org.jspecify.annotations.NullMarked;
