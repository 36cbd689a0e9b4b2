package io.attx.datasource.sql;

/**
 * A name as it was written.
 *
 * @param text without quotes, escapes resolved
 * @param quoted whether it was quoted, which decides how the database folds its case
 */
public record Identifier(String text, boolean quoted) {}
