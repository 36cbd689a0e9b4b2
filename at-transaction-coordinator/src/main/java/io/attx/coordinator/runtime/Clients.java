package io.attx.coordinator.runtime;

import io.attx.coordinator.state.Session;
import io.attx.protocol.ResourceAnnouncement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which session is connected by which link, and what it announced. */
final class Clients {
  private final EventLoop loop;
  private final Map<Long, Client> bySession = new LinkedHashMap<>();
  private final IdentityHashMap<ClientLink, Client> byLink = new IdentityHashMap<>();

  Clients(EventLoop loop) {
    this.loop = loop;
  }

  void add(Session session) {
    Client client = new Client(session.number(), session.application(), loop.nanos());
    bySession.put(client.session, client);
  }

  @Nullable Client bySession(long session) {
    return bySession.get(session);
  }

  /** The client behind a link that said hello, or null. */
  @Nullable Client byLink(ClientLink link) {
    return byLink.get(link);
  }

  Collection<Client> all() {
    return bySession.values();
  }

  /** The newest connection wins: returns the older one, which the caller closes. */
  @Nullable ClientLink connect(Client client, ClientLink link) {
    ClientLink older = client.link;
    if (older != null) {
      byLink.remove(older);
    }
    byLink.put(link, client);
    client.link = link;
    client.sinceNanos = loop.nanos();
    client.resources.clear();
    return older == link ? null : older;
  }

  /** The link is gone; returns the client that lost its connection by that. */
  @Nullable Client disconnect(ClientLink link) {
    Client client = byLink.remove(link);
    if (client != null) {
      client.link = null;
      client.sinceNanos = loop.nanos();
    }
    return client;
  }

  /** Forgets an expired session; returns its link, which the caller closes. */
  @Nullable ClientLink remove(Client client) {
    bySession.remove(client.session);
    ClientLink link = client.link;
    if (link != null) {
      byLink.remove(link);
      client.link = null;
    }
    return link;
  }

  List<ClientLink> links() {
    return new ArrayList<>(byLink.keySet());
  }

  /** Another connected client that announces the same resource from a different server, or null. */
  @Nullable Client cloneOf(Client client, ResourceAnnouncement announced) {
    if (announced.serverId().isEmpty()) {
      return null;
    }
    for (Client other : bySession.values()) {
      ResourceAnnouncement theirs =
          other == client || !other.isConnected()
              ? null
              : other.resources.get(announced.resource());
      if (theirs != null
          && !theirs.serverId().isEmpty()
          && !theirs.serverId().equals(announced.serverId())) {
        return other;
      }
    }
    return null;
  }
}
