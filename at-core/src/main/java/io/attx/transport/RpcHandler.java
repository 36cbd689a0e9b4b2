package io.attx.transport;

import io.attx.protocol.Request;

/**
 * What a server does with its connections. Called on I/O threads; must not block. Calls for one
 * connection come one after another.
 */
public interface RpcHandler {
  /**
   * A request arrived; exactly one response is owed by {@link RpcConnection#respond}, now or later.
   * The first request of every connection is a {@code Hello}.
   */
  void request(RpcConnection connection, long requestId, Request request);

  /**
   * The connection is gone; nothing more comes from it. Called once, for every connection whose
   * hello was handed over.
   */
  void closed(RpcConnection connection);
}
