package io.attx.coordinator.testing;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.LocalEnd;
import io.attx.Xid;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchReport;
import io.attx.protocol.BranchResult;
import io.attx.protocol.DirtyCase;
import io.attx.protocol.DirtyCases;
import io.attx.protocol.DirtyColumn;
import io.attx.protocol.FetchValue;
import io.attx.protocol.FetchedValue;
import io.attx.protocol.PhaseTwo;
import io.attx.protocol.PhaseTwoResults;
import io.attx.protocol.Push;
import io.attx.protocol.ResolveBranch;
import io.attx.protocol.RollbackTransaction;
import io.attx.protocol.RowDecision;
import io.attx.protocol.ShownValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A resource manager with rows of an account table, each of which somebody else has changed: it
 * holds every branch, and carries decisions out by the digests of its rows.
 */
public final class QuarantinedShop implements AutoCloseable {
  /** What the long note says, in full. */
  public static final String NOTE = "n".repeat(70_000) + "end";

  private final WireClient client;
  private final Map<BranchRef, List<DirtyCase>> dirty = new ConcurrentHashMap<>();
  private final List<ResolveBranch> orders = new CopyOnWriteArrayList<>();
  private volatile String refusal = "";

  private QuarantinedShop(WireClient client) {
    this.client = client;
    client.onPush(this::pushed);
  }

  public static QuarantinedShop open(int port, String token) throws Exception {
    return new QuarantinedShop(WireClient.open(port, token, false));
  }

  /** From now on decisions cannot be carried out, for this reason. */
  public void refuse(String reason) {
    refusal = reason;
  }

  /** A branch that was rolled back and is held, with its rows; returns when that is durable. */
  public BranchRef quarantined(DirtyCase... rows) {
    Xid xid = client.newXid();
    BranchId branch = client.newBranch();
    BranchRef ref = new BranchRef(xid, branch);
    client.call(client.register(xid, branch, true, "row of " + xid.number()));
    client.call(
        new RollbackTransaction(
            xid, List.of(new BranchReport(ref, LocalEnd.LOCALLY_COMMITTED)), "no stock", 0));
    dirty.put(ref, List.of(rows));
    result(ref, BranchResult.Outcome.QUARANTINED, rows.length + " rows are dirty", 0);
    return ref;
  }

  /** Somebody changes the rows again, behind everybody's back. */
  public void change(BranchRef ref, DirtyCase... rows) {
    dirty.put(ref, List.of(rows));
  }

  public List<ResolveBranch> orders() {
    return orders;
  }

  public static DirtyCase row(String table, int id, String now) {
    return new DirtyCase(
        table,
        "id=" + id,
        String.format("%08x%08x", id, table.hashCode()),
        "changed",
        "hold",
        List.of(
            new DirtyColumn(
                "balance",
                "decimal(10,2)",
                ShownValue.of("100.00"),
                ShownValue.of("70.00"),
                ShownValue.of("75.00"),
                true,
                true),
            new DirtyColumn(
                "note", "text", ShownValue.NULL, ShownValue.NULL, ShownValue.of(NOTE), false, true),
            new DirtyColumn(
                "owner",
                "text",
                ShownValue.of("a\u001b[31m"),
                ShownValue.of("a\u001b[31m"),
                ShownValue.of("a\u001b[31m"),
                false,
                false)),
        0,
        now);
  }

  private void pushed(Push push) {
    if (push instanceof ResolveBranch order) {
      orders.add(order);
      carryOut(order);
    } else if (push instanceof FetchValue question) {
      var unused =
          client.send(
              question.column().equals("note")
                  ? FetchedValue.of(question, NOTE)
                  : FetchedValue.problem(question, "no column " + question.column()));
    } else if (push instanceof PhaseTwo work) {
      List<BranchResult> done = new ArrayList<>();
      for (BranchCommand command : work.commands()) {
        if (command.action() != BranchCommand.Action.ROLLBACK) {
          done.add(
              new BranchResult(
                  command.ref(), command.resource(), BranchResult.Outcome.UNDO_DELETED, ""));
        }
      }
      if (!done.isEmpty()) {
        var unused = client.send(new PhaseTwoResults(done));
      }
    }
  }

  private void carryOut(ResolveBranch order) {
    List<DirtyCase> rows = dirty.getOrDefault(order.ref(), List.of());
    boolean asSeen =
        order.others() != null
            || rows.stream().allMatch(row -> order.rows().stream().anyMatch(d -> fits(row, d)));
    BranchResult.Outcome outcome =
        !refusal.isEmpty()
            ? BranchResult.Outcome.RESOLUTION_REFUSED
            : asSeen ? BranchResult.Outcome.UNDONE : BranchResult.Outcome.QUARANTINED;
    String detail =
        !refusal.isEmpty() ? refusal : asSeen ? "" : "a row has changed since the decision";
    send(order.ref(), outcome, detail, order.resolution());
  }

  private static boolean fits(DirtyCase row, RowDecision decision) {
    return decision.row().equals(row.row()) && decision.expectedNow().equals(row.now());
  }

  private void result(BranchRef ref, BranchResult.Outcome outcome, String detail, long resolution) {
    client.call(new PhaseTwoResults(List.of(make(ref, outcome, detail, resolution))));
  }

  private void send(BranchRef ref, BranchResult.Outcome outcome, String detail, long resolution) {
    var unused = client.send(new PhaseTwoResults(List.of(make(ref, outcome, detail, resolution))));
  }

  private BranchResult make(
      BranchRef ref, BranchResult.Outcome outcome, String detail, long resolution) {
    boolean held = outcome == BranchResult.Outcome.QUARANTINED;
    return new BranchResult(
        ref,
        WireClient.resource("r"),
        outcome,
        detail,
        resolution,
        held ? DirtyCases.of(dirty.getOrDefault(ref, List.of())) : DirtyCases.NONE);
  }

  @Override
  public void close() {
    client.close();
  }
}
