package io.attx.client;

import io.attx.GlobalStatus;
import io.attx.Xid;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchResult;
import io.attx.protocol.DirtyCases;
import io.attx.protocol.FetchValue;
import io.attx.protocol.FetchedValue;
import io.attx.protocol.ResolveBranch;
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

  /**
   * Undo a branch in quarantine as a person decided. Whoever does not know how refuses, which
   * changes nothing.
   *
   * @param results takes one result with the resolution's number, from any thread
   */
  default void resolve(ResolveBranch order, Consumer<BranchResult> results) {
    results.accept(
        new BranchResult(
            order.ref(),
            order.resource(),
            BranchResult.Outcome.RESOLUTION_REFUSED,
            "this version of the application cannot carry out decisions about dirty rows",
            order.resolution(),
            DirtyCases.NONE));
  }

  /**
   * Read a value of a dirty row that was abbreviated in its report.
   *
   * @param answer takes one answer to the question, from any thread
   */
  default void fetch(FetchValue question, Consumer<FetchedValue> answer) {
    answer.accept(
        FetchedValue.problem(
            question, "this version of the application cannot read values of dirty rows"));
  }

  /** A transaction in which this process has an open branch was decided without it. */
  void decided(Xid xid, GlobalStatus status);

  /** A session was opened or resumed: a good moment to sweep old undo rows. */
  void connected();
}
