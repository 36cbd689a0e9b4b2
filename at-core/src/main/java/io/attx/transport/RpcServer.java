package io.attx.transport;

/**
 * Accepts connections and turns frames into requests for a {@link RpcHandler}. Thread-safe. Until a
 * {@code Hello} was answered with {@code HelloAccepted}, a connection may send nothing else, only
 * small frames, and only for a short time.
 */
public final class RpcServer implements AutoCloseable {
  private RpcServer() {}

  /**
   * Listens.
   *
   * @param port 0 picks a free one
   * @throws java.io.UncheckedIOException when the address is in use; the message names it
   */
  public static RpcServer start(String host, int port, RpcHandler handler) {
    throw new UnsupportedOperationException("contract only " + host + port);
  }

  /** The port that it listens on. */
  public int port() {
    return 0;
  }

  /** Stops accepting, closes all connections. Idempotent. */
  @Override
  public void close() {}
}
