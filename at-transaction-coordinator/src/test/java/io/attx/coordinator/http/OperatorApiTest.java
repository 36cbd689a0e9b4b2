package io.attx.coordinator.http;

import static io.attx.coordinator.testing.QuarantinedShop.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.attx.BranchRef;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.coordinator.testing.QuarantinedShop;
import io.attx.coordinator.testing.WireClient;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.RowDecision;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API of operators as it crosses the network. */
@Timeout(60)
class OperatorApiTest {
  private static final String WHO = "\"operator\":\"ada\",\"reason\":\"ticket 7\"";

  private final HttpClient http = HttpClient.newHttpClient();
  private CoordinatorServer server;
  private QuarantinedShop shop;

  @BeforeEach
  void start() throws Exception {
    server =
        CoordinatorServer.start(
            CoordinatorOptions.builder().port(0).httpPort(0).inMemory(true).token("t").build());
    shop = QuarantinedShop.open(server.port(), "t");
  }

  @AfterEach
  void stop() {
    shop.close();
    server.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.httpPort() + path))
        .header("Authorization", "Bearer t");
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static String resolve(BranchRef ref) {
    return "/api/dirty/" + ref.xid() + "/" + ref.branch() + ":resolve";
  }

  @Test
  void aCaseIsListedShownResolvedAndAudited() throws Exception {
    BranchRef ref = shop.quarantined(row("shop.account", 1, "aaaaaaaa"));

    assertThat(get("/api/dirty").body())
        .contains("\"total\":1", "\"xid\":\"" + ref.xid() + "\"", "\"tables\":[\"shop.account\"]")
        .contains("\"application\":\"wire-client\"", "\"cause\":\"no stock\"");
    assertThat(get("/api/dirty?table=stock").body()).contains("\"total\":0");
    String shown = get("/api/dirty/" + ref.xid() + "/" + ref.branch()).body();
    assertThat(shown)
        .contains("\"key\":\"id=1\"", "\"now\":\"aaaaaaaa\"", "\"report\":1")
        .contains("\"before\":{\"kind\":\"text\",\"text\":\"100.00\"}")
        .contains("\"before\":{\"kind\":\"null\"}", "\"length\":70003,\"sha256\":\"")
        .contains("\"changedByBranch\":true,\"changedByOthers\":true");

    HttpResponse<String> done =
        post(resolve(ref), "{" + WHO + ",\"action\":\"keep\",\"report\":1}");

    assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    assertThat(done.body()).contains("\"state\":\"undone\"", "\"resolution\":1");
    assertThat(get("/api/dirty/" + ref.xid() + "/" + ref.branch()).statusCode()).isEqualTo(404);
    assertThat(get("/api/audit").body())
        .contains("\"last\":2", "\"operator\":\"ada\"", "\"reason\":\"ticket 7\"")
        .contains("\"others\":\"keep\"", "\"outcome\":\"started\"", "\"outcome\":\"undone\"");
    assertThat(get("/api/audit?after=1").body()).doesNotContain("\"number\":1,");
    assertThat(get("/api/locks").body()).contains("\"total\":0");
  }

  @Test
  void rowsAreDecidedByTheBeginningOfTheirNamesAndWithValues() throws Exception {
    BranchRef ref =
        shop.quarantined(row("shop.account", 1, "aaaaaaaa"), row("shop.account", 2, "bbbbbbbb"));

    HttpResponse<String> first =
        post(resolve(ref), "{" + WHO + ",\"rows\":[{\"row\":\"00000001\",\"action\":\"keep\"}]}");
    HttpResponse<String> second =
        post(
            resolve(ref),
            "{"
                + WHO
                + ",\"rows\":[{\"row\":\"00000002\",\"action\":\"values\","
                + "\"values\":{\"balance\":\"5.00\",\"note\":null}}]}");

    assertThat(first.body()).contains("\"state\":\"recorded\"", "\"open\":1");
    assertThat(second.body()).contains("\"state\":\"undone\"");
    assertThat(shop.orders().get(0).rows())
        .extracting(RowDecision::action)
        .containsExactlyInAnyOrder(ResolveAction.KEEP, ResolveAction.VALUES);
    assertThat(get("/api/audit").body())
        .contains("{\"column\":\"balance\",\"isNull\":false,\"text\":\"5.00\"}")
        .contains("{\"column\":\"note\",\"isNull\":true,\"text\":\"\"}");
  }

  @Test
  void aRowThatChangedSinceIsAConflictAndTheNewStateIsShown() throws Exception {
    BranchRef ref = shop.quarantined(row("shop.account", 1, "aaaaaaaa"));
    shop.change(ref, row("shop.account", 1, "cccccccc"));

    HttpResponse<String> held = post(resolve(ref), "{" + WHO + ",\"action\":\"restore\"}");

    assertThat(held.statusCode()).isEqualTo(409);
    assertThat(held.body()).contains("\"state\":\"held\"", "a row has changed since");
    assertThat(get("/api/dirty/" + ref.xid() + "/" + ref.branch()).body())
        .contains("\"now\":\"cccccccc\"", "\"report\":2");
    HttpResponse<String> old = post(resolve(ref), "{" + WHO + ",\"action\":\"keep\",\"report\":1}");
    assertThat(old.statusCode()).isEqualTo(409);
    assertThat(old.body()).contains("\"state\":\"changed_since\"");
    shop.refuse("no column x");
    HttpResponse<String> refused = post(resolve(ref), "{" + WHO + ",\"action\":\"keep\"}");
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(refused.body()).contains("\"state\":\"refused\"", "no column x");
  }

  @Test
  void allCasesOfATableAreResolvedAtOnce() throws Exception {
    shop.quarantined(row("shop.account", 1, "aaaaaaaa"));
    shop.quarantined(row("shop.account", 2, "aaaaaaaa"));
    BranchRef other = shop.quarantined(row("shop.stock", 3, "aaaaaaaa"));

    HttpResponse<String> done =
        post("/api/dirty:resolve", "{" + WHO + ",\"action\":\"keep\",\"table\":\"account\"}");

    assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    assertThat(done.body().split("\"state\":\"undone\"", -1)).hasSize(3);
    assertThat(get("/api/dirty").body()).contains("\"total\":1", other.xid().toString());
    assertThat(post("/api/dirty:resolve", "{" + WHO + ",\"action\":\"retry\"}").body())
        .contains("\"state\":\"undone\"");
    assertThat(get("/api/dirty").body()).contains("\"total\":0");
  }

  @Test
  void aTransactionIsShownAndRolledBackOnceAndThatIsAudited() throws Exception {
    try (WireClient client = WireClient.open(server.port(), "t", true)) {
      var xid = client.newXid();
      var branch = client.newBranch();
      client.call(client.register(xid, branch, true, "1"));

      assertThat(get("/api/transactions/" + xid).body())
          .contains("\"status\":\"active\"", "\"state\":\"registered\"", "\"locks\":1");
      HttpResponse<String> done = post("/api/transactions/" + xid + ":rollback", "{" + WHO + "}");
      assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
      assertThat(done.body()).contains("\"status\":\"roll");

      var kept = client.newXid();
      var keptBranch = client.newBranch();
      client.call(client.register(kept, keptBranch, true, "2"));
      client.call(client.commit(kept, keptBranch));
      HttpResponse<String> late = post("/api/transactions/" + kept + ":rollback", "{" + WHO + "}");
      assertThat(late.statusCode()).isEqualTo(409);
      assertThat(late.body()).contains("\"error\":\"decided\"", "cannot be rolled back");
    }
    assertThat(get("/api/transactions/abc-9-9").statusCode()).isEqualTo(404);
    assertThat(post("/api/transactions/abc-9-9:rollback", "{" + WHO + "}").statusCode())
        .isEqualTo(404);
    assertThat(get("/api/audit").body()).contains("\"last\":2", "\"event\":\"rollback\"");
  }

  @Test
  void anAbbreviatedValueIsReadInPartsFromTheApplication() throws Exception {
    BranchRef ref = shop.quarantined(row("shop.account", 1, "aaaaaaaa"));
    String row = row("shop.account", 1, "aaaaaaaa").row();
    String value = "/api/dirty/" + ref.xid() + "/" + ref.branch() + "/value?image=now&row=" + row;

    HttpResponse<String> end = get(value + "&column=note&offset=70000");

    assertThat(end.body()).isEqualTo("{\"kind\":\"text\",\"text\":\"end\",\"length\":70003}");
    assertThat(get(value + "&column=note").body()).hasSize(65_536 + 40);
    assertThat(get(value + "&column=other").statusCode()).isEqualTo(502);
    assertThat(get(value + "&column=note&image=now").statusCode()).isEqualTo(400);
    assertThat(get(value.replace("now", "soon") + "&column=note").statusCode()).isEqualTo(400);
    assertThat(get(value + "0&column=note").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{\"operator\":\"a\",\"reason\":\"b\",\"action\":\"keep\"} {}",
        "{\"operator\":\"a\",\"reason\":\"b\",\"action\":\"delete\"}",
        "{\"operator\":\"a\",\"reason\":\"b\",\"action\":\"keep\",\"action\":\"restore\"}",
        "{\"operator\":\"a\",\"reason\":\"b\",\"action\":\"keep\",\"force\":true}",
        "{\"operator\":\"a\",\"reason\":\" \",\"action\":\"keep\"}",
        "{\"operator\":\"a\\u0007b\",\"reason\":\"b\",\"action\":\"keep\"}",
        "{\"reason\":\"b\",\"action\":\"keep\"}",
        "{\"operator\":7,\"reason\":\"b\",\"action\":\"keep\"}",
        "{\"operator\":\"a\",\"reason\":\"b\",\"report\":-1,\"action\":\"keep\"}",
        "{\"operator\":\"a\",\"reason\":\"b\",\"report\":99999999999999999999999,\"action\":\"keep\"}",
        "{\"operator\":\"a\",\"reason\":\"b\"}",
        "{\"operator\":\"a\",\"reason\":\"b\",\"rows\":[{\"row\":\"zz\",\"action\":\"keep\"}]}",
        "{\"operator\":\"a\",\"reason\":\"b\",\"rows\":[{\"row\":\"0000\",\"action\":\"retry\"}]}",
        "{\"operator\":\"a\",\"reason\":\"b\",\"rows\":[{\"row\":\"0000\",\"action\":\"values\"}]}",
        "{\"operator\":\"a\",\"reason\":\"b\",\"rows\":[[[[[[[]]]]]]]}",
      })
  void aBodyThatIsNotExactlyRightIsRefusedWithAReasonAndDoesNothing(String body) throws Exception {
    BranchRef ref = shop.quarantined(row("shop.account", 1, "aaaaaaaa"));

    HttpResponse<String> refused = post(resolve(ref), body);

    assertThat(refused.statusCode()).as(refused.body()).isIn(400, 404);
    assertThat(refused.body()).contains("\"message\":\"");
    assertThat(shop.orders()).isEmpty();
    assertThat(get("/api/dirty").body()).contains("\"total\":1");
  }

  @Test
  void whatActsNeedsTheTokenTheMediaTypeAndNoOtherSite() throws Exception {
    BranchRef ref = shop.quarantined(row("shop.account", 1, "aaaaaaaa"));
    HttpRequest.BodyPublisher body =
        HttpRequest.BodyPublishers.ofString("{" + WHO + ",\"action\":\"keep\"}");
    URI uri = URI.create("http://127.0.0.1:" + server.httpPort() + resolve(ref));
    String json = "application/json";

    assertThat(
            send(HttpRequest.newBuilder(uri).header("Content-Type", json).POST(body)).statusCode())
        .isEqualTo(401);
    assertThat(send(request(resolve(ref)).POST(body)).statusCode()).isEqualTo(415);
    assertThat(
            send(request(resolve(ref)).header("Content-Type", "text/plain").POST(body))
                .statusCode())
        .isEqualTo(415);
    HttpResponse<String> foreign =
        send(
            request(resolve(ref))
                .header("Content-Type", json)
                .header("Origin", "http://evil.example")
                .POST(body));
    assertThat(foreign.statusCode()).isEqualTo(403);
    assertThat(foreign.body()).contains("\"error\":\"origin\"");
    assertThat(send(request(resolve(ref)).PUT(body)).statusCode()).isEqualTo(405);
    assertThat(post(resolve(ref), "{\"operator\":\"" + "x".repeat(1_100_000) + "\"}").statusCode())
        .isEqualTo(413);
    assertThat(shop.orders()).isEmpty();
    HttpResponse<String> own =
        send(
            request(resolve(ref))
                .header("Content-Type", json + "; charset=utf-8")
                .header("Origin", "http://127.0.0.1:" + server.httpPort())
                .POST(body));
    assertThat(own.statusCode()).as(own.body()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/dirty?limit=x",
        "/api/dirty?limit=-1",
        "/api/dirty?nonsense=1",
        "/api/dirty?limit=1&limit=2",
        "/api/dirty?table=%zz",
        "/api/dirty/1-2-3/4",
        "/api/dirty/x/4-5",
        "/api/audit?after=99999999999999999999",
        "/api/locks?xid=5",
        "/api/transactions/5",
        "/api/status?x=1",
      })
  void aPathOrParameterThatIsNotRightIsABadRequest(String path) throws Exception {
    HttpResponse<String> refused;
    try {
      refused = get(path);
    } catch (IllegalArgumentException notEvenAUri) {
      return;
    }
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    assertThat(refused.body()).contains("\"error\":\"bad_request\"");
  }

  @Test
  void withoutATokenThisMachineMayActButNotUnderAForeignName() throws Exception {
    try (CoordinatorServer open =
        CoordinatorServer.start(
            CoordinatorOptions.builder().port(0).httpPort(0).inMemory(true).build())) {
      URI uri =
          URI.create("http://127.0.0.1:" + open.httpPort() + "/api/transactions/abc-1-1:rollback");
      HttpRequest.Builder plain =
          HttpRequest.newBuilder(uri)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString("{" + WHO + "}"));

      assertThat(send(plain).statusCode()).isEqualTo(404);
      try (java.net.Socket socket = new java.net.Socket("127.0.0.1", open.httpPort())) {
        String text =
            "POST /api/dirty:resolve HTTP/1.1\r\nHost: 127.evil.example\r\n"
                + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
        socket.getOutputStream().write(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        byte[] head = socket.getInputStream().readNBytes(12);
        assertThat(new String(head, java.nio.charset.StandardCharsets.US_ASCII))
            .isEqualTo("HTTP/1.1 403");
      }
    }
  }
}
