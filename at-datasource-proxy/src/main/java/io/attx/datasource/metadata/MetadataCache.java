package io.attx.datasource.metadata;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.attx.datasource.sql.Identifier;
import io.attx.datasource.sql.TableRef;
import io.attx.undolog.UndoTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * What tables look like, bounded and by resolved name. Thread-safe.
 *
 * <p>What is guaranteed when DDL runs under a running application: image queries list known columns
 * by name, so a dropped or renamed column fails; and they bring back what the columns are now, so
 * that another set of columns or another type is noticed before anything executes or, where one
 * statement does all, before it can be committed. Both invalidate the table here. What images do
 * not show (triggers, foreign keys, indexes) is at most {@link #MAX_AGE} old.
 */
public final class MetadataCache {
  /** How old a description may be. */
  public static final Duration MAX_AGE = Duration.ofSeconds(60);

  private static final int MAX_TABLES = 10_000;

  private final MetadataDialect catalog;
  private final Predicate<UndoTable> acceptsTriggers;
  private final Cache<Reference, UndoTable> names;
  private final Cache<UndoTable, TableMetadata> tables;

  /** Over one database. */
  public MetadataCache(MetadataDialect catalog) {
    this(catalog, name -> false);
  }

  /**
   * Over one database.
   *
   * @param acceptsTriggers whether what the triggers of a table write elsewhere is accepted as
   *     unprotected
   */
  public MetadataCache(MetadataDialect catalog, Predicate<UndoTable> acceptsTriggers) {
    this.catalog = catalog;
    this.acceptsTriggers = acceptsTriggers;
    this.names = Caffeine.newBuilder().maximumSize(MAX_TABLES).expireAfterWrite(MAX_AGE).build();
    this.tables = Caffeine.newBuilder().maximumSize(MAX_TABLES).expireAfterWrite(MAX_AGE).build();
  }

  /**
   * The table that a reference means in this session now.
   *
   * @throws TableNotSupportedException when it does not exist or cannot take part
   */
  public TableMetadata table(Connection connection, TableRef table) throws SQLException {
    Reference reference =
        new Reference(catalog.namespace(connection), table.qualifiers(), table.name());
    UndoTable name = names.getIfPresent(reference);
    if (name == null) {
      name = catalog.resolve(connection, table);
      names.put(reference, name);
    }
    return table(connection, name);
  }

  /** The description of a resolved table. */
  public TableMetadata table(Connection connection, UndoTable name) throws SQLException {
    TableMetadata known = tables.getIfPresent(name);
    if (known == null) {
      TableMetadata described = catalog.describe(connection, name);
      known = acceptsTriggers.test(name) ? described.withAcceptedTriggers() : described;
      tables.put(name, known);
    }
    return known;
  }

  /** Forgets a table whose structure was found to be different. */
  public void invalidate(UndoTable table) {
    tables.invalidate(table);
    names.asMap().values().remove(table);
  }

  private record Reference(String namespace, List<Identifier> qualifiers, Identifier name) {}
}
