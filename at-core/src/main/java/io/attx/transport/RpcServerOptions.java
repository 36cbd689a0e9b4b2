package io.attx.transport;

import java.time.Duration;

/**
 * Bounds of a server. Immutable.
 *
 * @param helloTimeout how long a new connection may take to send its hello
 * @param idleTimeout a connection that sent nothing for this long is closed; longer than the
 *     heart-beat that clients are told
 * @param maxConnections further connections are closed at once
 * @param maxPendingBytes a client that does not read its answers is closed beyond this
 * @param ioThreads how many threads serve the connections
 */
public record RpcServerOptions(
    Duration helloTimeout,
    Duration idleTimeout,
    int maxConnections,
    long maxPendingBytes,
    int ioThreads) {
  /** 5 s, 60 s, 10,000 connections, 64 MiB, one thread for each two processors. */
  public static RpcServerOptions defaults() {
    return new RpcServerOptions(
        Duration.ofSeconds(5),
        Duration.ofSeconds(60),
        10_000,
        64L * 1024 * 1024,
        Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  }

  /** The same with another time for the hello. */
  public RpcServerOptions withHelloTimeout(Duration timeout) {
    return new RpcServerOptions(timeout, idleTimeout, maxConnections, maxPendingBytes, ioThreads);
  }

  /** The same with another time-out of silent connections. */
  public RpcServerOptions withIdleTimeout(Duration timeout) {
    return new RpcServerOptions(helloTimeout, timeout, maxConnections, maxPendingBytes, ioThreads);
  }

  /** The same with another number of connections. */
  public RpcServerOptions withMaxConnections(int connections) {
    return new RpcServerOptions(helloTimeout, idleTimeout, connections, maxPendingBytes, ioThreads);
  }
}
