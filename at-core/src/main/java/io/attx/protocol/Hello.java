package io.attx.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The first message on a connection: authenticates and opens or resumes a session.
 *
 * @param minVersion the oldest protocol version that the client speaks
 * @param maxVersion the newest protocol version that the client speaks
 * @param token the shared secret; empty where the coordinator asks for none
 * @param application the name of the application, for people
 * @param resume the session to go on with; null opens a new one
 */
public record Hello(
    int minVersion,
    int maxVersion,
    String token,
    String application,
    @Nullable SessionTicket resume)
    implements Request {
  @Override
  public String toString() {
    return "Hello[" + minVersion + ".." + maxVersion + ", " + application + ", " + resume + "]";
  }
}
