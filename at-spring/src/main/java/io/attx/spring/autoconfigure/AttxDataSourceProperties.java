package io.attx.spring.autoconfigure;

import io.attx.datasource.AtDataSourceOptions;
import io.attx.datasource.LocalWrites;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.unit.DataSize;

/**
 * The settings {@code attx.*} of the data sources. All have defaults, those of {@link
 * AtDataSourceOptions}.
 *
 * @param createSchema whether the undo table is created where it is missing; on H2 it always is
 * @param excludeDataSources names of beans that take no part in global transactions
 * @param undoTable the name of the undo table
 * @param lockWait how long a local transaction waits for a row that another global transaction
 *     holds
 * @param maxBranchRows the most rows that one local transaction may change
 * @param maxBranchSize the most bytes of row images of one local transaction
 * @param untrackedTables tables that are neither locked nor undone, like those of id generators
 * @param tablesWithUnprotectedTriggers tables whose triggers may write other rows although that is
 *     neither locked nor undone
 * @param localWrites what local transactions outside of global ones may do to rows that a global
 *     transaction holds
 * @param dirty what to do with rows that somebody else changed before they could be undone
 */
@ConfigurationProperties("attx")
public record AttxDataSourceProperties(
    @DefaultValue("false") boolean createSchema,
    @DefaultValue Set<String> excludeDataSources,
    @DefaultValue("undo_log") String undoTable,
    @DefaultValue("3s") Duration lockWait,
    @DefaultValue("50000") int maxBranchRows,
    @DefaultValue("64MB") DataSize maxBranchSize,
    @DefaultValue Set<String> untrackedTables,
    @DefaultValue Set<String> tablesWithUnprotectedTriggers,
    @DefaultValue("allow") LocalWrites localWrites,
    @DefaultValue Dirty dirty) {

  /** Copies the sets. */
  public AttxDataSourceProperties {
    excludeDataSources = Set.copyOf(excludeDataSources);
    untrackedTables = Set.copyOf(untrackedTables);
    tablesWithUnprotectedTriggers = Set.copyOf(tablesWithUnprotectedTriggers);
  }

  /**
   * Policies for dirty rows, like {@code delta(balance),merge,hold}.
   *
   * @param otherwise the policies of all tables that have none of their own; empty means hold
   * @param tables the policies of single tables, by their names
   */
  public record Dirty(
      @Name("default") @DefaultValue("") String otherwise,
      @DefaultValue Map<String, String> tables) {

    /** Copies the map. */
    public Dirty {
      tables = Map.copyOf(tables);
    }

    private void addTo(AtDataSourceOptions.Builder options) {
      if (!otherwise.isBlank()) {
        options.dirtyRows(otherwise);
      }
      tables.forEach(options::dirtyRows);
    }
  }

  /** What they mean for each data source. */
  AtDataSourceOptions.Builder toOptions() {
    AtDataSourceOptions.Builder options = AtDataSourceOptions.builder();
    dirty.addTo(options);
    return options
        .createSchema(createSchema)
        .undoTable(undoTable)
        .lockWait(lockWait)
        .localWrites(localWrites)
        .maxBranchRows(maxBranchRows)
        .maxBranchBytes(maxBranchSize.toBytes())
        .untrackedTables(untrackedTables.toArray(String[]::new))
        .tablesWithUnprotectedTriggers(tablesWithUnprotectedTriggers.toArray(String[]::new));
  }
}
