package io.attx.coordinator.state;

import io.attx.GlobalStatus;
import io.attx.Xid;
import io.attx.protocol.BeginInfo;
import io.attx.protocol.RefusalCode;
import org.jspecify.annotations.Nullable;

/** Begin of transactions and registration of branches. */
final class Registrations {
  private final CoordinatorState state;

  Registrations(CoordinatorState state) {
    this.state = state;
  }

  Outcome begin(Xid xid, BeginInfo info) {
    Transaction live = state.transactions.get(xid);
    if (live != null) {
      return live.status == GlobalStatus.ACTIVE ? Outcome.DONE : over(xid, live);
    }
    if (!state.isUnused(xid)) {
      return missing(xid);
    }
    create(xid, info);
    return Outcome.DONE;
  }

  /** Status check, row locks and registration in one step. */
  Outcome register(Command.Register command) {
    Xid xid = command.xid();
    Transaction transaction = state.transactions.get(xid);
    if (transaction != null) {
      Branch known = transaction.branch(command.branch());
      if (known != null) {
        return again(transaction, known, command);
      }
    }
    Outcome refusal = check(command, transaction);
    if (refusal != null) {
      return refusal;
    }
    var resource = state.intern(command.resource());
    Xid name = transaction == null ? xid : transaction.xid;
    Xid holder = state.locks.acquire(name, resource, command.locks());
    if (holder != null) {
      return new Outcome.Refusal(
          RefusalCode.LOCK_CONFLICT,
          "branch "
              + command.branch()
              + " of "
              + xid
              + " wants row locks that "
              + holder
              + " holds",
          holder);
    }
    if (transaction == null) {
      BeginInfo begin = command.begin();
      if (begin == null) {
        throw new IllegalStateException("checked before: " + command);
      }
      transaction = create(xid, begin);
    }
    Session session = state.session(command.branch().session());
    transaction.add(
        new Branch(
            transaction,
            command.branch(),
            command.type(),
            resource,
            session == null ? "" : session.application,
            command.locks()));
    transaction.unreported++;
    state.burn(command.branch());
    return new Outcome.Granted(transaction.deadline);
  }

  private @Nullable Outcome check(Command.Register command, @Nullable Transaction transaction) {
    Xid xid = command.xid();
    if (state.session(command.branch().session()) == null) {
      return CoordinatorState.refuse(
          RefusalCode.SESSION_EXPIRED,
          "session "
              + command.branch().session()
              + " is expired: branch "
              + command.branch()
              + " of "
              + xid
              + " cannot register; open a new session");
    }
    if (!state.isUnused(command.branch())) {
      return CoordinatorState.refuse(
          RefusalCode.BRANCH_REFUSED,
          "branch id "
              + command.branch()
              + " was used or given up before and cannot register in "
              + xid);
    }
    if (transaction != null) {
      boolean open =
          transaction.status == GlobalStatus.ACTIVE && state.logTime < transaction.deadline;
      return open ? null : over(xid, transaction);
    }
    boolean begins = command.begin() != null && state.isUnused(xid);
    return begins ? null : missing(xid);
  }

  private Outcome again(Transaction transaction, Branch known, Command.Register command) {
    boolean undecided = !transaction.status.isDecided();
    if (!undecided || state.logTime >= transaction.deadline) {
      return over(transaction.xid, transaction);
    }
    if (known.type != command.type()
        || !known.resource.equals(command.resource())
        || !known.locks.equals(command.locks())) {
      return CoordinatorState.refuse(
          RefusalCode.BRANCH_REFUSED,
          "branch " + known.ref() + " is registered with other content");
    }
    return new Outcome.Granted(transaction.deadline);
  }

  private Transaction create(Xid xid, BeginInfo info) {
    state.burn(xid);
    long timeout = Math.min(Math.max(1, info.timeoutMillis()), CoordinatorState.MAX_TIMEOUT_MILLIS);
    Transaction transaction =
        new Transaction(
            xid,
            CoordinatorState.cut(info.name()),
            info.dirtyPolicy(),
            state.nextBegin++,
            state.logTime,
            state.logTime + timeout);
    state.transactions.put(xid, transaction);
    state.listener.began(transaction);
    return transaction;
  }

  private Outcome over(Xid xid, Transaction transaction) {
    String why =
        transaction.status == GlobalStatus.ACTIVE
            ? "its time is up"
            : "it is " + transaction.status + because(transaction.reason);
    return CoordinatorState.refuse(
        RefusalCode.TRANSACTION_ENDED, "transaction " + xid + " takes no more branches: " + why);
  }

  private static String because(String reason) {
    return reason.isEmpty() ? "" : " (" + reason + ")";
  }

  /** The refusal for an id without a live transaction that cannot begin one. */
  private Outcome missing(Xid xid) {
    EndedTransaction past = state.ended.get(xid);
    if (past != null) {
      return CoordinatorState.refuse(
          RefusalCode.TRANSACTION_ENDED,
          "transaction " + xid + " ended as " + past.status() + because(past.reason()));
    }
    boolean neverIssued = xid.cluster() != state.cluster || xid.session() >= state.nextSession;
    if (neverIssued || state.isUnused(xid)) {
      return CoordinatorState.refuse(
          RefusalCode.UNKNOWN_TRANSACTION,
          "transaction " + xid + " was never begun at this coordinator");
    }
    return CoordinatorState.refuse(
        RefusalCode.TRANSACTION_ENDED, "transaction " + xid + " ended before");
  }
}
