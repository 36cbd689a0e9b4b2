package io.attx.examples.shop.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the state of the coordinator over its HTTP interface. */
final class CoordinatorClient {

  /**
   * Numbers of the coordinator.
   *
   * @param open global transactions that have not ended
   * @param fenced global transactions that are rolled back but have a marker in an undo table yet
   * @param locks row locks held
   * @param quarantined branches that wait for a person
   */
  record Counts(int open, int fenced, int locks, int quarantined) {
    boolean quiet() {
      return open == 0 && locks == 0;
    }
  }

  private final HttpClient http;
  private final HttpRequest request;
  private final JsonMapper json = new JsonMapper();

  CoordinatorClient(HttpClient http, URI coordinator, String token) {
    this.http = http;
    this.request =
        HttpRequest.newBuilder(coordinator.resolve("/api/status"))
            .header("Authorization", "Bearer " + token)
            .timeout(Duration.ofSeconds(10))
            .build();
  }

  Counts counts() throws IOException, InterruptedException {
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(
          "The coordinator answered " + answer.statusCode() + ": " + answer.body());
    }
    JsonNode counts = json.readTree(answer.body()).path("counts");
    int open = 0;
    for (String state : new String[] {"active", "commitPending", "committing", "rollingBack"}) {
      open += counts.path(state).asInt();
    }
    return new Counts(
        open,
        counts.path("rolledBack").asInt(),
        counts.path("locks").asInt(),
        counts.path("quarantined").asInt());
  }
}
