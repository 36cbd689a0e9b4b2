package io.attx.protocol;

/**
 * What lets a client resume its session after its connection was lost.
 *
 * @param cluster the incarnation that issued it
 * @param session the session number
 * @param secret proves that the client owns the session
 * @param position the highest log position that this client was acknowledged; a coordinator that is
 *     behind it refuses to serve
 */
public record SessionTicket(long cluster, long session, long secret, long position) {
  @Override
  public String toString() {
    return "session " + session + " of " + Long.toHexString(cluster) + " at " + position;
  }
}
