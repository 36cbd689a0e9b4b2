/**
 * The vocabulary that every module shares: identifiers, row lock keys, statuses and the exceptions
 * a caller may see. Pure values only: no I/O, no clock, no threads.
 */
@NullMarked
package io.attx;

import org.jspecify.annotations.NullMarked;
