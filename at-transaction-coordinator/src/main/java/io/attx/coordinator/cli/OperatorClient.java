package io.attx.coordinator.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Speaks to the coordinator's API. */
final class OperatorClient {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(100);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build();
  private final URI base;
  private final String token;

  /**
   * For one coordinator.
   *
   * @throws IllegalArgumentException when the address is not {@code host:port}
   */
  OperatorClient(String address, String token) {
    if (!address.matches("[A-Za-z0-9.\\-\\[\\]:]+:\\d{1,5}")) {
      throw new IllegalArgumentException(
          "--coordinator is host:port of the coordinator's HTTP, not " + address);
    }
    this.base = URI.create("http://" + address);
    this.token = token;
  }

  /** An answer with the status of HTTP. */
  record Reply(int status, String body, JsonTree tree) {}

  /** Parameters of a query, in order; those with an empty value are left out. */
  static String query(String... namesAndValues) {
    Map<String, String> all = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (!namesAndValues[i + 1].isEmpty()) {
        all.put(namesAndValues[i], namesAndValues[i + 1]);
      }
    }
    StringBuilder text = new StringBuilder();
    all.forEach(
        (name, value) ->
            text.append(text.length() == 0 ? '?' : '&')
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return text.toString();
  }

  /** Looks; anything but success is a failure. */
  Reply get(String path) throws CommandFailedException {
    Reply reply = send(request(path).GET().build());
    if (reply.status() != 200) {
      throw failure(reply);
    }
    return reply;
  }

  /** Acts; errors of the API that have a state are answers, all others are failures. */
  Reply post(String path, String body) throws CommandFailedException {
    Reply reply =
        send(
            request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    if (reply.status() >= 300 && !reply.tree().has("state")) {
      throw failure(reply);
    }
    return reply;
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(ANSWER);
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return request;
  }

  private Reply send(HttpRequest request) throws CommandFailedException {
    try {
      HttpResponse<String> response =
          http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      return new Reply(response.statusCode(), response.body(), JsonTree.parse(response.body()));
    } catch (com.fasterxml.jackson.core.JacksonException notOurs) {
      throw new CommandFailedException(
          ExitCode.UNREACHABLE, "what answers at " + base + " is not a coordinator of attx");
    } catch (IOException e) {
      throw new CommandFailedException(
          ExitCode.UNREACHABLE,
          "no coordinator answers at "
              + base
              + " ("
              + e.getClass().getSimpleName()
              + (e.getMessage() == null ? "" : ": " + e.getMessage())
              + "); say where it is with --coordinator host:http-port");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException(ExitCode.FAILURE, "interrupted");
    }
  }

  private CommandFailedException failure(Reply reply) {
    int code =
        switch (reply.status()) {
          case 400 -> ExitCode.USAGE;
          case 401, 403, 409, 422 -> ExitCode.REFUSED;
          case 404 -> ExitCode.NOT_FOUND;
          case 503 -> ExitCode.UNREACHABLE;
          default -> ExitCode.FAILURE;
        };
    return new CommandFailedException(code, reply.tree().text("message"));
  }
}
