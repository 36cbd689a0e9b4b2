package io.attx.coordinator.state;

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
import io.attx.protocol.BranchResult;
import java.util.ArrayList;
import java.util.List;

/**
 * The values that commands and snapshots share. The codes of constants are written down here and
 * never derived from an enum's order.
 */
final class ValueCodec {
  private ValueCodec() {}

  static void writeXid(ByteWriter out, Xid xid) {
    out.writeLong(xid.cluster());
    out.writeVarLong(xid.session());
    out.writeVarLong(xid.number());
  }

  static Xid readXid(ByteReader in) {
    return new Xid(in.readLong(), in.readVarLong(), in.readVarLong());
  }

  static void writeBranchId(ByteWriter out, BranchId id) {
    out.writeVarLong(id.session());
    out.writeVarLong(id.number());
  }

  static BranchId readBranchId(ByteReader in) {
    return new BranchId(in.readVarLong(), in.readVarLong());
  }

  static void writeRef(ByteWriter out, BranchRef ref) {
    writeXid(out, ref.xid());
    writeBranchId(out, ref.branch());
  }

  static BranchRef readRef(ByteReader in) {
    return new BranchRef(readXid(in), readBranchId(in));
  }

  static void writeResource(ByteWriter out, ResourceId resource) {
    out.writeString(resource.value());
  }

  static ResourceId readResource(ByteReader in) {
    return new ResourceId(in.readString());
  }

  static void writeLocks(ByteWriter out, List<LockRequest> locks) {
    out.writeVarLong(locks.size());
    for (int i = 0; i < locks.size(); i++) {
      LockRequest lock = locks.get(i);
      out.writeByte(
          switch (lock.mode()) {
            case KEY_SHARE -> 1;
            case UPDATE -> 2;
            case EXCLUSIVE -> 3;
          });
      out.writeBytes(lock.key().bytes());
    }
  }

  static List<LockRequest> readLocks(ByteReader in) {
    int count = in.readCount();
    List<LockRequest> locks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int code = in.readByte();
      LockMode mode =
          switch (code) {
            case 1 -> LockMode.KEY_SHARE;
            case 2 -> LockMode.UPDATE;
            case 3 -> LockMode.EXCLUSIVE;
            default -> throw new CorruptLogException("unknown lock mode " + code);
          };
      locks.add(new LockRequest(RowLockKey.ofBytes(in.readBytes()), mode));
    }
    return List.copyOf(locks);
  }

  static int code(BranchType type) {
    return switch (type) {
      case AT -> 1;
    };
  }

  static BranchType branchType(int code) {
    if (code == 1) {
      return BranchType.AT;
    }
    throw new CorruptLogException("unknown branch type " + code);
  }

  static int code(LocalEnd end) {
    return switch (end) {
      case LOCALLY_COMMITTED -> 1;
      case FAILED -> 2;
      case UNKNOWN -> 3;
    };
  }

  static LocalEnd localEnd(int code) {
    return switch (code) {
      case 1 -> LocalEnd.LOCALLY_COMMITTED;
      case 2 -> LocalEnd.FAILED;
      case 3 -> LocalEnd.UNKNOWN;
      default -> throw new CorruptLogException("unknown local end " + code);
    };
  }

  static int code(BranchResult.Outcome outcome) {
    return switch (outcome) {
      case UNDO_DELETED -> 1;
      case UNDONE -> 2;
      case QUARANTINED -> 3;
      case RETRY -> 4;
      case FENCED -> 5;
      case RESOLUTION_REFUSED -> 6;
    };
  }

  static BranchResult.Outcome result(int code) {
    return switch (code) {
      case 1 -> BranchResult.Outcome.UNDO_DELETED;
      case 2 -> BranchResult.Outcome.UNDONE;
      case 3 -> BranchResult.Outcome.QUARANTINED;
      case 4 -> BranchResult.Outcome.RETRY;
      case 5 -> BranchResult.Outcome.FENCED;
      case 6 -> BranchResult.Outcome.RESOLUTION_REFUSED;
      default -> throw new CorruptLogException("unknown phase-two result " + code);
    };
  }

  static int code(GlobalStatus status) {
    return switch (status) {
      case ACTIVE -> 1;
      case COMMIT_PENDING -> 2;
      case COMMITTING -> 3;
      case COMMITTED -> 4;
      case ROLLING_BACK -> 5;
      case ROLLED_BACK -> 6;
      case UNKNOWN -> throw new IllegalArgumentException("UNKNOWN is never stored");
    };
  }

  static GlobalStatus globalStatus(int code) {
    return switch (code) {
      case 1 -> GlobalStatus.ACTIVE;
      case 2 -> GlobalStatus.COMMIT_PENDING;
      case 3 -> GlobalStatus.COMMITTING;
      case 4 -> GlobalStatus.COMMITTED;
      case 5 -> GlobalStatus.ROLLING_BACK;
      case 6 -> GlobalStatus.ROLLED_BACK;
      default -> throw new CorruptLogException("unknown global status " + code);
    };
  }

  static int code(BranchState state) {
    return switch (state) {
      case REGISTERED -> 1;
      case LOCALLY_COMMITTED -> 2;
      case FAILED -> 3;
      case UNKNOWN_END -> 4;
      case QUARANTINED -> 5;
      case UNDONE -> 6;
      case FORGOTTEN -> 7;
    };
  }

  static BranchState branchState(int code) {
    return switch (code) {
      case 1 -> BranchState.REGISTERED;
      case 2 -> BranchState.LOCALLY_COMMITTED;
      case 3 -> BranchState.FAILED;
      case 4 -> BranchState.UNKNOWN_END;
      case 5 -> BranchState.QUARANTINED;
      case 6 -> BranchState.UNDONE;
      case 7 -> BranchState.FORGOTTEN;
      default -> throw new CorruptLogException("unknown branch state " + code);
    };
  }
}
