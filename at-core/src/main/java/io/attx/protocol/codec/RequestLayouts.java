package io.attx.protocol.codec;

import io.attx.BranchType;
import io.attx.LocalEnd;
import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.protocol.AnnounceResources;
import io.attx.protocol.BeginInfo;
import io.attx.protocol.BeginTransaction;
import io.attx.protocol.BranchReport;
import io.attx.protocol.BranchResult;
import io.attx.protocol.CheckLocks;
import io.attx.protocol.CommitTransaction;
import io.attx.protocol.FetchedValue;
import io.attx.protocol.Hello;
import io.attx.protocol.PhaseTwoResults;
import io.attx.protocol.Ping;
import io.attx.protocol.QueryBranches;
import io.attx.protocol.QueryTransaction;
import io.attx.protocol.RegisterBranch;
import io.attx.protocol.ReportBranches;
import io.attx.protocol.ResourceAnnouncement;
import io.attx.protocol.RollbackTransaction;
import io.attx.protocol.SessionTicket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The layouts of the requests, numbers 1 to 31. */
final class RequestLayouts {
  // The fewest bytes of an xid, a branch reference, a lock, a report, a result, an announcement.
  static final int MIN_XID = 10;
  static final int MIN_REF = MIN_XID + 2;
  private static final int MIN_LOCK = 3;
  private static final int MIN_REPORT = MIN_REF + 1;
  private static final int MIN_RESULT = MIN_REF + 7;
  private static final int MIN_ANNOUNCEMENT = 4;

  private static final LockMode[] LOCK_MODES = LockMode.values();
  private static final LocalEnd[] LOCAL_ENDS = LocalEnd.values();
  private static final BranchType[] BRANCH_TYPES = BranchType.values();
  private static final BranchResult.Outcome[] OUTCOMES = BranchResult.Outcome.values();

  static final List<MessageType<?>> ALL =
      List.of(
          new MessageType<>(1, Hello.class, RequestLayouts::hello, RequestLayouts::hello),
          new MessageType<>(2, Ping.class, (out, ping) -> {}, in -> new Ping()),
          new MessageType<>(
              3,
              AnnounceResources.class,
              (out, m) -> out.list(m.resources(), RequestLayouts::announcement),
              in -> new AnnounceResources(in.list(MIN_ANNOUNCEMENT, RequestLayouts::announcement))),
          new MessageType<>(
              4,
              BeginTransaction.class,
              (out, m) -> {
                out.xid(m.xid());
                begin(out, m.begin());
              },
              in -> new BeginTransaction(in.xid(), begin(in))),
          new MessageType<>(
              5, RegisterBranch.class, RequestLayouts::register, RequestLayouts::register),
          new MessageType<>(
              6,
              ReportBranches.class,
              (out, m) -> reports(out, m.reports()),
              in -> new ReportBranches(reports(in))),
          new MessageType<>(
              7,
              CommitTransaction.class,
              (out, m) -> {
                out.xid(m.xid());
                reports(out, m.reports());
              },
              in -> new CommitTransaction(in.xid(), reports(in))),
          new MessageType<>(
              8, RollbackTransaction.class, RequestLayouts::rollback, RequestLayouts::rollback),
          new MessageType<>(
              9, CheckLocks.class, RequestLayouts::checkLocks, RequestLayouts::checkLocks),
          new MessageType<>(
              10,
              QueryTransaction.class,
              (out, m) -> out.xid(m.xid()),
              in -> new QueryTransaction(in.xid())),
          new MessageType<>(
              11,
              QueryBranches.class,
              (out, m) -> out.list(m.branches(), WireWriter::branchRef),
              in -> new QueryBranches(in.list(MIN_REF, WireReader::branchRef))),
          new MessageType<>(
              12,
              PhaseTwoResults.class,
              (out, m) -> out.list(m.results(), RequestLayouts::result),
              in -> new PhaseTwoResults(in.list(MIN_RESULT, RequestLayouts::result))),
          new MessageType<>(13, FetchedValue.class, CaseLayouts::fetched, CaseLayouts::fetched));

  private RequestLayouts() {}

  private static void hello(WireWriter out, Hello m) {
    out.varLong(m.minVersion());
    out.varLong(m.maxVersion());
    out.string(m.token());
    out.text(m.application());
    SessionTicket resume = m.resume();
    out.bool(resume != null);
    if (resume != null) {
      ticket(out, resume);
    }
  }

  private static Hello hello(WireReader in) {
    return new Hello(
        in.varInt(), in.varInt(), in.string(), in.string(), in.bool() ? ticket(in) : null);
  }

  static void ticket(WireWriter out, SessionTicket ticket) {
    out.fixed64(ticket.cluster());
    out.varLong(ticket.session());
    out.fixed64(ticket.secret());
    out.varLong(ticket.position());
  }

  static SessionTicket ticket(WireReader in) {
    return new SessionTicket(in.fixed64(), in.varLong(), in.fixed64(), in.varLong());
  }

  private static void announcement(WireWriter out, ResourceAnnouncement m) {
    out.resource(m.resource());
    out.string(m.serverId());
    out.text(m.description());
  }

  private static ResourceAnnouncement announcement(WireReader in) {
    return new ResourceAnnouncement(in.resource(), in.string(), in.string());
  }

  private static void begin(WireWriter out, BeginInfo m) {
    out.text(m.name());
    out.varLong(m.timeoutMillis());
    out.string(m.dirtyPolicy());
  }

  private static BeginInfo begin(WireReader in) {
    return new BeginInfo(in.string(), in.varLong(), in.string());
  }

  private static void register(WireWriter out, RegisterBranch m) {
    out.xid(m.xid());
    BeginInfo begin = m.begin();
    out.bool(begin != null);
    if (begin != null) {
      begin(out, begin);
    }
    out.branchId(m.branch());
    out.constant(m.type());
    out.resource(m.resource());
    out.varLong(m.waitMillis());
    out.bool(m.holdsRowLocks());
    out.list(m.locks(), RequestLayouts::lock);
  }

  private static RegisterBranch register(WireReader in) {
    var xid = in.xid();
    @Nullable BeginInfo begin = in.bool() ? begin(in) : null;
    var branch = in.branchId();
    var type = in.constant(BRANCH_TYPES);
    var resource = in.resource();
    long waitMillis = in.varLong();
    boolean holdsRowLocks = in.bool();
    List<LockRequest> locks = in.list(MIN_LOCK, RequestLayouts::lock);
    return new RegisterBranch(xid, begin, branch, type, resource, locks, waitMillis, holdsRowLocks);
  }

  private static void lock(WireWriter out, LockRequest lock) {
    out.constant(lock.mode());
    out.lockKey(lock.key());
  }

  private static LockRequest lock(WireReader in) {
    LockMode mode = in.constant(LOCK_MODES);
    return new LockRequest(in.lockKey(), mode);
  }

  private static void reports(WireWriter out, List<BranchReport> reports) {
    out.list(reports, RequestLayouts::report);
  }

  private static List<BranchReport> reports(WireReader in) {
    return in.list(MIN_REPORT, RequestLayouts::report);
  }

  private static void report(WireWriter out, BranchReport m) {
    out.branchRef(m.ref());
    out.constant(m.end());
  }

  private static BranchReport report(WireReader in) {
    return new BranchReport(in.branchRef(), in.constant(LOCAL_ENDS));
  }

  private static void rollback(WireWriter out, RollbackTransaction m) {
    out.xid(m.xid());
    reports(out, m.reports());
    out.text(m.reason());
    out.varLong(m.waitMillis());
  }

  private static RollbackTransaction rollback(WireReader in) {
    return new RollbackTransaction(in.xid(), reports(in), in.string(), in.varLong());
  }

  private static void checkLocks(WireWriter out, CheckLocks m) {
    out.xid(m.xid());
    out.resource(m.resource());
    out.varLong(m.waitMillis());
    out.bool(m.holdsRowLocks());
    out.list(m.locks(), RequestLayouts::lock);
  }

  private static CheckLocks checkLocks(WireReader in) {
    var xid = in.xid();
    var resource = in.resource();
    long waitMillis = in.varLong();
    boolean holdsRowLocks = in.bool();
    return new CheckLocks(
        xid, resource, in.list(MIN_LOCK, RequestLayouts::lock), waitMillis, holdsRowLocks);
  }

  private static void result(WireWriter out, BranchResult m) {
    out.branchRef(m.ref());
    out.resource(m.resource());
    out.constant(m.outcome());
    out.text(m.detail());
    out.varLong(m.resolution());
    CaseLayouts.cases(out, m.cases());
  }

  private static BranchResult result(WireReader in) {
    return new BranchResult(
        in.branchRef(),
        in.resource(),
        in.constant(OUTCOMES),
        in.string(),
        in.varLong(),
        CaseLayouts.cases(in));
  }
}
