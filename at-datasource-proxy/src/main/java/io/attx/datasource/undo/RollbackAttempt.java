package io.attx.datasource.undo;

import io.attx.BranchRef;
import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dirty.DirtyRow;
import io.attx.datasource.dirty.DirtyRowDecider;
import io.attx.datasource.image.RowReader;
import io.attx.datasource.metadata.MetadataCache;
import io.attx.datasource.undo.BranchRollback.Outcome;
import io.attx.datasource.undo.UndoStore.LockedUndo;
import io.attx.datasource.undo.UndoStore.State;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoTable;
import io.attx.undolog.codec.UndoFormatException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One local transaction that tries to undo one branch. Used once, by one thread; the caller rolls
 * back when this throws or when the outcome is not an end.
 */
final class RollbackAttempt {
  private final AtDialect dialect;
  private final UndoStore store;
  private final MetadataCache tables;
  private final RowReader reader;
  private final DirtyRowDecider decider;
  private final Connection connection;
  private final BranchRef branch;
  private Phase phase = Phase.UNDO_TABLE;
  private String doing = "beginning";

  /** Where a failure happened, which decides what it means. */
  enum Phase {
    /** Before a business table was touched. */
    UNDO_TABLE,
    /** Reading or changing business tables. */
    ROWS,
    /** The outcome of the local transaction is not known. */
    COMMIT
  }

  RollbackAttempt(
      AtDialect dialect,
      UndoStore store,
      MetadataCache tables,
      RowReader reader,
      DirtyRowDecider decider,
      Connection connection,
      BranchRef branch) {
    this.dialect = dialect;
    this.store = store;
    this.tables = tables;
    this.reader = reader;
    this.decider = decider;
    this.connection = connection;
    this.branch = branch;
  }

  Phase phase() {
    return phase;
  }

  /** What was under way, for the detail of a failure. */
  String doing() {
    return doing;
  }

  /**
   * Does it all.
   *
   * @param byConstraints whether the rows of one statement are ordered by the unique and foreign
   *     keys of the table, which costs a look at the metadata
   */
  Outcome run(boolean locallyCommitted, Duration lockTimeout, boolean byConstraints)
      throws SQLException, CannotUndoException, UndoFormatException {
    dialect.compensation().begin(connection, lockTimeout);
    if (!locallyCommitted) {
      doing = "fencing branch " + branch;
      store.fence(connection, branch);
    }
    doing = "locking the undo row of branch " + branch;
    LockedUndo rows = store.lock(connection, branch);
    if (rows == null) {
      return locallyCommitted
          ? new Outcome.Quarantined(
              "undo missing: branch "
                  + branch
                  + " was committed locally, but has no undo row. Was it deleted, or was the"
                  + " database restored from a backup?")
          : new Outcome.Retry("the undo row of branch " + branch + " vanished while it was fenced");
    }
    if (rows.state() != State.UNDO) {
      commit();
      return rows.state() == State.UNDONE ? new Outcome.Undone() : new Outcome.Fenced();
    }
    UndoPlan plan = UndoPlan.of(store.decode(rows));
    phase = Phase.ROWS;
    String held = compensate(plan, byConstraints);
    if (held != null) {
      return new Outcome.Quarantined(held);
    }
    phase = Phase.UNDO_TABLE;
    doing = "marking branch " + branch + " as undone";
    store.markUndone(connection, branch, rows);
    commit();
    return new Outcome.Undone();
  }

  private void commit() throws SQLException {
    phase = Phase.COMMIT;
    doing = "committing the rollback of branch " + branch;
    connection.commit();
  }

  /** Returns why the branch is held, or null when its rows are as they were before it. */
  private @Nullable String compensate(UndoPlan plan, boolean byConstraints)
      throws SQLException, CannotUndoException {
    Map<UndoTable, Set<List<ColumnValue>>> clean = new HashMap<>();
    List<DirtyRow> dirty = new ArrayList<>();
    for (TableFold fold : plan.tables()) {
      clean.put(fold.table(), validate(fold, dirty));
    }
    if (!dirty.isEmpty()) {
      return held(dirty);
    }
    List<List<Step>> statements =
        plan.backwards((table, key) -> clean.getOrDefault(table, Set.of()).contains(key));
    Compensator compensator =
        new Compensator(dialect, new CascadeGuard(dialect, tables, reader, plan.tables()));
    doing = "compensating branch " + branch;
    if (byConstraints) {
      OrderedCompensation ordered = new OrderedCompensation(dialect, reader, compensator);
      for (List<Step> statement : statements) {
        ordered.execute(connection, statement);
      }
    } else {
      compensator.execute(connection, statements.stream().flatMap(List::stream).toList());
    }
    for (TableFold fold : plan.tables()) {
      proveWanted(fold);
    }
    return null;
  }

  /**
   * Finds the rows to be compensated; a row that is already as wanted is neither clean nor dirty.
   */
  private Set<List<ColumnValue>> validate(TableFold fold, List<DirtyRow> dirty)
      throws SQLException {
    Map<List<ColumnValue>, RowImage> now = read(fold, "locking");
    Set<List<ColumnValue>> clean = new HashSet<>();
    fold.rows()
        .forEach(
            (key, row) -> {
              RowImage image = now.get(key);
              if (row.isExpected(image)) {
                clean.add(key);
              } else if (!row.isWanted(image)) {
                dirty.add(fold.dirty(row, key, image));
              }
            });
    return clean;
  }

  private Map<List<ColumnValue>, RowImage> read(TableFold fold, String verb) throws SQLException {
    List<List<ColumnValue>> keys = List.copyOf(fold.rows().keySet());
    doing = verb + " rows of " + fold.table() + " with keys " + Texts.keys(keys);
    return reader.readForUpdate(connection, fold.table(), fold.columns(), keys);
  }

  private @Nullable String held(List<DirtyRow> dirty) {
    List<DirtyRow> held = new ArrayList<>();
    for (DirtyRow row : dirty) {
      switch (decider.decide(row)) {
        case HOLD -> held.add(row);
      }
    }
    return Texts.dirty(held);
  }

  private void proveWanted(TableFold fold) throws SQLException, CannotUndoException {
    Map<List<ColumnValue>, RowImage> now = read(fold, "reading back");
    for (Map.Entry<List<ColumnValue>, TableFold.Row> row : fold.rows().entrySet()) {
      RowImage image = now.get(row.getKey());
      if (!row.getValue().isWanted(image)) {
        DirtyRow inexact = fold.dirty(row.getValue(), row.getKey(), image);
        throw new CannotUndoException(
            Texts.cut(
                "compensation not exact: "
                    + fold.table()
                    + " key "
                    + Texts.image(inexact.key())
                    + " was to become "
                    + Texts.image(inexact.before())
                    + " but became "
                    + Texts.image(inexact.now())
                    + " (a trigger?). It was rolled back; nothing was changed.",
                Texts.MAX_DETAIL));
      }
    }
  }
}
