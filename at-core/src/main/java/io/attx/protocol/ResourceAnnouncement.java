package io.attx.protocol;

import io.attx.ResourceId;

/**
 * One resource of a session.
 *
 * @param resource the identity stored inside the database
 * @param serverId what the database server says of itself, or empty; the same resource from two
 *     servers at once is a cloned database
 * @param description for people: product and URL without secrets
 */
public record ResourceAnnouncement(ResourceId resource, String serverId, String description) {}
