package io.attx.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attx.GlobalStatus;
import io.attx.Xid;
import io.attx.protocol.Done;
import io.attx.protocol.Hello;
import io.attx.protocol.Limits;
import io.attx.protocol.Message;
import io.attx.protocol.Ping;
import io.attx.protocol.QueryTransaction;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.TransactionDecided;
import io.attx.protocol.codec.Frame;
import io.attx.protocol.codec.FrameCodec;
import io.attx.testing.LogLines;
import io.attx.testing.RawSocket;
import io.attx.testing.ScriptedCoordinator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server does with peers that do not behave. */
class RpcServerTest {
  private static final Hello HELLO = new Hello(2, 2, "", "raw", null);

  private final ScriptedCoordinator server = new ScriptedCoordinator();
  private final LogLines log = new LogLines("io.attx.transport");

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
    log.close();
  }

  private static byte[] frame(long id, Message message) {
    ByteBuf out = Unpooled.buffer();
    FrameCodec.write(out, id, message);
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }

  private static List<Frame> frames(byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    List<Frame> frames = new ArrayList<>();
    for (Frame next = FrameCodec.read(in, Limits.MAX_FRAME_BYTES);
        next != null;
        next = FrameCodec.read(in, Limits.MAX_FRAME_BYTES)) {
      frames.add(next);
    }
    return frames;
  }

  private static Refused onlyRefusal(byte[] bytes) {
    List<Frame> frames = frames(bytes);
    assertThat(frames).hasSize(1);
    return (Refused) frames.get(0).message();
  }

  private RawSocket greeted() throws Exception {
    RawSocket socket = new RawSocket(server.port());
    socket.send(frame(1, HELLO));
    byte[] answer = socket.read(ByteBuffer.wrap(socket.read(4)).getInt());
    assertThat(answer[12]).as("HelloAccepted").isEqualTo((byte) 32);
    return socket;
  }

  private void assertOneWarning(RawSocket socket, String... parts) {
    await().until(() -> !log.warnings().isEmpty());
    assertThat(log.warnings()).singleElement().asString().contains(parts);
    assertThat(log.warnings().get(0)).contains("127.0.0.1:" + socket.localPort());
  }

  @Test
  void aPortScannerIsDisconnectedWithOneLineThatShowsItsBytes() throws Exception {
    try (RawSocket socket = new RawSocket(server.port())) {
      socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

      assertThat(socket.readToEnd()).isEmpty();
      assertOneWarning(socket, "not the attx protocol", "GET / HTTP/1.1");
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void anotherFrameVersionIsAnsweredAndNamedInTheLog() throws Exception {
    try (RawSocket socket = new RawSocket(server.port())) {
      byte[] hello = frame(7, HELLO);
      hello[6] = 2;
      socket.send(hello);

      List<Frame> answer = frames(socket.readToEnd());
      assertThat(answer).hasSize(1);
      assertThat(answer.get(0).requestId()).isEqualTo(7);
      assertThat(((Refused) answer.get(0).message()).code())
          .isEqualTo(RefusalCode.PROTOCOL_VERSION);
      assertOneWarning(socket, "frame layout version 2");
    }
  }

  @Test
  void beforeTheHelloOnlySmallFramesAreAllowed() throws Exception {
    try (RawSocket socket = new RawSocket(server.port())) {
      socket.sendHex("7fffffff a77c 01 01 0000000000000009");

      Refused refused = onlyRefusal(socket.readToEnd());
      assertThat(refused.code()).isEqualTo(RefusalCode.BAD_REQUEST);
      assertThat(refused.message()).contains("larger than the limit of 8192");
      assertOneWarning(socket, "larger than the limit of 8192");
    }
  }

  @Test
  void afterTheHelloFramesMayBeLargeButNotEndless() throws Exception {
    try (RawSocket socket = greeted()) {
      socket.sendHex("7fffffff a77c 01 01 0000000000000009");

      assertThat(onlyRefusal(socket.readToEnd()).message()).contains("limit of 16777216");
    }
  }

  @Test
  void theFirstMessageMustBeHello() throws Exception {
    try (RawSocket socket = new RawSocket(server.port())) {
      socket.send(frame(3, new Ping()));

      Refused refused = onlyRefusal(socket.readToEnd());
      assertThat(refused.message()).contains("first message must be Hello, not Ping");
      assertOneWarning(socket, "first message must be Hello");
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void nothingMayFollowTheHelloBeforeItsAnswer() throws Exception {
    server.on(Hello.class, hello -> ScriptedCoordinator.SILENCE);
    try (RawSocket socket = new RawSocket(server.port())) {
      socket.send(frame(1, HELLO));
      socket.send(frame(2, new Ping()));

      assertThat(onlyRefusal(socket.readToEnd()).message())
          .contains("before the hello is answered");
    }
    await().until(() -> server.connections() == 0);
  }

  @Test
  void aSecondHelloIsRefused() throws Exception {
    try (RawSocket socket = greeted()) {
      socket.send(frame(2, HELLO));

      assertThat(onlyRefusal(socket.readToEnd()).message()).contains("once per connection");
    }
  }

  @Test
  void aMessageThatIsNoRequestIsRefused() throws Exception {
    try (RawSocket socket = greeted()) {
      socket.send(frame(0, new TransactionDecided(new Xid(1, 1, 1), GlobalStatus.COMMITTED)));

      assertThat(onlyRefusal(socket.readToEnd()).message())
          .contains("a client sends requests, not TransactionDecided");
    }
  }

  @Test
  void aMalformedMessageIsAnsweredWithItsRequestId() throws Exception {
    try (RawSocket socket = greeted()) {
      socket.sendHex("0000000d a77c 01 01 0000000000000009 63");

      List<Frame> answer = frames(socket.readToEnd());
      assertThat(answer).hasSize(1);
      assertThat(answer.get(0).requestId()).isEqualTo(9);
      assertThat(((Refused) answer.get(0).message()).message())
          .contains("unknown message number 99");
    }
  }

  @Test
  void aConnectionWithoutHelloIsClosedInTime() throws Exception {
    server.stop();
    server.options(RpcServerOptions.defaults().withHelloTimeout(Duration.ofMillis(100))).start();
    try (RawSocket socket = new RawSocket(server.port())) {
      socket.sendHex("0000");

      assertThat(socket.readToEnd()).isEmpty();
      assertOneWarning(socket, "no hello within 100 ms");
    }
  }

  @Test
  void aConnectionThatFallsSilentIsClosed() throws Exception {
    server.stop();
    server.options(RpcServerOptions.defaults().withIdleTimeout(Duration.ofMillis(200))).start();
    try (RawSocket socket = greeted()) {
      assertThat(socket.readToEnd()).isEmpty();
      assertOneWarning(socket, "sent nothing for 200 ms");
    }
    await().until(() -> server.connections() == 0);
  }

  @Test
  void connectionsOverTheLimitAreClosed() throws Exception {
    server.stop();
    server.options(RpcServerOptions.defaults().withMaxConnections(1)).start();
    try (RawSocket first = greeted();
        RawSocket second = new RawSocket(server.port())) {
      assertThat(second.readToEnd()).isEmpty();
      first.send(frame(5, new Ping()));
      assertThat(first.read(18)).isNotEmpty();
      assertOneWarning(second, "1 connections already");
    }
  }

  @Test
  void aHelloThatIsNotAcceptedIsTheLastMessageOfItsConnection() throws Exception {
    server.token("right");
    try (RawSocket socket = new RawSocket(server.port())) {
      socket.send(frame(1, HELLO));

      assertThat(onlyRefusal(socket.readToEnd()).code()).isEqualTo(RefusalCode.AUTHENTICATION);
      assertOneWarning(socket, "AUTHENTICATION");
    }
  }

  @Test
  void strangersCannotFloodTheLog() throws Exception {
    for (int i = 0; i < 60; i++) {
      try (RawSocket socket = new RawSocket(server.port())) {
        socket.sendHex("deadbeefdeadbeef");
        socket.readToEnd();
      }
    }
    assertThat(log.warnings()).hasSizeBetween(1, 20);
  }

  @Test
  void theLogBudgetCountsWhatItLeavesOut() {
    AtomicLong now = new AtomicLong();
    LogBudget budget = new LogBudget(2, 100, now::get);

    assertThat(budget.take()).isZero();
    assertThat(budget.take()).isZero();
    assertThat(budget.take()).isEqualTo(-1);
    assertThat(budget.take()).isEqualTo(-1);
    now.set(100);
    assertThat(budget.take()).isEqualTo(2);
    assertThat(budget.take()).isZero();
  }

  @Test
  void aFailureOfTheHandlerIsAnsweredAndTheConnectionGoesOn() throws Exception {
    server.on(
        QueryTransaction.class,
        query -> {
          throw new IllegalStateException("a bug");
        });
    try (RawSocket socket = greeted()) {
      socket.send(frame(2, new QueryTransaction(new Xid(1, 1, 1))));
      socket.send(frame(3, new Ping()));
      await().until(() -> !server.received(Ping.class).isEmpty());
      server.dropConnections();

      List<Frame> answers = frames(socket.readToEnd());
      assertThat(answers).hasSize(2);
      assertThat(((Refused) answers.get(0).message()).code()).isEqualTo(RefusalCode.UNAVAILABLE);
      assertThat(answers.get(1).message()).isInstanceOf(Done.class);
      assertThat(log.errors()).singleElement().asString().contains("QueryTransaction");
    }
  }

  @Test
  void whatWasSentBeforeACloseStillArrives() throws Exception {
    server.on(Hello.class, server::happy);
    try (RawSocket socket = greeted()) {
      server.push(new TransactionDecided(new Xid(1, 1, 1), GlobalStatus.COMMITTED));
      server.dropConnections();

      assertThat(frames(socket.readToEnd())).hasSize(1);
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    assertThatThrownBy(() -> RpcServer.start("127.0.0.1", server.port(), server))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("127.0.0.1:" + server.port());
  }

  @Test
  void aFreePortIsFoundAndTwoServersLiveSideBySide() {
    try (ScriptedCoordinator other = ScriptedCoordinator.started()) {
      assertThat(other.port()).isPositive().isNotEqualTo(server.port());
    }
  }
}
