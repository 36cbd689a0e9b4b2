package io.attx.protocol;

import java.util.List;

/**
 * Tells which resources this session can execute phase two for; replaces what it announced before.
 *
 * @param resources all of them
 */
public record AnnounceResources(List<ResourceAnnouncement> resources) implements Request {
  /** Copies the list. */
  public AnnounceResources {
    resources = List.copyOf(resources);
  }
}
