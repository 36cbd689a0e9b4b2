package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.sql.Identifier;
import io.attx.datasource.sql.TableRef;
import org.jspecify.annotations.Nullable;

/** Names as they were written, for use in generated texts. */
final class Names {
  private Names() {}

  /** The alias, or the name, of a table and a dot. */
  static String qualifier(AtDialect dialect, TableRef table) {
    return name(dialect, table) + ".";
  }

  /** The alias, or the name without qualifiers, of a table. */
  static String name(AtDialect dialect, TableRef table) {
    Identifier alias = table.alias();
    return written(dialect, alias == null ? table.name() : alias);
  }

  /** A name as it can be written again. */
  static String written(AtDialect dialect, Identifier name) {
    return name.quoted() ? dialect.metadata().quote(name.text()) : name.text();
  }

  /** The column that a written name means, or null. */
  static @Nullable ColumnMetadata column(
      AtDialect dialect, TableMetadata table, Identifier written) {
    for (ColumnMetadata column : table.columns()) {
      if (dialect.metadata().matches(written, column.name())) {
        return column;
      }
    }
    return null;
  }
}
