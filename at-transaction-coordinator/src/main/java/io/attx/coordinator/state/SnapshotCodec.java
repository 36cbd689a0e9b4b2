package io.attx.coordinator.state;

import io.attx.BranchId;
import io.attx.BranchType;
import io.attx.LocalEnd;
import io.attx.ResourceId;
import io.attx.Xid;
import io.attx.protocol.DirtyCases;
import java.util.List;

/**
 * The whole state as bytes. Bytes: version, counters, sessions, transactions in the order of their
 * begin, ended transactions in the order of their end, the audit trail. Row locks are not written:
 * they follow from the branches. Equal states give equal bytes.
 */
public final class SnapshotCodec {
  /** The format that is written. */
  static final int VERSION = 2;

  /** The oldest format that is read: without quarantine reports, policies and audit trail. */
  static final int OLDEST = 1;

  private SnapshotCodec() {}

  /** Writes a state. */
  public static byte[] encode(CoordinatorState state) {
    ByteWriter out = new ByteWriter();
    out.writeByte(VERSION);
    out.writeLong(state.cluster);
    out.writeVarLong(state.nextSession);
    out.writeVarLong(state.nextBegin);
    out.writeVarLong(state.logTime);
    out.writeVarLong(state.sessions.size());
    for (Session session : state.sessions.values()) {
      writeSession(out, session);
    }
    out.writeVarLong(state.transactions.size());
    for (Transaction transaction : state.transactions.values()) {
      writeTransaction(out, transaction);
    }
    out.writeVarLong(state.endedInOrder.size());
    for (EndedTransaction ended : state.endedInOrder) {
      ValueCodec.writeXid(out, ended.xid());
      out.writeByte(ValueCodec.code(ended.status()));
      out.writeString(ended.reason());
      out.writeVarLong(ended.endedAt());
    }
    out.writeVarLong(state.nextResolution);
    CaseCodec.writeTrail(out, state.audit);
    return out.toBytes();
  }

  /** Reads a state. */
  public static CoordinatorState decode(byte[] bytes, StateListener listener) {
    ByteReader in = new ByteReader(bytes);
    int version = in.readByte();
    if (version < OLDEST || version > VERSION) {
      throw new CorruptLogException(
          "snapshot of format " + version + "; this version reads " + OLDEST + " to " + VERSION);
    }
    try {
      return read(in, version, listener);
    } catch (IllegalArgumentException | ArithmeticException outOfRange) {
      throw new CorruptLogException("a value out of range: " + outOfRange.getMessage());
    }
  }

  private static CoordinatorState read(ByteReader in, int version, StateListener listener) {
    CoordinatorState state = new CoordinatorState(listener);
    state.cluster = in.readLong();
    state.nextSession = in.readVarLong();
    state.nextBegin = in.readVarLong();
    state.logTime = in.readVarLong();
    for (int i = in.readCount(); i > 0; i--) {
      readSession(in, state);
    }
    for (int i = in.readCount(); i > 0; i--) {
      readTransaction(in, version, state);
    }
    for (int i = in.readCount(); i > 0; i--) {
      EndedTransaction ended =
          new EndedTransaction(
              ValueCodec.readXid(in),
              ValueCodec.globalStatus(in.readByte()),
              in.readString(),
              in.readVarLong());
      state.ended.put(ended.xid(), ended);
      state.endedInOrder.add(ended);
    }
    if (version >= 2) {
      state.nextResolution = in.readVarLong();
      CaseCodec.readTrail(in, state.audit);
    }
    if (in.hasMore()) {
      throw new CorruptLogException("bytes behind the end of the snapshot");
    }
    return state;
  }

  private static void writeSession(ByteWriter out, Session session) {
    out.writeVarLong(session.number);
    out.writeLong(session.secret);
    out.writeString(session.application);
    writeIntervals(out, session.usedTransactions);
    writeIntervals(out, session.usedBranches);
  }

  private static void readSession(ByteReader in, CoordinatorState state) {
    Session session = new Session(in.readVarLong(), in.readLong(), in.readString());
    readIntervals(in, session.usedTransactions);
    readIntervals(in, session.usedBranches);
    state.sessions.put(session.number, session);
  }

  private static void writeIntervals(ByteWriter out, IntervalSet set) {
    out.writeVarLong(set.size());
    long before = 0;
    for (int i = 0; i < set.size(); i++) {
      out.writeVarLong(set.first(i) - before);
      out.writeVarLong(set.last(i) - set.first(i));
      before = set.last(i);
    }
  }

  private static void readIntervals(ByteReader in, IntervalSet set) {
    long before = 0;
    for (int i = in.readCount(); i > 0; i--) {
      long first = before + in.readVarLong();
      long last = first + in.readVarLong();
      set.append(first, last);
      before = last;
    }
  }

  private static void writeTransaction(ByteWriter out, Transaction transaction) {
    ValueCodec.writeXid(out, transaction.xid);
    out.writeString(transaction.name);
    out.writeString(transaction.dirtyPolicy);
    out.writeVarLong(transaction.beginOrder);
    out.writeVarLong(transaction.beganAt);
    out.writeVarLong(transaction.deadline);
    out.writeByte(ValueCodec.code(transaction.status));
    out.writeString(transaction.reason);
    out.writeVarLong(transaction.branches.size());
    for (Branch branch : transaction.branches) {
      ValueCodec.writeBranchId(out, branch.id);
      out.writeByte(ValueCodec.code(branch.type));
      ValueCodec.writeResource(out, branch.resource);
      out.writeByte(ValueCodec.code(branch.state));
      LocalEnd end = branch.end;
      out.writeByte(end == null ? 0 : ValueCodec.code(end));
      out.writeString(branch.detail);
      out.writeVarLong(branch.releasableAt);
      out.writeString(branch.application);
      if (branch.state == BranchState.QUARANTINED) {
        CaseCodec.writeQuarantine(out, quarantineOf(branch));
      }
      ValueCodec.writeLocks(out, branch.locks);
    }
  }

  private static Quarantine quarantineOf(Branch branch) {
    Quarantine quarantine = branch.quarantine;
    if (quarantine == null) {
      throw new IllegalStateException("in quarantine without a report: " + branch);
    }
    return quarantine;
  }

  private static void readTransaction(ByteReader in, int version, CoordinatorState state) {
    Xid xid = ValueCodec.readXid(in);
    Transaction transaction =
        new Transaction(
            xid,
            in.readString(),
            version >= 2 ? in.readString() : "",
            in.readVarLong(),
            in.readVarLong(),
            in.readVarLong());
    transaction.status = ValueCodec.globalStatus(in.readByte());
    transaction.reason = in.readString();
    for (int i = in.readCount(); i > 0; i--) {
      readBranch(in, version, state, transaction);
    }
    state.transactions.put(xid, transaction);
  }

  private static void readBranch(
      ByteReader in, int version, CoordinatorState state, Transaction transaction) {
    BranchId id = ValueCodec.readBranchId(in);
    BranchType type = ValueCodec.branchType(in.readByte());
    ResourceId resource = state.intern(ValueCodec.readResource(in));
    BranchState branchState = ValueCodec.branchState(in.readByte());
    int end = in.readByte();
    String detail = in.readString();
    long releasableAt = in.readVarLong();
    String application = version >= 2 ? in.readString() : "";
    Branch branch = new Branch(transaction, id, type, resource, application, List.of());
    branch.state = branchState;
    branch.end = end == 0 ? null : ValueCodec.localEnd(end);
    branch.detail = detail;
    branch.releasableAt = releasableAt;
    if (branchState == BranchState.QUARANTINED) {
      Quarantine quarantine =
          version >= 2
              ? CaseCodec.readQuarantine(in)
              : new Quarantine(1, 0, DirtyCases.NONE, List.of(), null);
      branch.quarantine = quarantine;
      state.quarantines.recount(quarantine);
    }
    branch.locks = ValueCodec.readLocks(in);
    if (state.locks.acquire(transaction.xid, branch.resource, branch.locks) != null) {
      throw new CorruptLogException("two transactions hold a row lock of branch " + branch);
    }
    transaction.add(branch);
    transaction.recount(branch);
  }
}
