package io.attx.datasource.undo;

import io.attx.BranchRef;
import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dialect.CompensationDialect.SessionRestore;
import io.attx.datasource.dirty.DirtyKind;
import io.attx.datasource.dirty.DirtyRules;
import io.attx.datasource.dirty.DirtySettings;
import io.attx.datasource.image.RowReader;
import io.attx.datasource.metadata.MetadataCache;
import io.attx.protocol.FetchValue;
import io.attx.protocol.FetchedValue;
import io.attx.undolog.codec.UndoFormatException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Undoes one branch in one local transaction of its own. Thread-safe. */
public final class BranchRollback {
  private static final Logger LOG = LoggerFactory.getLogger(BranchRollback.class);
  private static final int CHUNK_ROWS = 500;

  private final AtDialect dialect;
  private final Duration lockTimeout;
  private final UndoContext context;

  /** For one database and undo table; dirty rows are held. */
  public BranchRollback(AtDialect dialect, UndoStore store, Duration lockTimeout) {
    this(
        dialect,
        store,
        lockTimeout,
        new DirtyRules(DirtySettings.NONE, dialect.metadata(), dialect.images()::isSame));
  }

  /** With policies for dirty rows. */
  public BranchRollback(
      AtDialect dialect, UndoStore store, Duration lockTimeout, DirtyRules rules) {
    this.dialect = dialect;
    this.lockTimeout = lockTimeout;
    this.context =
        new UndoContext(
            dialect,
            store,
            new RowReader(dialect, CHUNK_ROWS),
            new MetadataCache(dialect.metadata()),
            rules,
            lockTimeout);
  }

  /**
   * Prepares the session, fences or loads, validates all rows, compensates, reads back, marks
   * UNDONE and commits. Repeatable at any time.
   *
   * @param connection from the pool, any state; restored on return. When this throws, the caller
   *     discards it.
   * @param locallyCommitted whether an undo row must be there
   * @throws SQLException only for failures of the connection; obstacles are in the outcome
   */
  public Outcome rollback(Connection connection, BranchRef branch, boolean locallyCommitted)
      throws SQLException {
    try (Session session = open(connection)) {
      return session.rollback(new UndoOrder(branch, locallyCommitted));
    }
  }

  /**
   * Prepares a connection for several rollbacks one after the other, which saves preparing and
   * restoring it for each.
   *
   * @param connection from the pool, any state; what is open on it is rolled back
   * @throws SQLException the caller discards the connection
   */
  public Session open(Connection connection) throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    if (autoCommit) {
      connection.setAutoCommit(false);
    } else {
      connection.rollback();
    }
    SessionRestore restore = dialect.compensation().prepare(connection, lockTimeout);
    connection.rollback();
    return new Session(connection, restore, autoCommit);
  }

  /**
   * A prepared connection. Not thread-safe. After any method threw, nothing more is done with the
   * connection and the caller discards it; closing then does nothing.
   */
  public final class Session implements AutoCloseable {
    private final Connection connection;
    private final SessionRestore restore;
    private final boolean autoCommit;
    private boolean usable = true;

    private Session(Connection connection, SessionRestore restore, boolean autoCommit) {
      this.connection = connection;
      this.restore = restore;
      this.autoCommit = autoCommit;
    }

    /**
     * As {@link BranchRollback#rollback}.
     *
     * @throws SQLException only for failures of the connection
     */
    public Outcome rollback(UndoOrder order) throws SQLException {
      if (!usable) {
        throw new SQLException("this session failed before and must be discarded", "08003");
      }
      usable = false;
      Outcome outcome = attempt(order, false);
      if (outcome == null) {
        LOG.debug("{}: a constraint is in the way of the plain order", order.branch());
        outcome = attempt(order, true);
      }
      if (outcome instanceof Outcome.Quarantined stuck && stuck.isBeyondDecisions()) {
        outcome = undecidable(order, stuck);
      }
      usable = true;
      return outcome == null ? new Outcome.Retry("no outcome of " + order.branch()) : outcome;
    }

    /**
     * Reads one value of a row of a branch; changes nothing.
     *
     * @throws SQLException only for failures of the connection
     */
    public FetchedValue fetch(FetchValue question) throws SQLException {
      if (!usable) {
        throw new SQLException("this session failed before and must be discarded", "08003");
      }
      usable = false;
      FetchedValue answer;
      try {
        answer = new RowLookup(context, connection, question).answer();
      } catch (SQLException failure) {
        if (dialect.scopeOf(failure) == AtDialect.FailureScope.CONNECTION) {
          throw failure;
        }
        answer = FetchedValue.problem(question, Texts.failure("reading the value", failure));
      }
      connection.rollback();
      usable = true;
      return answer;
    }

    /** Returns null when another, careful attempt is worth it. */
    private @Nullable Outcome attempt(UndoOrder order, boolean careful) throws SQLException {
      RollbackAttempt attempt = new RollbackAttempt(context, connection, order, careful);
      Outcome outcome;
      try {
        outcome = attempt.run();
      } catch (CannotUndoException obstacle) {
        outcome = new Outcome.Quarantined(messageOf(obstacle), obstacle.rows());
      } catch (UndoFormatException obstacle) {
        outcome = new Outcome.Quarantined(messageOf(obstacle));
      } catch (DecisionRefusedException refused) {
        outcome = new Outcome.Refused(messageOf(refused));
      } catch (SQLException failure) {
        outcome = classify(failure, attempt, careful);
      } catch (RuntimeException bug) {
        return rollBackAndRethrow(bug);
      }
      if (!(outcome instanceof Outcome.Undone || outcome instanceof Outcome.Fenced)) {
        connection.rollback();
      }
      return outcome;
    }

    /** Decisions were carried out as far as they went, and something else was in the way. */
    private Outcome undecidable(UndoOrder order, Outcome.Quarantined stuck) throws SQLException {
      if (order.decisions().keepsWhatCannotBeUndone()) {
        return giveUp(order, stuck.detail());
      }
      return stuck.rows().isEmpty() || order.decisions().equals(OperatorDecisions.NONE)
          ? stuck
          : new Outcome.Refused(Texts.dirty(stuck.rows()));
    }

    private Outcome giveUp(UndoOrder order, String why) throws SQLException {
      RollbackAttempt attempt = new RollbackAttempt(context, connection, order, false);
      try {
        return attempt.giveUp(why);
      } catch (UndoFormatException obstacle) {
        connection.rollback();
        return new Outcome.Quarantined(messageOf(obstacle));
      } catch (SQLException failure) {
        if (dialect.compensation().isTransient(failure)) {
          connection.rollback();
          return new Outcome.Retry(Texts.failure(attempt.doing(), failure));
        }
        throw failure;
      }
    }

    private static String messageOf(Exception obstacle) {
      String message = obstacle.getMessage();
      return message == null ? obstacle.toString() : message;
    }

    private Outcome rollBackAndRethrow(RuntimeException bug) {
      try {
        connection.rollback();
      } catch (SQLException second) {
        bug.addSuppressed(second);
      }
      throw bug;
    }

    /** Returns null for another attempt; throws what concerns the connection. */
    private @Nullable Outcome classify(
        SQLException failure, RollbackAttempt attempt, boolean careful) throws SQLException {
      if (dialect.scopeOf(failure) == AtDialect.FailureScope.CONNECTION) {
        throw failure;
      }
      String detail = Texts.failure(attempt.doing(), failure);
      if (dialect.compensation().isTransient(failure)) {
        return new Outcome.Retry(detail);
      }
      boolean constraint = dialect.compensation().isConstraintViolation(failure);
      if (constraint || attempt.isCompensating()) {
        return careful ? refused(detail, attempt.refused(detail)) : null;
      }
      return switch (attempt.phase()) {
        case UNDO_TABLE -> new Outcome.Retry(detail);
        case ROWS -> new Outcome.Quarantined(detail + " Nothing was changed.");
        case COMMIT -> throw failure;
      };
    }

    private static Outcome refused(String detail, List<HeldRow> rows) {
      return new Outcome.Quarantined(
          rows.isEmpty() ? detail + " Nothing was changed." : Texts.dirty(rows), rows);
    }

    /** Restores the connection as it was, unless a method threw. */
    @Override
    public void close() throws SQLException {
      if (!usable) {
        return;
      }
      usable = false;
      restore.restore(connection);
      if (autoCommit) {
        connection.setAutoCommit(true);
      } else {
        connection.rollback();
      }
    }
  }

  /** How it went. */
  public sealed interface Outcome {
    /**
     * The branch had committed locally; it is compensated, now or before.
     *
     * @param settled the dirty rows that policies or a person settled, this time
     * @param note what else is to be recorded; mostly empty
     */
    record Undone(List<SettledRow> settled, String note) implements Outcome {
      /** Without anything to tell. */
      public Undone() {
        this(List.of(), "");
      }

      /** With what was settled. */
      public Undone(List<SettledRow> settled) {
        this(settled, "");
      }
    }

    /** Nothing had arrived, and nothing can any more: a fence stands in the undo table. */
    record Fenced() implements Outcome {}

    /**
     * Nothing was changed; a person must decide.
     *
     * @param detail table, key and the three images, bounded
     * @param rows the rows to decide about; none where it is not a matter of single rows
     */
    record Quarantined(String detail, List<HeldRow> rows) implements Outcome {
      /** Not a matter of single rows. */
      public Quarantined(String detail) {
        this(detail, List.of());
      }

      /** Whether no row waits for a decision: the database itself refused, or it is no row. */
      boolean isBeyondDecisions() {
        return rows.stream().allMatch(held -> held.row().kind() == DirtyKind.REFUSED);
      }
    }

    /**
     * Nothing was changed: a person's decision cannot be carried out.
     *
     * @param detail why
     */
    record Refused(String detail) implements Outcome {}

    /**
     * Nothing was changed; try again.
     *
     * @param detail what was in the way
     */
    record Retry(String detail) implements Outcome {}
  }
}
