package io.attx.datasource.jdbc;

import io.attx.client.GlobalTransactionContext;
import io.attx.client.Participation;
import io.attx.datasource.branch.AtResource;
import io.attx.datasource.branch.GlobalLockConflictException;
import io.attx.datasource.branch.LocalBranch;
import io.attx.datasource.image.BoundParameters;
import io.attx.datasource.image.PartialBatchException;
import io.attx.datasource.image.StatementOutcome;
import io.attx.datasource.image.StatementRefusedException;
import io.attx.datasource.image.StatementRequest;
import io.attx.datasource.image.TableChangedException;
import io.attx.datasource.metadata.TableNotSupportedException;
import io.attx.datasource.sql.AnalyzedStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the statements of one connection inside a global transaction. Used by one thread at a time.
 */
final class StatementRunner {
  private static final Logger LOG = LoggerFactory.getLogger(StatementRunner.class);

  static final List<BoundParameters> NO_PARAMETERS = List.of(BoundParameters.NONE);

  private final AtConnection connection;

  /** The branch of the statement that runs now, so that its deadline reaches it. */
  private @Nullable LocalBranch current;

  StatementRunner(AtConnection connection) {
    this.connection = connection;
  }

  /**
   * Runs one text.
   *
   * @param parameters one element per item of a batch
   */
  <T> T run(
      AtStatement statement,
      String sql,
      List<BoundParameters> parameters,
      boolean batch,
      StatementRequest.Settings settings,
      Reply<T> reply)
      throws SQLException {
    AtResource resource = connection.resource();
    connection.requireJoinable();
    AnalyzedStatement analyzed = resource.analyze(sql, connection.delegate());
    if (analyzed instanceof AnalyzedStatement.TableStatement change
        && !isUntracked(resource, change)) {
      reply.requirePossible(givesRows(change), sql);
      requireParameters(change, parameters);
      StatementOutcome outcome;
      try {
        outcome =
            connection.isAutoCommit()
                ? autocommitted(resource, change, parameters, batch, settings)
                : inLocalTransaction(change, parameters, batch, settings);
      } catch (PartialBatchException partial) {
        throw partial.failure();
      } catch (StatementRefusedException | TableNotSupportedException refused) {
        if (!connection.passesUnknown()) {
          throw refused;
        }
        resource.runsUnchecked(sql, String.valueOf(refused.getMessage()));
        return passThrough(resource, statement, sql, reply);
      }
      Answer answer = new Answer(outcome);
      statement.answer(answer);
      return reply.fromAnswer().take(answer);
    }
    if (analyzed instanceof AnalyzedStatement.Refused refused) {
      if (!connection.passesUnknown()) {
        throw new StatementRefusedException(sql, refused.reason(), refused.remedy());
      }
      resource.runsUnchecked(sql, refused.reason());
    }
    if (analyzed instanceof AnalyzedStatement.Several several) {
      List<Answer> answers =
          new SeveralStatements(connection, several, settings).run(parameters, batch);
      statement.answers(answers);
      return reply.fromAnswer().take(answers.get(0));
    }
    if (analyzed instanceof AnalyzedStatement.TransactionControl control) {
      connection.control(control);
      Answer nothing = Answer.nothing();
      statement.answer(nothing);
      return reply.fromAnswer().take(nothing);
    }
    if (analyzed instanceof AnalyzedStatement.Unprotected) {
      LOG.warn(
          "global transaction {} runs a statement that was declared unprotected: what it changes"
              + " is neither locked nor undone. SQL: {}",
          GlobalTransactionContext.currentXid(),
          sql);
    }
    return passThrough(resource, statement, sql, reply);
  }

  /** Refuses a text of a batch before the first of them runs. */
  void refuseIfNeeded(String sql) throws SQLException {
    AnalyzedStatement analyzed = connection.resource().analyze(sql, connection.delegate());
    if (analyzed instanceof AnalyzedStatement.Refused refused && !connection.passesUnknown()) {
      throw new StatementRefusedException(sql, refused.reason(), refused.remedy());
    }
  }

  /** Tells the connection's branch and the statement what runs, so that it can be cancelled. */
  Consumer<Statement> watching(AtStatement statement) {
    return running -> {
      statement.substitute(running);
      LocalBranch branch = current;
      if (branch != null) {
        branch.runs(running);
      }
    };
  }

  private StatementOutcome inLocalTransaction(
      AnalyzedStatement.TableStatement change,
      List<BoundParameters> parameters,
      boolean batch,
      StatementRequest.Settings settings)
      throws SQLException {
    LocalBranch branch = connection.join();
    current = branch;
    try {
      return branch.run(change, parameters, batch, settings);
    } finally {
      current = null;
    }
  }

  /** Under autocommit the statement is a local transaction of its own, repeated as a whole. */
  private StatementOutcome autocommitted(
      AtResource resource,
      AnalyzedStatement.TableStatement change,
      List<BoundParameters> parameters,
      boolean batch,
      StatementRequest.Settings settings)
      throws SQLException {
    Participation participation = connection.participation();
    Connection physical = connection.delegate();
    StatementRequest.Settings complete = fetchingAll(settings);
    long deadline = System.nanoTime() + resource.lockWait(participation).toNanos();
    boolean tableChanged = false;
    while (true) {
      LocalBranch branch = resource.branch(participation, physical);
      try {
        return attempt(branch, physical, change, parameters, batch, complete);
      } catch (GlobalLockConflictException conflict) {
        Duration left = Duration.ofNanos(deadline - System.nanoTime());
        branch.awaitFree(conflict, left);
      } catch (TableChangedException outdated) {
        if (tableChanged) {
          throw outdated;
        }
        tableChanged = true;
      }
    }
  }

  private StatementOutcome attempt(
      LocalBranch branch,
      Connection physical,
      AnalyzedStatement.TableStatement change,
      List<BoundParameters> parameters,
      boolean batch,
      StatementRequest.Settings settings)
      throws SQLException {
    current = branch;
    try {
      physical.setAutoCommit(false);
      StatementOutcome outcome;
      PartialBatchException partial = null;
      try {
        outcome = branch.run(change, parameters, batch, settings);
      } catch (PartialBatchException failed) {
        partial = failed;
        outcome = failed.outcome();
      }
      branch.commit();
      physical.setAutoCommit(true);
      if (partial != null) {
        throw partial;
      }
      return outcome;
    } catch (SQLException | RuntimeException failure) {
      endFailed(branch, physical, failure);
      throw failure;
    } finally {
      current = null;
    }
  }

  private static void endFailed(LocalBranch branch, Connection physical, Exception failure) {
    try {
      if (!branch.isEnded()) {
        branch.rollback();
      }
      if (!physical.isClosed()) {
        physical.setAutoCommit(true);
      }
    } catch (SQLException | RuntimeException second) {
      failure.addSuppressed(second);
    }
  }

  /** A commit ends cursors that fetch in portions. */
  private static StatementRequest.Settings fetchingAll(StatementRequest.Settings given) {
    return given.fetchSize() == 0
        ? given
        : new StatementRequest.Settings(
            given.returnGeneratedKeys(),
            given.keyColumnNames(),
            given.keyColumnIndexes(),
            given.queryTimeoutSeconds(),
            0,
            given.maxRows(),
            given.resultSetType(),
            given.onSubstitute());
  }

  private <T> T passThrough(AtResource resource, AtStatement statement, String sql, Reply<T> reply)
      throws SQLException {
    LocalBranch branch = connection.isAutoCommit() ? null : connection.join();
    try {
      if (branch != null) {
        branch.requireUsable();
        branch.runs(statement.delegate());
      }
      return reply.passThrough().call();
    } catch (SQLException failure) {
      throw branch == null ? failure : branch.failed(failure);
    } finally {
      if (branch != null) {
        branch.runs(null);
      }
      if (!isSelect(sql)) {
        resource.sessionMayHaveChanged(connection.delegate());
      }
    }
  }

  /** A cheap guess that may be wrong in one direction only: what is no SELECT asks anew. */
  private static boolean isSelect(String sql) {
    return sql.regionMatches(true, 0, "select", 0, 6);
  }

  private static boolean isUntracked(AtResource resource, AnalyzedStatement.TableStatement change)
      throws StatementRefusedException {
    long untracked = change.tables().stream().filter(resource::isUntracked).count();
    if (untracked > 0 && untracked < change.tables().size()) {
      throw new StatementRefusedException(
          change.sql(),
          "it concerns tables that are declared untracked and others that are not.",
          "Send a statement for each.");
    }
    return untracked > 0;
  }

  private static boolean givesRows(AnalyzedStatement.TableStatement change) {
    return change instanceof AnalyzedStatement.LockingSelect
        || (change instanceof AnalyzedStatement.Filtered filtered && filtered.returning() != null)
        || (change instanceof AnalyzedStatement.WritableCte cte && cte.givesRows())
        || (change instanceof AnalyzedStatement.Insert insert && insert.returning() != null)
        || (change instanceof AnalyzedStatement.Merge merge && merge.returning() != null);
  }

  private static void requireParameters(
      AnalyzedStatement.TableStatement change, List<BoundParameters> items) throws SQLException {
    for (BoundParameters item : items) {
      if (item.setters().size() != change.parameterCount()) {
        throw new SQLException(
            "the statement has "
                + change.parameterCount()
                + " parameters, but "
                + item.setters().size()
                + " were set: "
                + change.sql(),
            "07001");
      }
    }
  }
}
