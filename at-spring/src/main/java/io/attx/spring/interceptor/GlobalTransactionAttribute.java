package io.attx.spring.interceptor;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the annotation says of one method.
 *
 * @param name for people, not empty
 * @param timeout null for the default of the application
 * @param rules which exceptions roll back
 */
record GlobalTransactionAttribute(String name, @Nullable Duration timeout, RollbackRules rules) {}
