package io.attx.datasource.sql;

import java.util.List;

/**
 * A text as tokens; comments are gone, offsets are those of the text.
 *
 * @param tokens all of them
 * @param parameterCount how many placeholders there are
 * @param unprotected whether the text begins with the comment that asks for no protection
 */
record LexedSql(List<Token> tokens, int parameterCount, boolean unprotected) {}
