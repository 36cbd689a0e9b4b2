/**
 * SQL text to a sealed AnalyzedStatement. Pure: no JDBC, no I/O. Never deparses.
 *
 * <p>The own lexer and recognisers decide, because they alone know the database and its session.
 * What they accept as undoable is checked by JSqlParser, an independent reading of the structure:
 * it can refuse a statement, never accept one. Its verdict is cached with theirs, so each text is
 * parsed once.
 */
@NullMarked
package io.attx.datasource.sql;

import org.jspecify.annotations.NullMarked;
