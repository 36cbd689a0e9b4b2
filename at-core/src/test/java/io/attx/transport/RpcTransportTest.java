package io.attx.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attx.CoordinatorUnavailableException;
import io.attx.GlobalStatus;
import io.attx.Xid;
import io.attx.protocol.Done;
import io.attx.protocol.Hello;
import io.attx.protocol.HelloAccepted;
import io.attx.protocol.Ping;
import io.attx.protocol.Push;
import io.attx.protocol.QueryTransaction;
import io.attx.protocol.Response;
import io.attx.protocol.TransactionDecided;
import io.attx.protocol.TransactionOutcome;
import io.attx.testing.ScriptedCoordinator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RpcTransportTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  private final ScriptedCoordinator server = ScriptedCoordinator.started();
  private final RpcIo io = RpcIo.start(System::nanoTime);
  private final List<Push> pushes = new CopyOnWriteArrayList<>();
  private final List<Throwable> closes = new CopyOnWriteArrayList<>();

  private final RpcClient.Listener listener =
      new RpcClient.Listener() {
        @Override
        public void push(RpcClient client, Push push) {
          pushes.add(push);
        }

        @Override
        public void closed(RpcClient client, Throwable reason) {
          closes.add(reason);
        }
      };

  @AfterEach
  void stop() {
    io.close();
    server.close();
  }

  private RpcClient connected() {
    RpcClient client = io.connect(HostPort.parse(server.address()), LONG, listener).join();
    Response answer = client.request(new Hello(2, 2, "", "test", null), LONG).join();
    assertThat(answer).isInstanceOf(HelloAccepted.class);
    return client;
  }

  private static Xid xid(long number) {
    return new Xid(1, 1, number);
  }

  @Test
  void manyRequestsAreUnderWayOnOneConnectionAndEachGetsItsOwnAnswer() {
    server.on(
        QueryTransaction.class,
        query -> new TransactionOutcome(GlobalStatus.ACTIVE, query.xid().number(), "", 0));
    RpcClient client = connected();

    List<CompletableFuture<Response>> answers = new ArrayList<>();
    for (int i = 1; i <= 5_000; i++) {
      answers.add(client.request(new QueryTransaction(xid(i)), LONG));
    }

    for (int i = 1; i <= 5_000; i++) {
      assertThat(((TransactionOutcome) answers.get(i - 1).join()).position()).isEqualTo(i);
    }
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void answersMayComeInAnyOrder() {
    server.on(QueryTransaction.class, query -> ScriptedCoordinator.SILENCE);
    RpcClient client = connected();
    var first = client.request(new QueryTransaction(xid(1)), LONG);
    var second = client.request(new QueryTransaction(xid(2)), LONG);
    await().until(() -> server.received(QueryTransaction.class).size() == 2);

    server.received(QueryTransaction.class).get(1).answer(new Done(2));
    assertThat(second.join()).isEqualTo(new Done(2));
    assertThat(first).isNotDone();
    server.received(QueryTransaction.class).get(0).answer(new Done(1));
    assertThat(first.join()).isEqualTo(new Done(1));
  }

  @Test
  void aRequestThatIsNotAnsweredFailsWhenItsTimeIsOver() {
    server.on(QueryTransaction.class, query -> ScriptedCoordinator.SILENCE);
    RpcClient client = connected();

    var answer = client.request(new QueryTransaction(xid(1)), Duration.ofMillis(100));

    assertThatThrownBy(answer::join)
        .cause()
        .isInstanceOf(CoordinatorUnavailableException.class)
        .hasMessageContaining("QueryTransaction")
        .hasMessageContaining(server.address());
    assertThat(client.request(new Ping(), LONG).join()).isInstanceOf(Done.class);
  }

  @Test
  void pendingRequestsFailAsLostWhenTheServerGoesAway() {
    server.on(QueryTransaction.class, query -> ScriptedCoordinator.SILENCE);
    RpcClient client = connected();
    var answer = client.request(new QueryTransaction(xid(1)), LONG);
    await().until(() -> server.received(QueryTransaction.class).size() == 1);

    server.stop();

    assertThatThrownBy(answer::join).cause().isInstanceOf(ConnectionLostException.class);
    assertThat(closes).hasSize(1);
    assertThatThrownBy(() -> client.request(new Ping(), LONG).join())
        .cause()
        .isInstanceOf(ConnectionLostException.class);
  }

  @Test
  void pushesReachTheListener() {
    connected();
    TransactionDecided push = new TransactionDecided(xid(9), GlobalStatus.ROLLING_BACK);

    server.push(push);

    await().untilAsserted(() -> assertThat(pushes).containsExactly(push));
  }
}
