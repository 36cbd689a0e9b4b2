package io.attx.datasource.dirty;

import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.MetadataDialect;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.metadata.TableNotSupportedException;
import io.attx.datasource.sql.Identifier;
import io.attx.datasource.sql.SqlSlice;
import io.attx.datasource.sql.TableRef;
import io.attx.dirty.DirtyChain;
import io.attx.dirty.DirtyPolicies;
import io.attx.dirty.DirtyPolicy;
import io.attx.dirty.PolicyName;
import io.attx.dirty.PolicyTable;
import io.attx.undolog.UndoTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The policies of one database with their names resolved. Thread-safe.
 *
 * <p>What was declared with the global transaction comes before what was declared with the data
 * source, and a table's own chain before the chain of all tables: transaction and table, data
 * source and table, transaction, data source, {@code hold}.
 */
public final class DirtyRules {
  private final DirtySettings settings;
  private final MetadataDialect metadata;
  private final RowJudge.Equality equality;
  private volatile @Nullable Map<UndoTable, DirtyChain> resolved;

  /** For one database. */
  public DirtyRules(DirtySettings settings, MetadataDialect metadata, RowJudge.Equality equality) {
    this.settings = settings;
    this.metadata = metadata;
    this.equality = equality;
    this.resolved = settings.policies().tables().isEmpty() ? Map.of() : null;
  }

  /**
   * Resolves every table and column that the data source's policies name.
   *
   * @throws TableNotSupportedException when a table does not exist, or a column does not, or cannot
   *     be counted
   */
  public void check(Connection connection) throws SQLException {
    Map<UndoTable, DirtyChain> found = new LinkedHashMap<>();
    for (Map.Entry<PolicyTable, DirtyChain> entry : settings.policies().tables().entrySet()) {
      UndoTable table = resolve(connection, entry);
      TableMetadata described = metadata.describe(connection, table);
      for (DirtyPolicy policy : entry.getValue().policies()) {
        for (PolicyName column : policy.columns()) {
          checkColumn(described, policy, column);
        }
      }
      if (found.put(table, entry.getValue()) != null) {
        throw new TableNotSupportedException(
            "two dirty-row policies are for table " + table + ". What to do: keep one.");
      }
    }
    resolved = Map.copyOf(found);
  }

  private UndoTable resolve(Connection connection, Map.Entry<PolicyTable, DirtyChain> entry)
      throws SQLException {
    try {
      return metadata.resolve(connection, reference(entry.getKey()));
    } catch (TableNotSupportedException unknown) {
      TableNotSupportedException explained =
          new TableNotSupportedException(
              "the dirty-row policy '"
                  + entry.getKey()
                  + "="
                  + entry.getValue()
                  + "' does not fit: "
                  + unknown.getMessage());
      explained.initCause(unknown);
      throw explained;
    }
  }

  private void checkColumn(TableMetadata table, DirtyPolicy policy, PolicyName name)
      throws TableNotSupportedException {
    ColumnMetadata column =
        table.columns().stream()
            .filter(candidate -> matches(name, candidate.name()))
            .findFirst()
            .orElse(null);
    String wrong = null;
    if (column == null) {
      wrong =
          "there is no such column; there are "
              + table.columns().stream()
                  .map(ColumnMetadata::name)
                  .collect(Collectors.joining(", "));
    } else if (table.key().contains(column) || column.generated()) {
      wrong = "the column is part of the key or computed";
    } else if (policy.action() == DirtyPolicy.Action.DELTA
        && !ExactNumbers.isExact(column.typeName())) {
      wrong =
          "its type "
              + column.typeName()
              + " is no integer and no decimal, so that differences would be rounded";
    }
    if (wrong != null) {
      throw new TableNotSupportedException(
          "the dirty-row policy '"
              + policy
              + "' of table "
              + table.name()
              + " does not fit column "
              + name
              + ": "
              + wrong);
    }
  }

  private static TableRef reference(PolicyTable table) {
    return new TableRef(
        table.qualifiers().stream().map(DirtyRules::identifier).toList(),
        identifier(table.name()),
        null,
        new SqlSlice(0, 0, 0, 0));
  }

  private static Identifier identifier(PolicyName name) {
    return new Identifier(name.text(), name.quoted());
  }

  private boolean matches(PolicyName written, String exactName) {
    return metadata.matches(identifier(written), exactName);
  }

  /**
   * The judge of one table's rows.
   *
   * @param ofTransaction what was declared with the global transaction
   * @throws SQLException when the database cannot be asked, or the data source's policies do not
   *     fit it
   */
  public RowJudge judge(Connection connection, UndoTable table, DirtyPolicies ofTransaction)
      throws SQLException {
    Map<UndoTable, DirtyChain> known = resolved;
    if (known == null) {
      check(connection);
      known = resolved;
    }
    DirtyChain chain = ofTransaction(connection, table, ofTransaction.tables());
    if (chain == null && known != null) {
      chain = known.get(table);
    }
    chain = chain == null ? ofTransaction.otherwise() : chain;
    chain = chain == null ? settings.policies().otherwise() : chain;
    return new RowJudge(
        chain == null ? DirtyChain.HOLD : chain, settings.handlers(), this::matches, equality);
  }

  /** Names that mean nothing here are of tables in other services' databases. */
  private @Nullable DirtyChain ofTransaction(
      Connection connection, UndoTable table, Map<PolicyTable, DirtyChain> chains)
      throws SQLException {
    for (Map.Entry<PolicyTable, DirtyChain> entry : chains.entrySet()) {
      if (entry.getKey().name().text().equalsIgnoreCase(table.name())
          && means(connection, entry.getKey(), table)) {
        return entry.getValue();
      }
    }
    return null;
  }

  private boolean means(Connection connection, PolicyTable written, UndoTable table)
      throws SQLException {
    try {
      return metadata.resolve(connection, reference(written)).equals(table);
    } catch (TableNotSupportedException unknown) {
      return false;
    }
  }

  /** Who hears of dirty rows. */
  public List<DirtyRowListener> listeners() {
    return settings.listeners();
  }
}
