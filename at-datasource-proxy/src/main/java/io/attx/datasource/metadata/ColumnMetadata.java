package io.attx.datasource.metadata;

/**
 * One column of a table.
 *
 * @param name exact case
 * @param jdbcType a constant of {@link java.sql.Types}
 * @param typeName the full type as the database names it, with length, precision and sign
 * @param nullable whether NULL is allowed
 * @param autoIncrement whether the database gives a value when none is given (identity, serial,
 *     AUTO_INCREMENT)
 * @param identityAlways whether an explicit value needs OVERRIDING SYSTEM VALUE
 * @param generated whether the database computes it from other columns
 * @param onUpdate whether the database sets it on every update (ON UPDATE CURRENT_TIMESTAMP)
 * @param collation its collation, or empty
 */
public record ColumnMetadata(
    String name,
    int jdbcType,
    String typeName,
    boolean nullable,
    boolean autoIncrement,
    boolean identityAlways,
    boolean generated,
    boolean onUpdate,
    String collation) {}
