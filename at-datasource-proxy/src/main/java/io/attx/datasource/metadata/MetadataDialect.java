package io.attx.datasource.metadata;

import io.attx.datasource.sql.Identifier;
import io.attx.datasource.sql.TableRef;
import io.attx.undolog.UndoTable;
import java.sql.Connection;
import java.sql.SQLException;

/** How one database names and describes tables. */
public interface MetadataDialect {
  /**
   * A cheap text that decides how unqualified names resolve in this session now (current database,
   * search_path); part of the cache key.
   */
  String namespace(Connection connection) throws SQLException;

  /**
   * Finds the table that the reference means in this session now.
   *
   * @throws TableNotSupportedException when there is none, or it is no ordinary table
   */
  UndoTable resolve(Connection connection, TableRef table) throws SQLException;

  /** Describes a resolved table; never cached here. */
  TableMetadata describe(Connection connection, UndoTable table) throws SQLException;

  /** Whether a written column name means the column of this exact name. */
  boolean matches(Identifier written, String exactName);

  /** Quotes one exact name. */
  String quote(String exactName);

  /** Quotes and qualifies a resolved table. */
  String quote(UndoTable table);
}
