package io.attx.datasource.dialect;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Keeps a small fact per physical connection, by identity, for as long as the connection lives.
 * Thread-safe.
 */
public final class WeakConnectionCache<T> {
  private final Cache<Connection, T> facts = Caffeine.newBuilder().weakKeys().build();
  private final Source<T> source;

  /** With the query that reads the fact when it is not known. */
  public WeakConnectionCache(Source<T> source) {
    this.source = source;
  }

  /** The fact, read at the first call for a physical connection. */
  public T get(Connection connection) throws SQLException {
    Connection physical = physical(connection);
    T known = facts.getIfPresent(physical);
    if (known == null) {
      known = source.read(connection);
      facts.put(physical, known);
    }
    return known;
  }

  /** Reads it again at the next call. */
  public void forget(Connection connection) throws SQLException {
    facts.invalidate(physical(connection));
  }

  /** Pools hand out a new wrapper each time; the fact belongs to what is below. */
  private static Connection physical(Connection connection) throws SQLException {
    Connection inner = connection;
    while (true) {
      Connection next =
          inner.isWrapperFor(Connection.class) ? inner.unwrap(Connection.class) : inner;
      if (next == inner) {
        return inner;
      }
      inner = next;
    }
  }

  /** Reads a fact from a session. */
  @FunctionalInterface
  public interface Source<T> {
    /** Reads it. */
    T read(Connection connection) throws SQLException;
  }
}
