package io.attx.coordinator.rpc;

import io.attx.coordinator.runtime.ClientLink;
import io.attx.protocol.Push;
import io.attx.protocol.Response;
import io.attx.transport.RpcConnection;

/** A connection as the runtime sees it; one object for the life of the connection. */
record ConnectionLink(RpcConnection connection) implements ClientLink {
  @Override
  public void respond(long requestId, Response response) {
    connection.respond(requestId, response);
  }

  @Override
  public void push(Push push) {
    connection.push(push);
  }

  @Override
  public void close() {
    connection.close();
  }

  @Override
  public String remoteAddress() {
    return connection.remoteAddress();
  }

  /** Identity: two links are the same only when they are the same object. */
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
