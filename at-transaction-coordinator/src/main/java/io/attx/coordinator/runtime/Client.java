package io.attx.coordinator.runtime;

import io.attx.ResourceId;
import io.attx.protocol.ResourceAnnouncement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the leader remembers of one session besides the replicated part. */
final class Client {
  final long session;
  final String application;

  /** The newest connection, or null while there is none. */
  @Nullable ClientLink link;

  /** When something was heard last, or when the connection was lost. */
  long sinceNanos;

  /** The expiry is proposed. */
  boolean expiring;

  /** What it announced on this connection. */
  final Map<ResourceId, ResourceAnnouncement> resources = new LinkedHashMap<>();

  Client(long session, String application, long nowNanos) {
    this.session = session;
    this.application = application;
    this.sinceNanos = nowNanos;
  }

  boolean isConnected() {
    return link != null;
  }
}
