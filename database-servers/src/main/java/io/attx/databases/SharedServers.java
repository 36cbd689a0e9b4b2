package io.attx.databases;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One fast server of each kind for all tests of a JVM, started when first asked for and gone with
 * the JVM. Tests get a fresh database each and so never see each other. A test that kills or
 * restarts a server starts one of its own.
 */
public final class SharedServers {

  // The one static state here: a server per kind and JVM is the purpose of this class, and test
  // classes share nothing
  // else that could hold it.
  private static final SharedServers OF_THIS_JVM = new SharedServers();

  private final Map<DatabaseKind, DatabaseServer> servers = new ConcurrentHashMap<>();
  private final AtomicInteger databases = new AtomicInteger();

  private SharedServers() {}

  /** The shared server of that kind. Nobody stops or closes it. */
  public static DatabaseServer server(DatabaseKind kind) {
    return OF_THIS_JVM.servers.computeIfAbsent(kind, DatabaseServer::start);
  }

  /** A new, empty database on the shared server of that kind. */
  public static DatabaseAddress freshDatabase(DatabaseKind kind) {
    return server(kind).createDatabase("t" + OF_THIS_JVM.databases.incrementAndGet());
  }
}
