/**
 * Runs annotated methods in global transactions: reads the annotation, begins, commits and rolls
 * back. Knows nothing of Spring Boot's configuration nor of the web.
 */
@NullMarked
package io.attx.spring.interceptor;

import org.jspecify.annotations.NullMarked;
