package io.attx.client;

import io.attx.AttxException;
import io.attx.GlobalStatus;
import io.attx.GlobalTransactionException;
import io.attx.Xid;
import io.attx.protocol.CommitTransaction;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.Request;
import io.attx.protocol.Response;
import io.attx.protocol.RollbackTransaction;
import io.attx.protocol.TransactionOutcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of one transaction: asks the coordinator for a commit or a rollback and says to the
 * caller what became of it. A branch that ended UNKNOWN does not keep the commit from being asked
 * for: the coordinator, which can look into the database, decides. Used once.
 */
final class Decision {
  private static final Logger LOG = LoggerFactory.getLogger(Decision.class);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final OwnedTransaction transaction;
  private final DefaultAtClient client;
  private final Xid xid;

  Decision(OwnedTransaction transaction) {
    this.transaction = transaction;
    this.client = transaction.client();
    this.xid = transaction.xid();
  }

  // ---- commit ----

  void commit() {
    String obstacle = obstacle();
    if (obstacle != null) {
      throw rolledBackInstead(obstacle);
    }
    if (!transaction.needsDecision()) {
      endSilently("nothing to commit");
      return;
    }
    Duration left = transaction.timeLeft();
    // The coordinator may have to wait for the reports of other processes, until the deadline.
    Duration timeout = client.requestTimeout().plus(left.isNegative() ? Duration.ZERO : left);
    Response response;
    try {
      response = ask(new CommitTransaction(xid, transaction.ridingReports()), timeout);
    } catch (AttxException failure) {
      throw problem(
          GlobalStatus.UNKNOWN,
          "the outcome of the commit of global transaction "
              + transaction
              + " is not known: "
              + failure.getMessage()
              + "; it is either committed or rolled back as a whole. Ask AtClient.status with this"
              + " xid before you repeat its work",
          failure);
    }
    judgeCommit(response);
  }

  private void judgeCommit(Response response) {
    if (response instanceof TransactionOutcome outcome) {
      switch (outcome.status()) {
        case COMMITTING, COMMITTED -> {}
        case ROLLING_BACK, ROLLED_BACK ->
            throw problem(
                outcome.status(),
                "global transaction "
                    + transaction
                    + " was rolled back instead of committed"
                    + because(outcome.reason()),
                null);
        default ->
            throw problem(
                outcome.status(),
                "the coordinator did not commit global transaction "
                    + transaction
                    + ": its state there is "
                    + outcome.status()
                    + because(outcome.reason()),
                null);
      }
    } else {
      throw problem(GlobalStatus.UNKNOWN, refusal("commit", response), null);
    }
  }

  private @Nullable String obstacle() {
    String rollbackOnly = transaction.whyRollbackOnly();
    if (rollbackOnly != null) {
      return rollbackOnly;
    }
    List<LocalBranch> open = transaction.openBranches();
    if (!open.isEmpty()) {
      return open.stream().map(LocalBranch::toString).collect(Collectors.joining(", "))
          + " is still open in this process; commit or close its connection before the global"
          + " commit";
    }
    return transaction.timeLeft().isNegative() ? transaction.whyTimeIsUp() : null;
  }

  private GlobalTransactionException rolledBackInstead(String obstacle) {
    try {
      TransactionOutcome outcome = undo(obstacle);
      String reason = outcome.reason().isEmpty() ? obstacle : outcome.reason();
      boolean committed =
          outcome.status() == GlobalStatus.COMMITTED || outcome.status() == GlobalStatus.COMMITTING;
      return problem(
          outcome.status(),
          "global transaction "
              + transaction
              + (committed ? " is committed, although " : " was rolled back instead of committed: ")
              + (committed ? obstacle : reason)
              + quarantine(outcome),
          null);
    } catch (AttxException failure) {
      return problem(
          GlobalStatus.UNKNOWN,
          "global transaction "
              + transaction
              + " is not committed: "
              + obstacle
              + "; its rollback was not confirmed: "
              + failure.getMessage()
              + " (the coordinator rolls it back when its time is up)",
          failure);
    }
  }

  // ---- rollback ----

  void rollback() {
    TransactionOutcome outcome;
    try {
      outcome = undo("the application asked for it");
    } catch (AttxException failure) {
      throw problem(
          GlobalStatus.UNKNOWN,
          "the rollback of global transaction "
              + transaction
              + " was not confirmed: "
              + failure.getMessage()
              + "; the coordinator rolls it back when its time is up",
          failure);
    }
    if (outcome.quarantined() > 0) {
      throw problem(
          outcome.status(),
          "global transaction " + transaction + " is not undone everywhere" + quarantine(outcome),
          null);
    }
    switch (outcome.status()) {
      case ROLLED_BACK -> {}
      case ROLLING_BACK ->
          LOG.warn(
              "global transaction {} is decided to be rolled back, but not all of its branches are"
                  + " undone yet; the coordinator goes on",
              transaction);
      case COMMITTING, COMMITTED ->
          throw problem(
              outcome.status(),
              "global transaction "
                  + transaction
                  + " cannot be rolled back: it was committed before",
              null);
      default ->
          throw problem(
              outcome.status(),
              "the coordinator did not roll back global transaction "
                  + transaction
                  + ": its state there is "
                  + outcome.status()
                  + because(outcome.reason()),
              null);
    }
  }

  /** Asks for the rollback, where the coordinator has anything to roll back. */
  private TransactionOutcome undo(String reason) {
    TransactionOutcome nothing = new TransactionOutcome(GlobalStatus.ROLLED_BACK, 0, "", 0);
    if (!transaction.needsDecision() && transaction.openBranches().isEmpty()) {
      endSilently(reason);
      return nothing;
    }
    if (!transaction.wasSent()) {
      return nothing;
    }
    // Compensation cannot pass a branch whose local transaction this very thread keeps open.
    boolean pointless = !transaction.openBranches().isEmpty();
    Duration wait = pointless ? Duration.ZERO : shorter(client.requestTimeout(), LONGEST_WAIT);
    Response response =
        ask(
            new RollbackTransaction(xid, transaction.ridingReports(), reason, wait.toMillis()),
            client.requestTimeout().plus(wait));
    if (response instanceof TransactionOutcome outcome) {
      return outcome;
    }
    boolean neverArrived =
        response instanceof Refused refused
            && refused.code() == RefusalCode.UNKNOWN_TRANSACTION
            && !transaction.needsDecision();
    if (neverArrived) {
      return nothing;
    }
    throw new AttxException(refusal("roll back", response));
  }

  // ---- both ----

  /**
   * Ends a transaction that changed nothing. Where a registration was sent but not granted, the
   * coordinator is told without waiting, so that nothing of it lingers there.
   */
  private void endSilently(String reason) {
    if (!transaction.wasSent()) {
      return;
    }
    var unused =
        client
            .link()
            .call(
                new RollbackTransaction(xid, transaction.ridingReports(), reason, 0),
                client.requestTimeout())
            .whenComplete((response, failure) -> settle(response));
  }

  private Response ask(Request request, Duration timeout) {
    Response response = null;
    try {
      response = client.link().call(request, timeout).join();
      return response;
    } catch (CompletionException failed) {
      throw unwrap(failed);
    } finally {
      settle(response);
    }
  }

  /** The reports that rode on a request are known to the coordinator, or must go by themselves. */
  private void settle(@Nullable Response response) {
    if (response instanceof TransactionOutcome) {
      client.branches().acknowledged(transaction.ridingReports());
    } else {
      transaction.reportSeparately();
    }
  }

  static AttxException unwrap(CompletionException failed) {
    return failed.getCause() instanceof AttxException known
        ? known
        : new AttxException("an internal failure of the client: " + failed.getMessage(), failed);
  }

  private String refusal(String what, Response response) {
    String answer =
        response instanceof Refused refused
            ? refused.code() + ": " + refused.message()
            : response.toString();
    return "the coordinator refused to "
        + what
        + " global transaction "
        + transaction
        + ": "
        + answer;
  }

  private GlobalTransactionException problem(
      GlobalStatus status, String message, @Nullable Throwable cause) {
    return new GlobalTransactionException(xid, status, message, cause);
  }

  private static String because(String reason) {
    return reason.isEmpty() ? "" : ": " + reason;
  }

  private static String quarantine(TransactionOutcome outcome) {
    return outcome.quarantined() == 0
        ? ""
        : "; "
            + outcome.quarantined()
            + " of its branches are in quarantine at the coordinator and wait for an operator";
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
