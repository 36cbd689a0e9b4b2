package io.attx;

/**
 * The lock space that a resource manager works on: one schema (MySQL, MariaDB) or one database
 * (PostgreSQL, H2). The value is the identity stored inside the database itself, so two services
 * that reach one database by different names share one resource. Immutable.
 *
 * @param value 1 to {@value #MAX_LENGTH} characters
 */
public record ResourceId(String value) implements Comparable<ResourceId> {
  /** The longest value, in characters. */
  public static final int MAX_LENGTH = 100;

  /** Checks the length. */
  public ResourceId {
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a resource id has 1 to " + MAX_LENGTH + " characters, not " + value.length());
    }
  }

  @Override
  public int compareTo(ResourceId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
