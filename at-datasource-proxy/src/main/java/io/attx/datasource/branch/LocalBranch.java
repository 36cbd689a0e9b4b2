package io.attx.datasource.branch;

import io.attx.BranchRef;
import io.attx.CoordinatorUnavailableException;
import io.attx.LocalEnd;
import io.attx.LockRequest;
import io.attx.Xid;
import io.attx.client.ClientBranch;
import io.attx.client.Participation;
import io.attx.datasource.dialect.AtDialect.FailureScope;
import io.attx.datasource.image.BoundParameters;
import io.attx.datasource.image.PartialBatchException;
import io.attx.datasource.image.StatementOutcome;
import io.attx.datasource.image.StatementRefusedException;
import io.attx.datasource.image.StatementRequest;
import io.attx.datasource.image.TableChangedException;
import io.attx.datasource.image.UnprotectedChangeException;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.metadata.TableNotSupportedException;
import io.attx.datasource.sql.AnalyzedStatement;
import io.attx.protocol.Limits;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One local transaction as a branch, from its first statement to its local end. Used by one thread
 * at a time, except that any thread may forbid its commit.
 */
public final class LocalBranch {
  private static final Logger LOG = LoggerFactory.getLogger(LocalBranch.class);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

  private final AtResource resource;
  private final Participation participation;
  private final Connection connection;
  private final BranchBuffer buffer = new BranchBuffer();
  private final ReentrantLock running = new ReentrantLock();

  private @Nullable Statement runningStatement;
  private @Nullable ClientBranch branch;
  private volatile @Nullable Doom doom;
  private boolean ended;

  /**
   * Why the local transaction can only be rolled back.
   *
   * @param curable whether going back to a savepoint takes the reason away
   */
  private record Doom(String reason, @Nullable Throwable cause, boolean curable) {}

  LocalBranch(AtResource resource, Participation participation, Connection connection) {
    this.resource = resource;
    this.participation = participation;
    this.connection = connection;
    if (!isOutside()) {
      resource.openBranches().add(this);
    }
  }

  /**
   * Whether this is no branch but a local transaction outside of any global transaction that
   * respects row locks.
   */
  public boolean isOutside() {
    return participation instanceof OutsideParticipation;
  }

  /** The global transaction that this is a branch of. */
  public Xid xid() {
    return participation.xid();
  }

  /** Whether the local transaction is over. */
  public boolean isEnded() {
    return ended;
  }

  /**
   * Runs one statement or batch of the application and buffers what it did.
   *
   * @throws SQLException as the driver would, or refused before anything executed
   */
  public StatementOutcome run(
      AnalyzedStatement.TableStatement statement,
      List<BoundParameters> parameters,
      boolean batch,
      StatementRequest.Settings settings)
      throws SQLException {
    requireUsable();
    TableMetadata table = resource.table(connection, statement.table());
    boolean onlyLocks = statement instanceof AnalyzedStatement.LockingSelect;
    if (!onlyLocks && branch == null && !isOutside()) {
      branch = openBranch();
    }
    StatementRequest request =
        new StatementRequest(connection, statement, table, parameters, batch, settings);
    HeldRows held = new HeldRows(resource, name());
    StatementOutcome outcome;
    try {
      outcome = resource.images().run(request, held, buffer.rows(), buffer.bytes());
    } catch (PartialBatchException partial) {
      buffer.add(partial.outcome());
      requireWithinLimits();
      throw partial;
    } catch (SQLException failure) {
      throw failed(failure);
    } catch (RuntimeException failure) {
      throw failed(failure);
    } finally {
      runs(null);
    }
    if (statement instanceof AnalyzedStatement.LockingSelect select) {
      boolean waits = select.lock().waiting() == AnalyzedStatement.Lock.Waiting.WAIT;
      checkLocks(outcome, waits ? resource.lockWait(participation) : Duration.ZERO);
    } else {
      buffer.add(outcome);
      requireWithinLimits();
    }
    return outcome;
  }

  /** The name under which rows are asked for. */
  private Xid name() throws SQLException {
    try {
      return xid();
    } catch (CoordinatorUnavailableException unavailable) {
      throw Failures.unchecked(unavailable, resource.id().toString());
    }
  }

  private ClientBranch openBranch() throws SQLException {
    try {
      return resource.client().openBranch(participation, resource.id());
    } catch (CoordinatorUnavailableException unavailable) {
      throw Failures.refused(unavailable, xid(), where(), List.of(), "Nothing was executed.");
    } catch (io.attx.AttxException | IllegalStateException refused) {
      throw Failures.onlyRollback(xid(), String.valueOf(refused.getMessage()), refused);
    }
  }

  /**
   * Notes what a failed statement means for the local transaction.
   *
   * @return what the application is to see
   */
  public SQLException failed(SQLException failure) {
    Doom known = doom;
    if (known != null) {
      return known.curable() ? failure : Failures.onlyRollback(xid(), known.reason(), failure);
    }
    if (failure instanceof StatementRefusedException
        || failure instanceof TableChangedException
        || failure instanceof TableNotSupportedException) {
      return failure;
    }
    if (failure instanceof UnprotectedChangeException) {
      doom = new Doom("a statement changed rows beyond its images", failure, true);
    } else if (resource.scopeOf(failure) != FailureScope.STATEMENT) {
      doom = new Doom("a statement failed in a way that ends the transaction", failure, true);
    }
    return failure;
  }

  private RuntimeException failed(RuntimeException failure) {
    if (doom == null) {
      doom = new Doom("a statement failed in an unexpected way", failure, true);
    }
    return failure;
  }

  private void checkLocks(StatementOutcome outcome, Duration wait) throws SQLException {
    List<LockRequest> locks = outcome.locks();
    if (locks.isEmpty()) {
      return;
    }
    try {
      await(resource.client().checkLocks(xid(), resource.id(), locks, wait, true), wait);
    } catch (ExecutionException refused) {
      SQLException failure =
          Failures.refused(causeOf(refused), xid(), where(), locks, "The rows are not returned.");
      closeQuietly(outcome, failure);
      throw failure;
    }
  }

  /**
   * Waits, without database row locks, for rows that a local transaction was refused. Used between
   * two attempts of a statement under autocommit, when this branch has ended.
   */
  public void awaitFree(GlobalLockConflictException conflict, Duration wait) throws SQLException {
    List<LockRequest> locks = buffer.locks();
    if (locks.isEmpty() || !conflict.worthWaitingWithoutRowLocks() || wait.isNegative()) {
      throw conflict;
    }
    try {
      await(resource.client().checkLocks(xid(), resource.id(), locks, wait, false), wait);
    } catch (ExecutionException refused) {
      conflict.addSuppressed(causeOf(refused));
      throw conflict;
    }
  }

  private void requireWithinLimits() throws SQLException {
    BranchSettings settings = resource.settings();
    String excess = null;
    if (buffer.rows() > settings.maxRows()) {
      excess = buffer.rows() + " rows (limit maxBranchRows " + settings.maxRows() + ")";
    } else if (buffer.bytes() > settings.maxBytes()) {
      excess = buffer.bytes() + " bytes (limit maxBranchBytes " + settings.maxBytes() + ")";
    }
    if (excess != null) {
      doom = new Doom("the branch is too large: " + excess, null, true);
      throw new java.sql.SQLNonTransientException(
          "global transaction "
              + xid()
              + ", "
              + where()
              + ": the images of this branch reached "
              + excess
              + ". The local transaction can only be rolled back. What to do: do the work in"
              + " smaller local transactions, or raise the limit.",
          "54000");
    }
  }

  /** Remembers the state of the buffer. */
  public void savepoint(Savepoint savepoint) {
    buffer.mark(savepoint);
  }

  /** The connection went back to a savepoint. */
  public void rolledBackTo(Savepoint savepoint) {
    buffer.backTo(savepoint);
    Doom reason = doom;
    if (reason != null && reason.curable()) {
      doom = null;
    }
  }

  /** The connection released a savepoint. */
  public void released(Savepoint savepoint) {
    buffer.release(savepoint);
  }

  /**
   * @throws SQLException when the local transaction can only be rolled back
   */
  public void requireUsable() throws SQLException {
    Doom reason = doom;
    if (reason != null) {
      throw Failures.onlyRollback(xid(), reason.reason(), reason.cause());
    }
  }

  /**
   * Commits the local transaction: registers the branch and inserts the undo row at the same time,
   * then commits. Where that fails, the local transaction has been rolled back.
   */
  public void commit() throws SQLException {
    Doom reason = doom;
    if (reason != null) {
      throw abandon(Failures.onlyRollback(xid(), reason.reason(), reason.cause()));
    }
    ClientBranch registering = branch;
    if (registering == null || buffer.isEmpty()) {
      requireNoLockOfOthers();
      commitUnregistered();
      return;
    }
    Duration wait = resource.lockWait(participation);
    List<LockRequest> locks = buffer.locks();
    if (locks.size() > Limits.MAX_LIST_SIZE) {
      throw abandon(tooManyLocks(locks.size()));
    }
    ClientBranch.Grant grant;
    try {
      CompletableFuture<ClientBranch.Grant> answer = registering.register(locks, wait, true);
      resource.undo().insert(connection, registering.ref(), buffer.undoLog());
      registering.undoWritten(buffer.rows(), buffer.bytes());
      grant = await(answer, wait);
    } catch (ExecutionException refused) {
      String then = "The local transaction was rolled back.";
      throw abandon(Failures.refused(causeOf(refused), xid(), where(), locks, then));
    } catch (SQLException | RuntimeException failure) {
      abandon(failure);
      throw failure;
    }
    if (grant.deadlineNanos() - System.nanoTime() <= 0) {
      throw abandon(Failures.tooLate(registering.ref()));
    }
    commitPhysically(registering);
  }

  /**
   * Outside of any global transaction: while this local transaction has the database's locks on
   * what it wrote, nobody can get the coordinator's, so what is free now is free at the commit.
   */
  private void requireNoLockOfOthers() throws SQLException {
    List<LockRequest> locks = buffer.locks();
    if (!isOutside() || locks.isEmpty()) {
      return;
    }
    Duration wait = resource.lockWait(participation);
    try {
      await(resource.client().checkLocks(xid(), resource.id(), locks, wait, true), wait);
    } catch (ExecutionException refused) {
      String then = "The local transaction was rolled back.";
      throw abandon(Failures.refused(causeOf(refused), xid(), where(), locks, then));
    } catch (SQLException | RuntimeException failure) {
      abandon(failure);
      throw failure;
    }
  }

  private void commitUnregistered() throws SQLException {
    try {
      connection.commit();
    } catch (SQLException | RuntimeException failure) {
      abandon(failure);
      throw failure;
    }
    end(LocalEnd.LOCALLY_COMMITTED);
  }

  private void commitPhysically(ClientBranch registered) throws SQLException {
    try {
      connection.commit();
    } catch (SQLException failure) {
      if (isCertainlyRolledBack(failure)) {
        throw abandon(failure);
      }
      Connections.discard(connection, LOG);
      end(LocalEnd.UNKNOWN);
      throw Failures.outcomeUnknown(registered.ref(), failure);
    } catch (RuntimeException failure) {
      Connections.discard(connection, LOG);
      end(LocalEnd.UNKNOWN);
      throw failure;
    }
    end(LocalEnd.LOCALLY_COMMITTED);
  }

  /** Integrity violations and serialisation failures are answers of the database itself. */
  private boolean isCertainlyRolledBack(SQLException failure) {
    String state = failure.getSQLState();
    return state != null
        && (state.startsWith("23") || state.startsWith("40"))
        && !state.equals("40003")
        && resource.scopeOf(failure) != FailureScope.CONNECTION;
  }

  /**
   * Rolls the local transaction back. The branch has ended afterwards, whatever happens; where the
   * rollback fails, the connection is discarded, because what it holds must never be committed.
   */
  public void rollback() throws SQLException {
    try {
      connection.rollback();
    } catch (SQLException | RuntimeException failure) {
      Connections.discard(connection, LOG);
      throw failure;
    } finally {
      end(LocalEnd.FAILED);
    }
  }

  /** The connection was closed below; the database has taken the local transaction back. */
  public void connectionClosed() {
    end(LocalEnd.FAILED);
  }

  private <E extends Exception> E abandon(E failure) {
    try {
      rollback();
    } catch (SQLException | RuntimeException second) {
      failure.addSuppressed(second);
    }
    return failure;
  }

  private void end(LocalEnd how) {
    if (!ended) {
      ended = true;
      resource.openBranches().remove(this);
      ClientBranch opened = branch;
      if (opened != null) {
        opened.ended(how);
      }
    }
  }

  /** A statement starts to run, or none runs any more (null). */
  public void runs(@Nullable Statement statement) {
    running.lock();
    try {
      runningStatement = statement;
    } finally {
      running.unlock();
    }
  }

  /** From now on only a rollback is possible; what runs is cancelled. Called by any thread. */
  void forbid(String why) {
    Doom reason = doom;
    if (reason != null && !reason.curable()) {
      return;
    }
    doom = new Doom(why, null, false);
    running.lock();
    try {
      Statement statement = runningStatement;
      if (statement != null) {
        statement.cancel();
      }
    } catch (SQLException | RuntimeException failure) {
      LOG.warn("could not cancel a statement of global transaction {}", xid(), failure);
    } finally {
      running.unlock();
    }
  }

  void forbidIfExpired() {
    if (participation.remainingNanos() <= 0) {
      forbid("the time of the global transaction is over");
    }
  }

  static <T> T await(CompletableFuture<T> answer, Duration wait)
      throws ExecutionException, SQLException {
    try {
      return answer.get(wait.plus(ANSWER_LIMIT).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new ExecutionException(
          new CoordinatorUnavailableException("it did not answer in time", late));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while waiting for a global lock", "57014", interrupted);
    }
  }

  static Throwable causeOf(ExecutionException failure) {
    Throwable cause = failure.getCause();
    return cause == null ? failure : cause;
  }

  private static void closeQuietly(StatementOutcome outcome, Throwable failure) {
    try {
      if (outcome.executed() != null) {
        outcome.executed().close();
      }
    } catch (SQLException second) {
      failure.addSuppressed(second);
    }
  }

  private SQLException tooManyLocks(int count) {
    return new java.sql.SQLNonTransientException(
        "global transaction "
            + xid()
            + ", "
            + where()
            + ": the branch needs "
            + count
            + " global locks, more than "
            + Limits.MAX_LIST_SIZE
            + ". The local transaction was rolled back. What to do: do the work in smaller local"
            + " transactions.",
        "54000");
  }

  private String where() {
    ClientBranch opened = branch;
    BranchRef ref = opened == null ? null : opened.ref();
    return (ref == null ? "" : "branch " + ref.branch() + " on ") + "resource " + resource.id();
  }
}
