package io.attx.examples.plain;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import org.junit.jupiter.api.Test;

class TransferTest {

  @Test
  void theTransferThatFailsHalfWayLeavesNothingBehind() throws Exception {
    try (CoordinatorServer coordinator =
        CoordinatorServer.start(CoordinatorOptions.builder().port(0).inMemory(true).build())) {

      assertThat(Transfer.run("127.0.0.1:" + coordinator.port()))
          .containsExactly(
              "after a transfer:        ann 70, bob 30",
              "the next one fails:      cid has no account here",
              "ann has her money back:  ann 70, bob 30");
    }
  }
}
