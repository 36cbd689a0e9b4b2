package io.attx.datasource.jdbc;

import io.attx.Xid;
import io.attx.client.GlobalLock;
import io.attx.client.GlobalTransactionContext;
import io.attx.client.Participation;
import io.attx.datasource.branch.AtResource;
import io.attx.datasource.branch.LocalBranch;
import io.attx.datasource.sql.AnalyzedStatement;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A connection that only delegates outside of a global transaction. Inside, its local transaction
 * is a branch: membership is fixed at the first statement and stays until the local transaction
 * ends, whatever the thread's context does meanwhile.
 */
public final class AtConnection extends DelegatingConnection {
  private final Connection physical;
  private final SqlCall<AtResource> resource;
  private final boolean checksLocalWrites;
  private final StatementRunner runner = new StatementRunner(this);

  private @Nullable LocalBranch branch;
  private @Nullable Map<String, Savepoint> textSavepoints;
  private boolean wroteOutside;

  private AtConnection(
      Connection physical, SqlCall<AtResource> resource, boolean checksLocalWrites) {
    this.physical = physical;
    this.resource = resource;
    this.checksLocalWrites = checksLocalWrites;
  }

  /**
   * Wraps one connection.
   *
   * @param resource the database behind it; asked for at the first statement in a branch only
   * @param checksLocalWrites whether local transactions outside of any global transaction respect
   *     row locks, also where the thread did not ask for it
   */
  public static Connection wrap(
      Connection physical, ResourceSource resource, boolean checksLocalWrites) {
    return new AtConnection(physical, resource::get, checksLocalWrites);
  }

  /** Where the database behind a connection comes from. */
  @FunctionalInterface
  public interface ResourceSource {
    /** The database; initialised now where that has not succeeded before. */
    AtResource get() throws SQLException;
  }

  @Override
  Connection delegate() {
    return physical;
  }

  // ---------------------------------------------------------------- membership

  AtResource resource() throws SQLException {
    return resource.call();
  }

  StatementRunner runner() {
    return runner;
  }

  /** Whether the next statement runs inside a branch. */
  boolean joins() {
    return openBranch() != null || GlobalTransactionContext.current() != null || isChecked();
  }

  /** Whether what runs outside of any global transaction respects row locks. */
  private boolean isChecked() {
    return checksLocalWrites || GlobalLock.isBound();
  }

  /**
   * Whether a statement that the proxy cannot follow runs unchecked: outside of any global
   * transaction, where nobody asked for this very statement to be checked.
   */
  boolean passesUnknown() {
    LocalBranch open = openBranch();
    return GlobalTransactionContext.current() == null
        && (open == null || open.isOutside())
        && !GlobalLock.isBound();
  }

  private @Nullable LocalBranch openBranch() {
    LocalBranch known = branch;
    return known == null || known.isEnded() ? null : known;
  }

  /** Something that may have changed rows ran outside of a global transaction. */
  void wroteOutside() {
    wroteOutside = true;
  }

  boolean isAutoCommit() throws SQLException {
    return openBranch() == null && physical.getAutoCommit();
  }

  /**
   * Refuses to join in the middle of a local transaction that has written before.
   *
   * @throws SQLException also when the local transaction can only be rolled back
   */
  void requireJoinable() throws SQLException {
    LocalBranch open = openBranch();
    if (open != null) {
      open.requireUsable();
      requireSameTransaction(open);
    } else if (wroteOutside && !physical.getAutoCommit()) {
      Xid current = GlobalTransactionContext.currentXid();
      throw new SQLNonTransientException(
          (current == null ? "the check of row locks" : "global transaction " + current)
              + " cannot be joined in the middle of a local transaction: this connection has"
              + " executed statements outside of it that could not be undone. What to do: commit"
              + " or roll back the local transaction first, or begin the global transaction (the"
              + " check) before the local one.",
          "25001");
    }
  }

  /**
   * A local transaction belongs to one global transaction for as long as it lasts; what runs in it
   * on behalf of another one would be decided with the wrong one.
   */
  private static void requireSameTransaction(LocalBranch open) throws SQLException {
    Xid current = GlobalTransactionContext.currentXid();
    if (current != null && !current.equals(open.xid())) {
      throw new SQLNonTransientException(
          "this connection's local transaction belongs to global transaction "
              + open.xid()
              + ", but the thread is in "
              + current
              + " now. What to do: give the work in "
              + current
              + " a local transaction and a connection of its own (with Spring"
              + " @Transactional(propagation = REQUIRES_NEW) beside the inner"
              + " @GlobalTransactional), or commit the outer local transaction before.",
          "25001");
    }
  }

  /** The branch of the open local transaction; begins one. */
  LocalBranch join() throws SQLException {
    LocalBranch open = openBranch();
    if (open != null) {
      return open;
    }
    LocalBranch opened = resource().branch(participation(), physical);
    branch = opened;
    return opened;
  }

  /** What the next local transaction takes part in; in nothing where it only respects locks. */
  Participation participation() throws SQLException {
    Participation current = GlobalTransactionContext.current();
    if (current != null) {
      return current;
    }
    if (isChecked()) {
      return resource().outside();
    }
    throw new SQLException("the thread left the global transaction", "25000");
  }

  private void localTransactionEnded() {
    branch = null;
    textSavepoints = null;
    wroteOutside = false;
  }

  // ---------------------------------------------------------------- transaction control

  @Override
  public void commit() throws SQLException {
    LocalBranch open = openBranch();
    try {
      if (open == null) {
        physical.commit();
      } else {
        open.commit();
      }
    } finally {
      if (open == null || open.isEnded()) {
        localTransactionEnded();
      }
    }
  }

  @Override
  public void rollback() throws SQLException {
    LocalBranch open = openBranch();
    if (open == null) {
      physical.rollback();
      localTransactionEnded();
      return;
    }
    try {
      open.rollback();
    } finally {
      localTransactionEnded();
    }
  }

  @Override
  public void setAutoCommit(boolean value) throws SQLException {
    if (value && openBranch() != null) {
      commit();
    }
    boolean changes = wroteOutside && physical.getAutoCommit() != value;
    physical.setAutoCommit(value);
    if (changes) {
      wroteOutside = false;
    }
  }

  @Override
  public void close() throws SQLException {
    LocalBranch open = openBranch();
    localTransactionEnded();
    if (open == null) {
      physical.close();
      return;
    }
    if (physical.isClosed()) {
      open.connectionClosed();
      return;
    }
    try {
      open.rollback();
    } finally {
      physical.close();
    }
  }

  /** The owner learns of it from its next call and then ends the branch. */
  @Override
  public void abort(Executor executor) throws SQLException {
    physical.abort(executor);
  }

  @Override
  public Savepoint setSavepoint() throws SQLException {
    requireUsable();
    return marked(physical.setSavepoint());
  }

  @Override
  public Savepoint setSavepoint(String name) throws SQLException {
    requireUsable();
    return marked(physical.setSavepoint(name));
  }

  /**
   * A savepoint behind what dooms the local transaction must not be: going back to it would seem to
   * take the reason back.
   */
  private void requireUsable() throws SQLException {
    LocalBranch open = openBranch();
    if (open != null) {
      open.requireUsable();
    }
  }

  private Savepoint marked(Savepoint savepoint) {
    LocalBranch open = openBranch();
    if (open != null) {
      open.savepoint(savepoint);
    }
    return savepoint;
  }

  @Override
  public void rollback(Savepoint savepoint) throws SQLException {
    physical.rollback(savepoint);
    LocalBranch open = openBranch();
    if (open != null) {
      open.rolledBackTo(savepoint);
    }
  }

  @Override
  public void releaseSavepoint(Savepoint savepoint) throws SQLException {
    physical.releaseSavepoint(savepoint);
    LocalBranch open = openBranch();
    if (open != null) {
      open.released(savepoint);
    }
  }

  /** Carries out transaction control that came as SQL text inside a global transaction. */
  void control(AnalyzedStatement.TransactionControl control) throws SQLException {
    boolean autoCommit = isAutoCommit();
    switch (control.kind()) {
      case BEGIN ->
          throw new io.attx.datasource.image.StatementRefusedException(
              control.sql(),
              "the local transaction is controlled through the connection.",
              "call setAutoCommit(false) instead.");
      case COMMIT -> {
        if (!autoCommit) {
          commit();
        }
      }
      case ROLLBACK -> {
        if (!autoCommit) {
          rollback();
        }
      }
      case AUTOCOMMIT -> setAutoCommit(Boolean.parseBoolean(control.argument()));
      case SAVEPOINT -> textSavepoints().put(control.argument(), setSavepoint(control.argument()));
      case ROLLBACK_TO -> rollback(textSavepoint(control));
      case RELEASE -> releaseSavepoint(textSavepoint(control));
    }
  }

  private Map<String, Savepoint> textSavepoints() {
    Map<String, Savepoint> known = textSavepoints;
    if (known == null) {
      known = new HashMap<>();
      textSavepoints = known;
    }
    return known;
  }

  private Savepoint textSavepoint(AnalyzedStatement.TransactionControl control)
      throws SQLException {
    Savepoint known = textSavepoints().get(control.argument());
    if (known == null) {
      throw new SQLException("there is no savepoint " + control.argument(), "3B001");
    }
    return known;
  }

  // ---------------------------------------------------------------- statements

  @Override
  public Statement createStatement() throws SQLException {
    return new AtStatement(
        this, physical.createStatement(), ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
  }

  @Override
  public Statement createStatement(int type, int concurrency) throws SQLException {
    return new AtStatement(this, physical.createStatement(type, concurrency), type, concurrency);
  }

  @Override
  public Statement createStatement(int type, int concurrency, int holdability) throws SQLException {
    return new AtStatement(
        this, physical.createStatement(type, concurrency, holdability), type, concurrency);
  }

  private PreparedStatement prepare(
      String sql, KeyRequest keys, int type, int concurrency, SqlCall<PreparedStatement> source)
      throws SQLException {
    PreparedStatement now = joins() ? null : source.call();
    return new AtPreparedStatement(this, sql, keys, type, concurrency, source, now);
  }

  private PreparedStatement prepare(String sql, KeyRequest keys, SqlCall<PreparedStatement> source)
      throws SQLException {
    return prepare(sql, keys, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY, source);
  }

  @Override
  public PreparedStatement prepareStatement(String sql) throws SQLException {
    return prepare(sql, KeyRequest.NONE, () -> physical.prepareStatement(sql));
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int flag) throws SQLException {
    return prepare(sql, KeyRequest.of(flag), () -> physical.prepareStatement(sql, flag));
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int[] indexes) throws SQLException {
    return prepare(sql, KeyRequest.of(indexes), () -> physical.prepareStatement(sql, indexes));
  }

  @Override
  public PreparedStatement prepareStatement(String sql, String[] names) throws SQLException {
    return prepare(sql, KeyRequest.of(names), () -> physical.prepareStatement(sql, names));
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int type, int concurrency)
      throws SQLException {
    return prepare(
        sql,
        KeyRequest.NONE,
        type,
        concurrency,
        () -> physical.prepareStatement(sql, type, concurrency));
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
      throws SQLException {
    return prepare(
        sql,
        KeyRequest.NONE,
        type,
        concurrency,
        () -> physical.prepareStatement(sql, type, concurrency, holdability));
  }

  @Override
  public CallableStatement prepareCall(String sql) throws SQLException {
    return GuardedProxies.call(this, sql, physical.prepareCall(sql));
  }

  @Override
  public CallableStatement prepareCall(String sql, int type, int concurrency) throws SQLException {
    return GuardedProxies.call(this, sql, physical.prepareCall(sql, type, concurrency));
  }

  @Override
  public CallableStatement prepareCall(String sql, int type, int concurrency, int holdability)
      throws SQLException {
    return GuardedProxies.call(
        this, sql, physical.prepareCall(sql, type, concurrency, holdability));
  }

  @Override
  public DatabaseMetaData getMetaData() throws SQLException {
    return GuardedProxies.metaData(this, physical.getMetaData());
  }
}
