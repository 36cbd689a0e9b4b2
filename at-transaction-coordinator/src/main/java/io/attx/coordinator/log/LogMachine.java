package io.attx.coordinator.log;

import java.util.concurrent.CompletableFuture;

/** What a {@link ReplicatedLog} feeds. Calls come from one thread of the log at a time. */
public interface LogMachine {
  /**
   * Applies a durable entry. Calls come in index order; the machine may queue them to its own
   * thread as long as it keeps the order.
   *
   * @return completes when applied; a failure is a defect and stops the process
   */
  CompletableFuture<Void> apply(long index, byte[] entry);

  /** The whole state after everything handed to {@link #apply} so far. */
  CompletableFuture<byte[]> snapshot();

  /** Replaces the whole state. */
  void restore(byte[] snapshot);

  /** This node became, or ceased to be, the leader; as leader all earlier entries are applied. */
  void leadershipChanged(boolean leader);

  /** The log can no longer be trusted (disk failure, corruption): the process must end. */
  void failed(Throwable failure);
}
