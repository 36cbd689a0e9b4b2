package io.attx.client;

import static org.awaitility.Awaitility.await;

import io.attx.GlobalTransactionException;
import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.testing.ScriptedCoordinator;
import io.attx.transport.RpcIo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;

/** A scripted coordinator and clients of it, with short pauses and a clock that can jump. */
abstract class ClientFixture {
  static final ResourceId RESOURCE = new ResourceId("orders-db");
  static final Duration NO_WAIT = Duration.ZERO;
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  final ScriptedCoordinator coordinator = new ScriptedCoordinator();
  final AtomicLong jumpNanos = new AtomicLong();
  private final List<AtClient> clients = new ArrayList<>();

  @AfterEach
  void stopAll() {
    clients.forEach(AtClient::close);
    // A test that failed in the middle must not leave its transaction to the next one.
    if (GlobalTransactionContext.current() instanceof OwnedTransaction left) {
      try {
        left.rollback();
      } catch (GlobalTransactionException closed) {
        // The client is closed; only the binding of the thread matters here.
      }
    }
    if (coordinator.port() != 0) {
      coordinator.close();
    }
  }

  void jump(Duration duration) {
    jumpNanos.addAndGet(duration.toNanos());
  }

  AtClientOptions.Builder options() {
    return AtClientOptions.builder()
        .application("test")
        .coordinators(coordinator.address())
        .requestTimeout(TIMEOUT);
  }

  static ClientTuning tuning() {
    return new ClientTuning(
        Duration.ofMillis(5),
        Duration.ofMillis(40),
        Duration.ofMillis(100),
        Duration.ofSeconds(2),
        Duration.ofMillis(300),
        1_000);
  }

  /** A client that may or may not find a coordinator. */
  DefaultAtClient client(AtClientOptions options, ClientTuning tuning) {
    DefaultAtClient client =
        new DefaultAtClient(
            options,
            tuning,
            () -> System.nanoTime() + jumpNanos.get(),
            RpcIo.start(System::nanoTime),
            () -> 0.5);
    clients.add(client);
    client.start();
    return client;
  }

  DefaultAtClient connected(AtClientOptions options) {
    DefaultAtClient client = client(options, tuning());
    await().until(client::isConnected);
    return client;
  }

  DefaultAtClient connected() {
    return connected(options().build());
  }

  static GlobalTransactionOptions named(String name) {
    return GlobalTransactionOptions.named(name);
  }

  static List<LockRequest> locks(int... keys) {
    List<LockRequest> locks = new ArrayList<>();
    for (int key : keys) {
      locks.add(
          new LockRequest(
              RowLockKey.primaryKey("orders").text(String.valueOf(key)).build(), LockMode.UPDATE));
    }
    return locks;
  }

  /** A branch of the calling thread's transaction. */
  static ClientBranch branch(AtClient client) {
    Participation current = GlobalTransactionContext.current();
    if (current == null) {
      throw new IllegalStateException("the test is not in a transaction");
    }
    return client.resourceManagers().openBranch(current, RESOURCE);
  }

  /** A branch that is registered and granted. */
  static ClientBranch granted(AtClient client) {
    ClientBranch branch = branch(client);
    branch.register(locks(1), NO_WAIT, true).join();
    return branch;
  }
}
