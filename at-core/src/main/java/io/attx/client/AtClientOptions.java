package io.attx.client;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to reach the coordinator. Immutable; made by {@link #builder()}.
 *
 * @param application the name of the application, for people
 * @param coordinators {@code host:port} of each coordinator node, at least one
 * @param token the shared secret; empty where the coordinator asks for none
 * @param requestTimeout how long any request may take beyond the wait that it asks for itself
 * @param observer watches transactions and branches; null for nobody
 */
public record AtClientOptions(
    String application,
    List<String> coordinators,
    String token,
    Duration requestTimeout,
    @Nullable ClientObserver observer) {
  /** Checks and copies. */
  public AtClientOptions {
    coordinators = List.copyOf(coordinators);
    if (coordinators.isEmpty()) {
      throw new IllegalArgumentException("at least one coordinator (host:port) is needed");
    }
  }

  /** Starts with the defaults: 127.0.0.1:8091, no token, 10 s. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String toString() {
    return "AtClientOptions[" + application + ", " + coordinators + "]";
  }

  /** Builds the options. Not thread-safe. */
  public static final class Builder {
    private String application = "application";
    private List<String> coordinators = List.of("127.0.0.1:8091");
    private String token = "";
    private Duration requestTimeout = Duration.ofSeconds(10);
    private @Nullable ClientObserver observer;

    private Builder() {}

    /** The name of the application, for people. */
    public Builder application(String name) {
      this.application = name;
      return this;
    }

    /** Each {@code host:port}. */
    public Builder coordinators(String... addresses) {
      this.coordinators = List.of(addresses);
      return this;
    }

    /** Each {@code host:port}. */
    public Builder coordinators(List<String> addresses) {
      this.coordinators = List.copyOf(addresses);
      return this;
    }

    /** The shared secret. */
    public Builder token(String secret) {
      this.token = secret;
      return this;
    }

    /** How long any request may take beyond the wait that it asks for itself. */
    public Builder requestTimeout(Duration timeout) {
      this.requestTimeout = timeout;
      return this;
    }

    /** Watches transactions and branches, for metrics and traces; nobody by default. */
    public Builder observer(@Nullable ClientObserver watching) {
      this.observer = watching;
      return this;
    }

    /** The options. */
    public AtClientOptions build() {
      return new AtClientOptions(application, coordinators, token, requestTimeout, observer);
    }
  }
}
