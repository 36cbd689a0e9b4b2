package io.attx.datasource.branch;

import io.attx.BranchRef;
import io.attx.CoordinatorUnavailableException;
import io.attx.LockRequest;
import io.attx.Xid;
import io.attx.client.BranchRefusedException;
import io.attx.protocol.RefusalCode;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.sql.SQLTransientException;
import java.util.List;
import java.util.stream.Collectors;

/** Turns what the client side threw into JDBC exceptions that say who, where and what to do. */
final class Failures {
  private static final int ROWS_SHOWN = 3;
  private static final String ROLLED_BACK = "40000";

  private Failures() {}

  /** A registration or a lock check failed. */
  static SQLException refused(
      Throwable failure, Xid xid, String where, List<LockRequest> locks, String consequence) {
    String about = who(xid) + ", " + where + ", rows " + shown(locks) + ": ";
    if (failure instanceof BranchRefusedException refusal) {
      return switch (refusal.code()) {
        case LOCK_CONFLICT, HOLDER_ROLLING_BACK, LOCK_CYCLE ->
            conflict(refusal, xid, about, consequence);
        default ->
            new SQLNonTransientException(
                about
                    + "the coordinator refused the branch ("
                    + refusal.code()
                    + "): "
                    + refusal.getMessage()
                    + ". "
                    + consequence
                    + " What to do: roll back and begin a new global transaction.",
                ROLLED_BACK,
                refusal);
      };
    }
    if (failure instanceof CoordinatorUnavailableException) {
      return new SQLTransientException(
          about
              + "no answer from the coordinator: "
              + failure.getMessage()
              + ". "
              + consequence
              + " What to do: check that the coordinator runs, and repeat the global transaction.",
          ROLLED_BACK,
          failure);
    }
    return new SQLNonTransientException(
        about + "the branch could not be registered: " + failure + ". " + consequence,
        ROLLED_BACK,
        failure);
  }

  /** Row locks cannot be asked for. */
  static SQLException unchecked(CoordinatorUnavailableException failure, String resource) {
    return new SQLTransientException(
        "local transaction outside of any global transaction on resource "
            + resource
            + ": local writes are to respect the row locks of global transactions, and there is no"
            + " coordinator to ask: "
            + failure.getMessage()
            + ". Nothing was executed. What to do: check that the coordinator runs.",
        ROLLED_BACK,
        failure);
  }

  private static String who(Xid xid) {
    return xid.isOutside()
        ? "local transaction outside of any global transaction"
        : "global transaction " + xid;
  }

  private static GlobalLockConflictException conflict(
      BranchRefusedException refusal, Xid xid, String about, String consequence) {
    String who =
        refusal.holder() == null
            ? "another global transaction"
            : "global transaction " + refusal.holder();
    String how =
        switch (refusal.code()) {
          case HOLDER_ROLLING_BACK -> " is in the way and is rolling back";
          case LOCK_CYCLE -> " is in the way and waits for this one";
          default -> " is in the way and did not end in time";
        };
    return new GlobalLockConflictException(
        about
            + who
            + how
            + ". "
            + consequence
            + " What to do: repeat the work, or give it more time with the option lockWait."
            + " Coordinator: "
            + refusal.getMessage(),
        xid,
        refusal.holder(),
        refusal.code() == RefusalCode.HOLDER_ROLLING_BACK,
        refusal);
  }

  /** The local commit is forbidden; the local transaction was rolled back instead. */
  static SQLException onlyRollback(
      Xid xid, String reason, @org.jspecify.annotations.Nullable Throwable cause) {
    return new SQLNonTransientException(
        "global transaction "
            + xid
            + ": this local transaction can only be rolled back, because "
            + reason
            + ". What to do: call rollback() on the connection; the global transaction cannot"
            + " commit what this connection did.",
        ROLLED_BACK,
        cause);
  }

  /** The time of the transaction was over before the local commit. */
  static SQLException tooLate(BranchRef ref) {
    return new SQLTransientException(
        "branch "
            + ref
            + ": the time of the global transaction is over. The local transaction was rolled back."
            + " What to do: begin a new global transaction, with a longer timeout if the work"
            + " needs it.",
        ROLLED_BACK);
  }

  /** The connection was lost on COMMIT. */
  static SQLException outcomeUnknown(BranchRef ref, SQLException cause) {
    return new SQLNonTransientException(
        "branch "
            + ref
            + ": the connection failed while COMMIT was under way, so it is not known whether the"
            + " local transaction was committed. The coordinator finds out and undoes it with the"
            + " global transaction. What to do: roll back the global transaction. Cause: "
            + cause.getMessage(),
        "08007",
        cause.getErrorCode(),
        cause);
  }

  private static String shown(List<LockRequest> locks) {
    String first =
        locks.stream()
            .limit(ROWS_SHOWN)
            .map(lock -> lock.key().toString())
            .collect(Collectors.joining(", "));
    return locks.size() > ROWS_SHOWN
        ? first + " and " + (locks.size() - ROWS_SHOWN) + " more"
        : first;
  }
}
