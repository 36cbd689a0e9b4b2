package io.attx.client;

import java.util.concurrent.Callable;

/**
 * The connection of one application to the coordinator: begins global transactions and serves the
 * resource managers of this process. Thread-safe. Starts without a coordinator and keeps trying;
 * what needs one fails clearly until it is there.
 */
public interface AtClient extends AutoCloseable {
  /** Connects in the background; never blocks and never fails for lack of a coordinator. */
  static AtClient connect(AtClientOptions options) {
    throw new UnsupportedOperationException("contract only");
  }

  /**
   * Begins a global transaction and binds it to the calling thread. Sends nothing by itself.
   *
   * @throws io.attx.CoordinatorUnavailableException when there is no session with a coordinator
   * @throws IllegalStateException when the thread is already in a global transaction
   */
  GlobalTransaction begin(GlobalTransactionOptions options);

  /**
   * Runs {@code work} in a global transaction of its own: commits on return, rolls back on any
   * throwable, which then reaches the caller; a failure of the rollback is added to it as
   * suppressed.
   *
   * @throws io.attx.GlobalTransactionException when the commit ended as a rollback
   */
  <T> T execute(GlobalTransactionOptions options, Callable<T> work) throws Exception;

  /** As {@link #execute(GlobalTransactionOptions, Callable)} for work without a result. */
  void execute(GlobalTransactionOptions options, Runnable work);

  /** The side that resource managers talk to. */
  ResourceManagerClient resourceManagers();

  /** Whether a session with a coordinator is open right now. */
  boolean isConnected();

  /** Ends the session; open transactions are left to their deadline. Idempotent. */
  @Override
  void close();
}
