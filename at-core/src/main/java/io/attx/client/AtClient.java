package io.attx.client;

import io.attx.GlobalStatus;
import io.attx.Xid;

/**
 * The connection of one application to the coordinator: begins global transactions and serves the
 * resource managers of this process. Thread-safe. Starts without a coordinator and keeps trying;
 * what needs one fails clearly until it is there.
 */
public interface AtClient extends AutoCloseable {
  /** Connects in the background; never blocks and never fails for lack of a coordinator. */
  static AtClient connect(AtClientOptions options) {
    return DefaultAtClient.connect(options);
  }

  /**
   * Begins a global transaction and binds it to the calling thread. Sends nothing by itself.
   *
   * @throws io.attx.CoordinatorUnavailableException when there is no session with a coordinator
   * @throws IllegalStateException when the thread is already in a global transaction
   */
  GlobalTransaction begin(GlobalTransactionOptions options);

  /**
   * Runs {@code work} in a global transaction of its own and returns what it returned: commits on
   * return, rolls back on any throwable, which then reaches the caller as it is; a failure of the
   * rollback is added to it as suppressed.
   *
   * @throws io.attx.GlobalTransactionException when the commit ended as a rollback
   */
  <T, X extends Exception> T call(GlobalTransactionOptions options, Call<T, X> work) throws X;

  /** As {@link #call} for work without a result. */
  default <X extends Exception> void execute(GlobalTransactionOptions options, Work<X> work)
      throws X {
    var unused =
        this.<Boolean, X>call(
            options,
            () -> {
              work.run();
              return true;
            });
  }

  /**
   * Work with a result.
   *
   * @param <T> the result
   * @param <X> what it may throw
   */
  @FunctionalInterface
  interface Call<T, X extends Exception> {
    /** Does the work. */
    T run() throws X;
  }

  /**
   * Work without a result.
   *
   * @param <X> what it may throw
   */
  @FunctionalInterface
  interface Work<X extends Exception> {
    /** Does the work. */
    void run() throws X;
  }

  /**
   * Takes part in a transaction that was begun elsewhere, until the scope is closed; as {@link
   * GlobalTransactionContext#join}, but a {@code setRollbackOnly} inside reaches the coordinator
   * even when the scope never opens a branch.
   *
   * @throws IllegalStateException when the thread is already in a different global transaction
   */
  GlobalTransactionContext.Scope join(Xid xid);

  /**
   * Asks the coordinator for the state of a transaction, for example after a commit whose outcome
   * could not be learned.
   *
   * @return UNKNOWN when the coordinator has no record (any more)
   * @throws io.attx.CoordinatorUnavailableException when the coordinator did not answer in time
   */
  GlobalStatus status(Xid xid);

  /** The side that resource managers talk to. */
  ResourceManagerClient resourceManagers();

  /** Whether a session with a coordinator is open right now. */
  boolean isConnected();

  /** What this client has to do with right now, for operators. */
  ClientSnapshot snapshot();

  /** Ends the session; open transactions are left to their deadline. Idempotent. */
  @Override
  void close();
}
