/**
 * Global transactions around a piece of work, by definition instead of by annotation: begins,
 * joins, suspends, commits and rolls back. Knows nothing of proxies, of Spring Boot nor of the web.
 */
@NullMarked
package io.attx.spring.transaction;

import org.jspecify.annotations.NullMarked;
