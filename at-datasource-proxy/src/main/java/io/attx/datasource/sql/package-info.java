/** SQL text to a sealed AnalyzedStatement. Pure: no JDBC, no I/O. Never deparses. */
@NullMarked
package io.attx.datasource.sql;

import org.jspecify.annotations.NullMarked;
