package io.attx.coordinator.state;

import io.attx.protocol.BeginInfo;
import io.attx.protocol.BranchReport;
import io.attx.protocol.BranchResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands as bytes: one code byte, then the fields in their order. */
final class CommandCodec {
  private static final int INITIALISE = 1;
  private static final int OPEN_SESSION = 2;
  private static final int EXPIRE_SESSION = 3;
  private static final int BEGIN = 4;
  private static final int REGISTER = 5;
  private static final int REPORT = 6;
  private static final int COMMIT = 7;
  private static final int ROLLBACK = 8;
  private static final int TIME_OUT = 9;
  private static final int RESULTS = 10;
  // 11 was never written by a release.
  private static final int BEGIN_WITH_POLICY = 12;
  private static final int REGISTER_WITH_POLICY = 13;
  private static final int EXAMINED = 14;
  private static final int RESOLVE = 15;
  private static final int FORCE_ROLLBACK = 16;

  private CommandCodec() {}

  static void write(ByteWriter out, Command command) {
    if (command instanceof Command.Register register) {
      BeginInfo begin = register.begin();
      String policy = begin == null ? "" : begin.dirtyPolicy();
      out.writeByte(policy.isEmpty() ? REGISTER : REGISTER_WITH_POLICY);
      writePolicy(out, policy);
      writeRegister(out, register);
    } else if (command instanceof Command.Commit commit) {
      out.writeByte(COMMIT);
      ValueCodec.writeXid(out, commit.xid());
      writeReports(out, commit.reports());
    } else if (command instanceof Command.Results results) {
      out.writeByte(RESULTS);
      writeResults(out, results.results());
    } else if (command instanceof Command.Report report) {
      out.writeByte(REPORT);
      writeReports(out, report.reports());
    } else if (command instanceof Command.Rollback rollback) {
      out.writeByte(ROLLBACK);
      ValueCodec.writeXid(out, rollback.xid());
      writeReports(out, rollback.reports());
      out.writeString(rollback.reason());
    } else {
      writeRare(out, command);
    }
  }

  private static void writeRare(ByteWriter out, Command command) {
    if (command instanceof Command.Begin begin) {
      String policy = begin.info().dirtyPolicy();
      out.writeByte(policy.isEmpty() ? BEGIN : BEGIN_WITH_POLICY);
      writePolicy(out, policy);
      ValueCodec.writeXid(out, begin.xid());
      writeBegin(out, begin.info());
    } else if (command instanceof Command.TimeOut timeOut) {
      out.writeByte(TIME_OUT);
      ValueCodec.writeXid(out, timeOut.xid());
    } else if (command instanceof Command.OpenSession open) {
      out.writeByte(OPEN_SESSION);
      out.writeLong(open.secret());
      out.writeString(open.application());
    } else if (command instanceof Command.ExpireSession expire) {
      out.writeByte(EXPIRE_SESSION);
      out.writeVarLong(expire.session());
    } else if (command instanceof Command.Examined examined) {
      out.writeByte(EXAMINED);
      writeExamined(out, examined);
    } else if (command instanceof Command.Resolve resolve) {
      out.writeByte(RESOLVE);
      writeResolve(out, resolve);
    } else if (command instanceof Command.ForceRollback rollback) {
      out.writeByte(FORCE_ROLLBACK);
      ValueCodec.writeXid(out, rollback.xid());
      out.writeString(rollback.operator());
      out.writeString(rollback.reason());
      out.writeVarLong(rollback.wallMillis());
    } else if (command instanceof Command.Initialise initialise) {
      out.writeByte(INITIALISE);
      out.writeLong(initialise.cluster());
    } else {
      throw new IllegalStateException("a command without a code: " + command);
    }
  }

  static Command read(ByteReader in) {
    int code = in.readByte();
    return switch (code) {
      case INITIALISE -> new Command.Initialise(in.readLong());
      case OPEN_SESSION -> new Command.OpenSession(in.readLong(), in.readString());
      case EXPIRE_SESSION -> new Command.ExpireSession(in.readVarLong());
      case BEGIN -> readBegin(in, "");
      case BEGIN_WITH_POLICY -> readBegin(in, in.readString());
      case REGISTER -> readRegister(in, "");
      case REGISTER_WITH_POLICY -> readRegister(in, in.readString());
      case REPORT -> new Command.Report(readReports(in));
      case COMMIT -> new Command.Commit(ValueCodec.readXid(in), readReports(in));
      case ROLLBACK ->
          new Command.Rollback(ValueCodec.readXid(in), readReports(in), in.readString());
      case TIME_OUT -> new Command.TimeOut(ValueCodec.readXid(in));
      case RESULTS -> new Command.Results(readResults(in));
      case EXAMINED -> readExamined(in);
      case RESOLVE -> readResolve(in);
      case FORCE_ROLLBACK ->
          new Command.ForceRollback(
              ValueCodec.readXid(in), in.readString(), in.readString(), in.readVarLong());
      default -> throw new CorruptLogException("unknown command code " + code);
    };
  }

  private static void writeRegister(ByteWriter out, Command.Register command) {
    ValueCodec.writeXid(out, command.xid());
    BeginInfo begin = command.begin();
    out.writeBoolean(begin != null);
    if (begin != null) {
      writeBegin(out, begin);
    }
    ValueCodec.writeBranchId(out, command.branch());
    out.writeByte(ValueCodec.code(command.type()));
    ValueCodec.writeResource(out, command.resource());
    ValueCodec.writeLocks(out, command.locks());
  }

  private static void writePolicy(ByteWriter out, String policy) {
    if (!policy.isEmpty()) {
      out.writeString(policy);
    }
  }

  private static Command readRegister(ByteReader in, String policy) {
    var xid = ValueCodec.readXid(in);
    @Nullable BeginInfo begin = in.readBoolean() ? readBeginInfo(in, policy) : null;
    return new Command.Register(
        xid,
        begin,
        ValueCodec.readBranchId(in),
        ValueCodec.branchType(in.readByte()),
        ValueCodec.readResource(in),
        ValueCodec.readLocks(in));
  }

  private static void writeBegin(ByteWriter out, BeginInfo begin) {
    out.writeString(begin.name());
    out.writeVarLong(begin.timeoutMillis());
  }

  private static Command readBegin(ByteReader in, String policy) {
    return new Command.Begin(ValueCodec.readXid(in), readBeginInfo(in, policy));
  }

  private static BeginInfo readBeginInfo(ByteReader in, String policy) {
    return new BeginInfo(in.readString(), in.readVarLong(), policy);
  }

  private static void writeExamined(ByteWriter out, Command.Examined command) {
    BranchResult result = command.result();
    ValueCodec.writeRef(out, result.ref());
    ValueCodec.writeResource(out, result.resource());
    out.writeByte(ValueCodec.code(result.outcome()));
    out.writeString(result.detail());
    out.writeVarLong(result.resolution());
    CaseCodec.writeCases(out, result.cases());
    out.writeVarLong(command.wallMillis());
  }

  private static Command readExamined(ByteReader in) {
    BranchResult result =
        new BranchResult(
            ValueCodec.readRef(in),
            ValueCodec.readResource(in),
            ValueCodec.result(in.readByte()),
            in.readString(),
            in.readVarLong(),
            CaseCodec.readCases(in));
    return new Command.Examined(result, in.readVarLong());
  }

  private static void writeResolve(ByteWriter out, Command.Resolve command) {
    ValueCodec.writeRef(out, command.branch());
    out.writeVarLong(command.report());
    CaseCodec.writeDecisions(out, command.rows());
    CaseCodec.writeAction(out, command.others());
    out.writeString(command.operator());
    out.writeString(command.reason());
    out.writeVarLong(command.wallMillis());
  }

  private static Command readResolve(ByteReader in) {
    return new Command.Resolve(
        ValueCodec.readRef(in),
        Math.toIntExact(in.readVarLong()),
        CaseCodec.readDecisions(in),
        CaseCodec.readAction(in),
        in.readString(),
        in.readString(),
        in.readVarLong());
  }

  private static void writeReports(ByteWriter out, List<BranchReport> reports) {
    out.writeVarLong(reports.size());
    for (int i = 0; i < reports.size(); i++) {
      BranchReport report = reports.get(i);
      ValueCodec.writeRef(out, report.ref());
      out.writeByte(ValueCodec.code(report.end()));
    }
  }

  private static List<BranchReport> readReports(ByteReader in) {
    int count = in.readCount();
    List<BranchReport> reports = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      reports.add(new BranchReport(ValueCodec.readRef(in), ValueCodec.localEnd(in.readByte())));
    }
    return reports;
  }

  private static void writeResults(ByteWriter out, List<BranchResult> results) {
    out.writeVarLong(results.size());
    for (int i = 0; i < results.size(); i++) {
      BranchResult result = results.get(i);
      ValueCodec.writeRef(out, result.ref());
      ValueCodec.writeResource(out, result.resource());
      out.writeByte(ValueCodec.code(result.outcome()));
      out.writeString(result.detail());
    }
  }

  private static List<BranchResult> readResults(ByteReader in) {
    int count = in.readCount();
    List<BranchResult> results = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      results.add(
          new BranchResult(
              ValueCodec.readRef(in),
              ValueCodec.readResource(in),
              ValueCodec.result(in.readByte()),
              in.readString()));
    }
    return results;
  }
}
