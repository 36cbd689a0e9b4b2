package io.attx.spring.autoconfigure;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings {@code attx.*} of the client. All have defaults.
 *
 * @param enabled whether attx does anything in this application
 * @param coordinators host:port of each coordinator node
 * @param token the shared secret of the coordinator; empty where it asks for none
 * @param requestTimeout how long a request to the coordinator may take beyond a wait that it asks
 *     for itself
 * @param timeout from the begin of a global transaction to its automatic rollback, where the
 *     annotation states none
 * @param coordinator about a coordinator inside of the application
 */
@ConfigurationProperties("attx")
public record AttxProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("127.0.0.1:8091") List<String> coordinators,
    @DefaultValue("") String token,
    @DefaultValue("10s") Duration requestTimeout,
    @DefaultValue("60s") Duration timeout,
    @DefaultValue Coordinator coordinator) {

  /** Copies the list. */
  public AttxProperties {
    coordinators = List.copyOf(coordinators);
  }

  /**
   * A coordinator inside of the application.
   *
   * @param embedded whether to run one, in memory, instead of connecting to those named
   */
  public record Coordinator(@DefaultValue("false") boolean embedded) {}

  /** Without the token. */
  @Override
  public String toString() {
    return "AttxProperties[enabled="
        + enabled
        + ", coordinators="
        + coordinators
        + ", timeout="
        + timeout
        + "]";
  }
}
