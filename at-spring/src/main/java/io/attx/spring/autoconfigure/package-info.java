/**
 * The auto-configuration of Spring Boot and its {@code attx.*} properties. Wiring and nothing else.
 */
@NullMarked
package io.attx.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
