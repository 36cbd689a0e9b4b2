package io.attx.coordinator.runtime;

import io.attx.coordinator.state.Outcome;
import io.attx.protocol.Refused;

/** Who waits for a command to come out of the log. Exactly one of the methods is called, once. */
interface Pending {
  /** The command is durable and applied. */
  void applied(Outcome outcome, long position);

  /** The command was not applied here, or it is unknown whether it will be. */
  void failed(Refused refused);
}
