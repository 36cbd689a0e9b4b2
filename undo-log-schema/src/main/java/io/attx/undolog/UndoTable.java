package io.attx.undolog;

/**
 * The name of a table as it was resolved when the statement ran, exact case, unquoted.
 *
 * @param catalog the database (MySQL, MariaDB); empty elsewhere
 * @param schema the schema (PostgreSQL, H2); empty elsewhere
 * @param name the table
 */
public record UndoTable(String catalog, String schema, String name) {
  /** {@code catalog.schema.name} without the empty parts. */
  @Override
  public String toString() {
    return (catalog.isEmpty() ? "" : catalog + ".") + (schema.isEmpty() ? "" : schema + ".") + name;
  }
}
