package io.attx.coordinator;

import io.attx.coordinator.log.RatisLogOptions.Cluster;
import io.attx.coordinator.runtime.CoordinatorSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link CoordinatorServer} runs. Immutable; made by {@link #builder()}.
 *
 * @param host the address to listen on
 * @param port the port for clients; 0 picks a free one
 * @param httpHost the address that HTTP listens on
 * @param httpPort the port of health, metrics and the API of operators; 0 picks a free one, -1 is
 *     off
 * @param dataDir where the log is; null keeps everything in memory and loses it at the end
 * @param token the shared secret that clients must present; empty asks for none
 * @param cluster which node of which cluster this is; null for one that works alone
 * @param settings the bounds and periods
 * @param snapshotEntries a snapshot is taken after so many log entries
 */
public record CoordinatorOptions(
    String host,
    int port,
    String httpHost,
    int httpPort,
    @Nullable Path dataDir,
    String token,
    @Nullable Cluster cluster,
    CoordinatorSettings settings,
    int snapshotEntries) {
  /** The port of {@code httpPort} that means no HTTP. */
  public static final int HTTP_OFF = -1;

  /** Checks. */
  public CoordinatorOptions {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("the port must be 0 to 65535, not " + port);
    }
    if (httpPort < HTTP_OFF || httpPort > 65_535) {
      throw new IllegalArgumentException("the HTTP port must be -1 to 65535, not " + httpPort);
    }
    if (cluster != null && dataDir == null) {
      throw new IllegalArgumentException("a node of a cluster needs a data directory");
    }
  }

  /** 127.0.0.1:8091, no HTTP, the directory {@code data}, no token. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String toString() {
    return "CoordinatorOptions[" + host + ":" + port + ", " + dataDir + "]";
  }

  /** Builds the options. Not thread-safe. */
  public static final class Builder {
    private String host = "127.0.0.1";
    private int port = 8091;
    private String httpHost = "127.0.0.1";
    private int httpPort = HTTP_OFF;
    private Path dataDir = Path.of("data");
    private boolean inMemory;
    private String token = "";
    private @Nullable Cluster cluster;
    private CoordinatorSettings settings = CoordinatorSettings.defaults();
    private int snapshotEntries = 100_000;

    private Builder() {}

    /** The address to listen on; {@code 0.0.0.0} for all, which wants a token. */
    public Builder host(String address) {
      this.host = address;
      return this;
    }

    /** The port for clients; 0 picks a free one. */
    public Builder port(int number) {
      this.port = number;
      return this;
    }

    /** The address that HTTP listens on; this machine alone unless told otherwise. */
    public Builder httpHost(String address) {
      this.httpHost = address;
      return this;
    }

    /** The port of health, metrics and the API of operators; 0 picks a free one. */
    public Builder httpPort(int number) {
      this.httpPort = number;
      return this;
    }

    /** Where the log is; created if need be. Belongs to one coordinator alone. */
    public Builder dataDir(Path directory) {
      this.dataDir = directory;
      return this;
    }

    /** For tests and development: nothing is durable when {@code true}. */
    public Builder inMemory(boolean memoryOnly) {
      this.inMemory = memoryOnly;
      return this;
    }

    /** The shared secret that clients must present; empty asks for none. */
    public Builder token(String secret) {
      this.token = secret;
      return this;
    }

    /** Makes this one node of a cluster; null for a coordinator that works alone. */
    public Builder cluster(@Nullable Cluster node) {
      this.cluster = node;
      return this;
    }

    /** The bounds and periods. */
    public Builder settings(CoordinatorSettings values) {
      this.settings = values;
      return this;
    }

    /** A snapshot is taken after so many log entries. */
    public Builder snapshotEntries(int entries) {
      this.snapshotEntries = entries;
      return this;
    }

    /** The options. */
    public CoordinatorOptions build() {
      return new CoordinatorOptions(
          host,
          port,
          httpHost,
          httpPort,
          inMemory ? null : dataDir,
          token,
          cluster,
          settings,
          snapshotEntries);
    }
  }
}
