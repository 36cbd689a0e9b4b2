/**
 * Health, metrics, status and the API of operators over HTTP, on the server of the JDK. Bodies are
 * read by a streaming parser, member by member; nothing is bound by reflection. What is done with a
 * request is decided in {@code io.attx.coordinator.runtime}.
 */
@NullMarked
package io.attx.coordinator.http;

import org.jspecify.annotations.NullMarked;
