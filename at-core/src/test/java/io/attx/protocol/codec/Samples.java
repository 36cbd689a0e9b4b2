package io.attx.protocol.codec;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.BranchType;
import io.attx.GlobalStatus;
import io.attx.LocalEnd;
import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.Xid;
import io.attx.protocol.AnnounceResources;
import io.attx.protocol.AskLocalEnds;
import io.attx.protocol.BeginInfo;
import io.attx.protocol.BeginTransaction;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchFate;
import io.attx.protocol.BranchFates;
import io.attx.protocol.BranchGranted;
import io.attx.protocol.BranchReport;
import io.attx.protocol.BranchResult;
import io.attx.protocol.CheckLocks;
import io.attx.protocol.CommitTransaction;
import io.attx.protocol.DirtyCase;
import io.attx.protocol.DirtyCases;
import io.attx.protocol.DirtyColumn;
import io.attx.protocol.Done;
import io.attx.protocol.FetchValue;
import io.attx.protocol.FetchedValue;
import io.attx.protocol.Hello;
import io.attx.protocol.HelloAccepted;
import io.attx.protocol.Message;
import io.attx.protocol.PhaseTwo;
import io.attx.protocol.PhaseTwoResults;
import io.attx.protocol.Ping;
import io.attx.protocol.QueryBranches;
import io.attx.protocol.QueryTransaction;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.RegisterBranch;
import io.attx.protocol.ReportBranches;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.ResolveBranch;
import io.attx.protocol.ResourceAnnouncement;
import io.attx.protocol.RollbackTransaction;
import io.attx.protocol.RowDecision;
import io.attx.protocol.SessionTicket;
import io.attx.protocol.ShownValue;
import io.attx.protocol.TransactionDecided;
import io.attx.protocol.TransactionOutcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One or more messages of each kind, by the names of the golden file. */
final class Samples {
  private static final long CLUSTER = 0x0123456789abcdefL;
  private static final Xid XID = new Xid(CLUSTER, 300, 7);
  private static final ResourceId RESOURCE = new ResourceId("db-é");
  private static final RowLockKey KEY = RowLockKey.primaryKey("shop.orders").text("42").build();
  private static final RowLockKey UNIQUE =
      RowLockKey.uniqueIndex("shop.orders", "uk").bytes(new byte[] {-1, 0}).build();

  private Samples() {}

  private static BranchRef ref(long number) {
    return new BranchRef(XID, new BranchId(300, number));
  }

  static Map<String, Message> all() {
    Map<String, Message> all = new LinkedHashMap<>();
    SessionTicket ticket = new SessionTicket(CLUSTER, 300, -2, 1_000_000);
    BeginInfo begin = new BeginInfo("place order", 60_000);
    BranchId branch = new BranchId(300, 129);
    List<LockRequest> locks =
        List.of(
            new LockRequest(KEY, LockMode.UPDATE),
            new LockRequest(UNIQUE, LockMode.EXCLUSIVE),
            new LockRequest(KEY, LockMode.KEY_SHARE));
    List<BranchReport> reports =
        List.of(
            new BranchReport(ref(1), LocalEnd.LOCALLY_COMMITTED),
            new BranchReport(ref(2), LocalEnd.FAILED),
            new BranchReport(ref(3), LocalEnd.UNKNOWN));
    all.put("Hello", new Hello(1, 3, "s3cret", "orders", ticket));
    all.put("HelloNew", new Hello(1, 1, "", "orders", null));
    all.put("Ping", new Ping());
    all.put(
        "AnnounceResources",
        new AnnounceResources(
            List.of(new ResourceAnnouncement(RESOURCE, "uuid-1", "MariaDB at db1"))));
    all.put("BeginTransaction", new BeginTransaction(XID, begin));
    all.put(
        "RegisterBranch",
        new RegisterBranch(XID, begin, branch, BranchType.AT, RESOURCE, locks, 3_000, true));
    all.put(
        "RegisterBranchAgain",
        new RegisterBranch(XID, null, branch, BranchType.AT, RESOURCE, List.of(), 0, false));
    all.put("ReportBranches", new ReportBranches(reports));
    all.put("CommitTransaction", new CommitTransaction(XID, reports));
    all.put(
        "RollbackTransaction",
        new RollbackTransaction(XID, reports, "no stock \uD83D\uDE00", 10_000));
    all.put("CheckLocks", new CheckLocks(XID, RESOURCE, locks, 1, false));
    all.put("QueryTransaction", new QueryTransaction(new Xid(CLUSTER, 300, Long.MAX_VALUE)));
    all.put("QueryBranches", new QueryBranches(List.of(ref(1), ref(2))));
    all.put(
        "PhaseTwoResults",
        new PhaseTwoResults(
            List.of(
                new BranchResult(ref(1), RESOURCE, BranchResult.Outcome.UNDO_DELETED, ""),
                new BranchResult(ref(2), RESOURCE, BranchResult.Outcome.UNDONE, ""),
                new BranchResult(
                    ref(3), RESOURCE, BranchResult.Outcome.QUARANTINED, "row 7 is dirty"),
                new BranchResult(ref(4), RESOURCE, BranchResult.Outcome.RETRY, "lock time-out"))));
    all.put("HelloAccepted", new HelloAccepted(1, ticket, true, 5_000));
    all.put("Done", new Done(1_000_000));
    all.put("BranchGranted", new BranchGranted(128, 59_999));
    all.put(
        "TransactionOutcome",
        new TransactionOutcome(GlobalStatus.ROLLING_BACK, 5, "time is up", 2));
    all.put("BranchFates", new BranchFates(List.of(BranchFate.values())));
    all.put("Refused", new Refused(RefusalCode.LOCK_CONFLICT, "row is locked", XID, null));
    all.put("RefusedByFollower", new Refused(RefusalCode.NOT_LEADER, "not me", null, "db2:8091"));
    all.put(
        "PhaseTwo",
        new PhaseTwo(
            List.of(
                new BranchCommand(ref(1), RESOURCE, BranchCommand.Action.COMMIT, true),
                new BranchCommand(ref(2), RESOURCE, BranchCommand.Action.ROLLBACK, false),
                new BranchCommand(ref(3), RESOURCE, BranchCommand.Action.FORGET, true))));
    all.put("AskLocalEnds", new AskLocalEnds(List.of(ref(1), ref(2))));
    all.put("TransactionDecided", new TransactionDecided(XID, GlobalStatus.ROLLING_BACK));
    addDirtyRows(all);
    return all;
  }

  private static void addDirtyRows(Map<String, Message> all) {
    String policy = "merge,hold";
    all.put(
        "BeginTransactionWithPolicy",
        new BeginTransaction(XID, new BeginInfo("place order", 60_000, policy)));
    all.put(
        "PhaseTwoResultsOfDirtyRows",
        new PhaseTwoResults(
            List.of(
                new BranchResult(
                    ref(1),
                    RESOURCE,
                    BranchResult.Outcome.QUARANTINED,
                    "1 row is dirty",
                    9,
                    new DirtyCases(List.of(dirtyCase()), 130)),
                new BranchResult(
                    ref(2),
                    RESOURCE,
                    BranchResult.Outcome.RESOLUTION_REFUSED,
                    "no such column",
                    10,
                    DirtyCases.NONE))));
    all.put(
        "PhaseTwoWithPolicy",
        new PhaseTwo(
            List.of(
                new BranchCommand(ref(1), RESOURCE, BranchCommand.Action.ROLLBACK, true, policy))));
    List<RowDecision> rows =
        List.of(
            new RowDecision(
                "0123456789abcdef",
                ResolveAction.VALUES,
                "fedcba98",
                List.of(
                    new RowDecision.ColumnText("balance", "105.00"),
                    new RowDecision.ColumnText("note", null))),
            new RowDecision("00112233", ResolveAction.RESTORE, "44556677", List.of()));
    all.put(
        "ResolveBranch",
        new ResolveBranch(
            9, ref(1), RESOURCE, true, policy, rows, ResolveAction.KEEP, "ada", "ticket 7"));
    all.put(
        "ResolveBranchRetry",
        new ResolveBranch(
            300, ref(2), RESOURCE, false, "", List.of(), ResolveAction.RETRY, "ada", ""));
    all.put(
        "FetchValue",
        new FetchValue(
            5, ref(1), RESOURCE, "0123456789abcdef", "note", FetchValue.Image.NOW, 65_536));
    all.put("FetchedValue", new FetchedValue(5, ShownValue.Kind.TEXT, "späte", 65_541, ""));
    all.put(
        "FetchedValueFailed", new FetchedValue(6, ShownValue.Kind.ABSENT, "", 0, "no such row"));
  }

  private static DirtyCase dirtyCase() {
    return new DirtyCase(
        "shop.account",
        "id=42",
        "0123456789abcdef",
        "changed",
        "merge,hold",
        List.of(
            new DirtyColumn(
                "balance",
                "DECIMAL(10,2)",
                ShownValue.of("100.00"),
                ShownValue.of("70.00"),
                ShownValue.of("75.00"),
                true,
                true),
            new DirtyColumn(
                "note",
                "TEXT",
                ShownValue.NULL,
                ShownValue.NULL,
                ShownValue.of("x".repeat(300)),
                false,
                true),
            new DirtyColumn(
                "é", "int", ShownValue.ABSENT, ShownValue.of(""), ShownValue.ABSENT, true, true)),
        2,
        "fedcba98");
  }
}
