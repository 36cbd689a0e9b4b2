package io.attx.coordinator.runtime;

import io.attx.protocol.Push;
import io.attx.protocol.Response;

/**
 * One connection of a client as the runtime sees it. Thread-safe; sending on a closed link does
 * nothing and never throws. Two links are the same only when they are the same object.
 */
public interface ClientLink {
  /** Answers a request. */
  void respond(long requestId, Response response);

  /** Sends a one-way message. */
  void push(Push push);

  /** Closes after what was sent has left; {@link CoordinatorRuntime#closed} follows. */
  void close();

  /** {@code host:port} of the other side, for people. */
  String remoteAddress();
}
