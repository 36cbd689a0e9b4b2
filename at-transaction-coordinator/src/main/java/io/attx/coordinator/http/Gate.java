package io.attx.coordinator.http;

import com.sun.net.httpserver.HttpExchange;
import io.attx.coordinator.rpc.TokenCheck;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who may ask: the token, and for what acts that it is no web page that asks. */
final class Gate {
  private final TokenCheck token;
  private final HttpExchange exchange;

  Gate(TokenCheck token, HttpExchange exchange) {
    this.token = token;
    this.exchange = exchange;
  }

  /**
   * Lets the request pass.
   *
   * @param acts whether it changes something
   */
  void check(boolean acts) throws ApiException {
    if (!authorized()) {
      throw new ApiException(
          401, "token", "send the coordinator's token: Authorization: Bearer ...");
    }
    if (!acts) {
      return;
    }
    String type = header("Content-Type");
    String media = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!media.equals("application/json")) {
      throw new ApiException(415, "media_type", "send a body of the type application/json");
    }
    String origin = header("Origin");
    if (origin != null && !isOwn(origin)) {
      throw new ApiException(403, "origin", "another site may not act here: " + origin);
    }
    if (token.isOpen() && !isLocal()) {
      throw new ApiException(
          403,
          "token",
          "without a token only this machine may act; start the coordinator with --token-file");
    }
  }

  private boolean authorized() {
    if (token.isOpen()) {
      return true;
    }
    String header = header("Authorization");
    return header != null
        && header.startsWith("Bearer ")
        && token.accepts(header.substring("Bearer ".length()).trim());
  }

  /** Whether the page that asks came from here. */
  private boolean isOwn(String origin) {
    String host = header("Host");
    try {
      return host != null && host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException noUri) {
      return false;
    }
  }

  /**
   * Whether it comes from this machine and is meant for it by a name that no other site can bend to
   * this address.
   */
  private boolean isLocal() {
    String host = header("Host");
    String name = host == null ? "" : host.replaceFirst(":\\d+$", "");
    return exchange.getRemoteAddress().getAddress().isLoopbackAddress()
        && (name.equals("localhost")
            || name.matches("127(\\.\\d{1,3}){3}")
            || name.equals("[::1]"));
  }

  private @Nullable String header(String name) {
    return exchange.getRequestHeaders().getFirst(name);
  }

  /** The body, up to its bound. */
  static byte[] body(HttpExchange exchange) throws IOException, ApiException {
    byte[] body = exchange.getRequestBody().readNBytes(ActionBody.MAX_BYTES + 1);
    if (body.length > ActionBody.MAX_BYTES) {
      throw new ApiException(
          413, "too_large", "the body is larger than " + ActionBody.MAX_BYTES + " bytes");
    }
    return body;
  }
}
