/**
 * Listeners of application events that wait for the end of the global transaction in which an event
 * was published.
 */
@NullMarked
package io.attx.spring.event;

import org.jspecify.annotations.NullMarked;
