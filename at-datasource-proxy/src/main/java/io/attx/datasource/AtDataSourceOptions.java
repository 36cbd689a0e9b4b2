package io.attx.datasource;

import io.attx.datasource.dirty.DirtyRowHandler;
import io.attx.datasource.dirty.DirtyRowListener;
import io.attx.datasource.dirty.DirtySettings;
import io.attx.dirty.DirtyChain;
import io.attx.dirty.DirtyPolicies;
import io.attx.dirty.PolicyTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one data source takes part in global transactions. Immutable; made by {@link #builder()}.
 *
 * @param undoTable the name of the undo table
 * @param createSchema whether the undo tables are created where they are missing; on H2 they always
 *     are
 * @param lockWait how long a local transaction waits for a global lock while it holds row locks of
 *     the database, and how long a statement under autocommit is repeated
 * @param maxBranchRows the most rows that one local transaction may change
 * @param maxBranchBytes the most bytes of row images of one local transaction
 * @param untrackedTables tables that take no part: changes to them are neither locked nor undone
 * @param tablesWithUnprotectedTriggers tables whose triggers may write other tables although that
 *     is neither locked nor undone
 * @param sweepAge how old an undo row is before the coordinator is asked what became of it
 * @param localWrites what local transactions outside of any global transaction may do to globally
 *     locked rows
 * @param dirty what is to be done with rows that others changed before they could be undone
 */
public record AtDataSourceOptions(
    String undoTable,
    boolean createSchema,
    Duration lockWait,
    int maxBranchRows,
    long maxBranchBytes,
    Set<String> untrackedTables,
    Set<String> tablesWithUnprotectedTriggers,
    Duration sweepAge,
    LocalWrites localWrites,
    DirtySettings dirty) {
  private static final int MOST_ROWS = 200_000;

  /** Checks and copies. */
  public AtDataSourceOptions {
    if (!undoTable.matches("[A-Za-z_][A-Za-z0-9_]{0,47}")) {
      throw new IllegalArgumentException(
          "undoTable must be a plain name of at most 48 letters, digits and _, not '"
              + undoTable
              + "'");
    }
    require("lockWait", lockWait, Duration.ZERO);
    require("sweepAge", sweepAge, Duration.ofSeconds(1));
    if (maxBranchRows < 1 || maxBranchRows > MOST_ROWS) {
      throw new IllegalArgumentException(
          "maxBranchRows must be 1 to " + MOST_ROWS + ", not " + maxBranchRows);
    }
    if (maxBranchBytes < 1024) {
      throw new IllegalArgumentException("maxBranchBytes must be at least 1024");
    }
    untrackedTables = Set.copyOf(untrackedTables);
    tablesWithUnprotectedTriggers = Set.copyOf(tablesWithUnprotectedTriggers);
  }

  private static void require(String name, Duration value, Duration least) {
    if (value.compareTo(least) < 0 || value.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(name + " must be " + least + " to P1D, not " + value);
    }
  }

  /** Nothing but defaults. */
  public static AtDataSourceOptions defaults() {
    return builder().build();
  }

  /** Starts with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Builds the options. Not thread-safe. */
  public static final class Builder {
    private String undoTable = "undo_log";
    private boolean createSchema;
    private Duration lockWait = Duration.ofSeconds(3);
    private int maxBranchRows = 50_000;
    private long maxBranchBytes = 64L * 1024 * 1024;
    private final Set<String> untrackedTables = new LinkedHashSet<>();
    private final Set<String> tablesWithUnprotectedTriggers = new LinkedHashSet<>();
    private Duration sweepAge = Duration.ofSeconds(30);
    private LocalWrites localWrites = LocalWrites.ALLOW;
    private final Map<PolicyTable, DirtyChain> dirtyTables = new LinkedHashMap<>();
    private @Nullable DirtyChain dirtyDefault;
    private final Map<String, DirtyRowHandler> dirtyHandlers = new LinkedHashMap<>();
    private final List<DirtyRowListener> dirtyListeners = new ArrayList<>();

    private Builder() {}

    /** The name of the undo table; {@code undo_log} by default. */
    public Builder undoTable(String name) {
      this.undoTable = name;
      return this;
    }

    /** Creates the undo tables where they are missing; off by default. */
    public Builder createSchema(boolean create) {
      this.createSchema = create;
      return this;
    }

    /** How long to wait for a global lock while row locks of the database are held; 3 s. */
    public Builder lockWait(Duration wait) {
      this.lockWait = wait;
      return this;
    }

    /** The most rows that one local transaction may change; 50,000. */
    public Builder maxBranchRows(int rows) {
      this.maxBranchRows = rows;
      return this;
    }

    /** The most bytes of row images of one local transaction; 64 MiB. */
    public Builder maxBranchBytes(long bytes) {
      this.maxBranchBytes = bytes;
      return this;
    }

    /** Tables that take no part, each with or without its schema; none. */
    public Builder untrackedTables(String... tables) {
      this.untrackedTables.addAll(List.of(tables));
      return this;
    }

    /**
     * Tables, each with or without its schema, whose triggers may write other tables although that
     * is neither locked nor undone; none. Undo fires these triggers again.
     */
    public Builder tablesWithUnprotectedTriggers(String... tables) {
      this.tablesWithUnprotectedTriggers.addAll(List.of(tables));
      return this;
    }

    /** How old an undo row is before the coordinator is asked about it; 30 s. */
    public Builder sweepAge(Duration age) {
      this.sweepAge = age;
      return this;
    }

    /** What local transactions outside of global ones may do to locked rows; {@code ALLOW}. */
    public Builder localWrites(LocalWrites mode) {
      this.localWrites = mode;
      return this;
    }

    /**
     * What to do with dirty rows of all tables that have no policy of their own, for example {@code
     * "merge,hold"}; {@code hold} by default.
     */
    public Builder dirtyRows(String chain) {
      this.dirtyDefault = DirtyChain.parse(chain);
      return this;
    }

    /**
     * What to do with dirty rows of one table, for example {@code "delta(balance),merge,hold"}. The
     * table and the columns are looked up when the data source is wrapped.
     */
    public Builder dirtyRows(String table, String chain) {
      this.dirtyTables.put(DirtyPolicies.parseTable(table), DirtyChain.parse(chain));
      return this;
    }

    /** A handler that chains name as {@code handler(name)}. */
    public Builder dirtyRowHandler(String name, DirtyRowHandler handler) {
      this.dirtyHandlers.put(name, handler);
      return this;
    }

    /** Somebody who hears of every dirty row. */
    public Builder dirtyRowListener(DirtyRowListener listener) {
      this.dirtyListeners.add(listener);
      return this;
    }

    /** The options. */
    public AtDataSourceOptions build() {
      return new AtDataSourceOptions(
          undoTable,
          createSchema,
          lockWait,
          maxBranchRows,
          maxBranchBytes,
          untrackedTables,
          tablesWithUnprotectedTriggers,
          sweepAge,
          localWrites,
          new DirtySettings(
              new DirtyPolicies(dirtyTables, dirtyDefault), dirtyHandlers, dirtyListeners));
    }
  }
}
