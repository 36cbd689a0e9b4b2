package io.attx.client;

import io.attx.GlobalStatus;
import io.attx.Xid;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchResult;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the client asks of a resource manager. Called on an I/O thread: every method returns at once
 * and does its work elsewhere.
 */
public interface ResourceManager {
  /**
   * Carry out phase-two commands of the attached resource.
   *
   * @param results takes each result, from any thread, once per command; results are batched and
   *     sent by the client
   */
  void phaseTwo(List<BranchCommand> commands, Consumer<BranchResult> results);

  /** A transaction in which this process has an open branch was decided without it. */
  void decided(Xid xid, GlobalStatus status);

  /** A session was opened or resumed: a good moment to sweep old undo rows. */
  void connected();
}
