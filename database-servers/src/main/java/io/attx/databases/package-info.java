/**
 * Real database servers, started from the binaries that Maven artifacts carry: for tests and for
 * the demo, never for production. Knows nothing of global transactions.
 */
@NullMarked
package io.attx.databases;

import org.jspecify.annotations.NullMarked;
