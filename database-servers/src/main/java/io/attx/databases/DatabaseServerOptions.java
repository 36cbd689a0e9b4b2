package io.attx.databases;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a server is started. Immutable.
 *
 * @param kind which server
 * @param durable whether commits are forced to disk: needed in crash tests of the machine kind and
 *     in benchmarks; without it the server still survives {@link DatabaseServer#kill()} with every
 *     commit, but not a power failure, and is much faster
 * @param workDirectory where the data and the log of the server are, kept at the end; null for a
 *     temporary directory that is deleted at the end
 * @param extraArguments appended to the server's own arguments
 */
public record DatabaseServerOptions(
    DatabaseKind kind, boolean durable, @Nullable Path workDirectory, List<String> extraArguments) {

  /** Copies the list. */
  public DatabaseServerOptions {
    extraArguments = List.copyOf(extraArguments);
  }

  /** Fast, in a temporary directory. */
  public static DatabaseServerOptions fast(DatabaseKind kind) {
    return new DatabaseServerOptions(kind, false, null, List.of());
  }

  /** With every commit forced to disk, in a temporary directory. */
  public static DatabaseServerOptions durable(DatabaseKind kind) {
    return new DatabaseServerOptions(kind, true, null, List.of());
  }

  /** The same in the given directory, which is created if missing. */
  public DatabaseServerOptions in(Path directory) {
    return new DatabaseServerOptions(kind, durable, directory, extraArguments);
  }

  /** The same with more arguments for the server. */
  public DatabaseServerOptions withArguments(String... arguments) {
    return new DatabaseServerOptions(kind, durable, workDirectory, List.of(arguments));
  }
}
