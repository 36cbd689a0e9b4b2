/**
 * Health, metrics and status over HTTP, on the server of the JDK: small, read-only, no further
 * dependency. The console and the operator API build on it later.
 */
@NullMarked
package io.attx.coordinator.http;

import org.jspecify.annotations.NullMarked;
