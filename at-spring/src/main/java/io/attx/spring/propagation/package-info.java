/** Carries the xid from one process to the next: for now over HTTP. */
@NullMarked
package io.attx.spring.propagation;

import org.jspecify.annotations.NullMarked;
