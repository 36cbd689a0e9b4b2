package io.attx.undolog;

/**
 * One imaged column.
 *
 * @param name exact case, unquoted
 * @param typeName the full type as the database names it, with length or precision where the
 *     compensation needs it to cast
 * @param role what compensation must know of it
 */
public record UndoColumn(String name, String typeName, Role role) {
  /** What compensation must know of a column. */
  public enum Role {
    /** Part of the key that identifies the row. */
    KEY,
    /** An ordinary column. */
    VALUE,
    /** Computed by the database: compared, never assigned. */
    GENERATED
  }
}
