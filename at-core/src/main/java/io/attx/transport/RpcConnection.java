package io.attx.transport;

import io.attx.protocol.Push;
import io.attx.protocol.Response;
import org.jspecify.annotations.Nullable;

/** One connection of a server. Thread-safe; sending on a closed connection does nothing. */
public interface RpcConnection {
  /** Answers a request. */
  void respond(long requestId, Response response);

  /** Sends a one-way message. */
  void push(Push push);

  /** Closes after what was sent has left. */
  void close();

  /** {@code host:port} of the other side, for people. */
  String remoteAddress();

  /** Bytes that were sent but have not left the process; a slow client has many. */
  long pendingBytes();

  /** What the handler attached, or null. */
  @Nullable Object attachment();

  /** Lets the handler remember something about this connection. */
  void attach(Object attachment);
}
