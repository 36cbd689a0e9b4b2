package io.attx.coordinator.state;

import static io.attx.GlobalStatus.ACTIVE;
import static io.attx.GlobalStatus.COMMITTED;
import static io.attx.GlobalStatus.COMMITTING;
import static io.attx.GlobalStatus.COMMIT_PENDING;
import static io.attx.GlobalStatus.ROLLED_BACK;
import static io.attx.GlobalStatus.ROLLING_BACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.BranchId;
import io.attx.BranchType;
import io.attx.GlobalStatus;
import io.attx.ResourceId;
import io.attx.Xid;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TransitionTablesTest {
  private static final Map<GlobalStatus, Set<GlobalStatus>> TRANSACTION =
      Map.of(
          ACTIVE, Set.of(COMMIT_PENDING, COMMITTING, COMMITTED, ROLLING_BACK, ROLLED_BACK),
          COMMIT_PENDING, Set.of(COMMITTING, COMMITTED, ROLLING_BACK, ROLLED_BACK),
          COMMITTING, Set.of(COMMITTED),
          ROLLING_BACK, Set.of(ROLLED_BACK));

  private static final Map<BranchState, Set<BranchState>> BRANCH =
      Map.of(
          BranchState.REGISTERED,
          Set.of(
              BranchState.LOCALLY_COMMITTED,
              BranchState.FAILED,
              BranchState.UNKNOWN_END,
              BranchState.QUARANTINED,
              BranchState.UNDONE),
          BranchState.LOCALLY_COMMITTED,
          Set.of(BranchState.QUARANTINED, BranchState.UNDONE, BranchState.FORGOTTEN),
          BranchState.FAILED,
          Set.of(BranchState.QUARANTINED, BranchState.UNDONE, BranchState.FORGOTTEN),
          BranchState.UNKNOWN_END,
          Set.of(BranchState.QUARANTINED, BranchState.UNDONE),
          BranchState.QUARANTINED,
          Set.of(BranchState.UNDONE),
          BranchState.UNDONE,
          Set.of(BranchState.FORGOTTEN));

  @Test
  void everyMoveOfATransactionIsLegalExactlyWhereTheTableSaysSo() {
    for (GlobalStatus from : GlobalStatus.values()) {
      for (GlobalStatus to : GlobalStatus.values()) {
        boolean legal = TRANSACTION.getOrDefault(from, Set.of()).contains(to);
        assertThat(TransactionTransitions.allows(from, to)).as(from + " -> " + to).isEqualTo(legal);
        Transaction transaction = new Transaction(new Xid(1, 1, 1), "", "", 1, 0, 1);
        transaction.status = from;
        if (legal) {
          transaction.become(to);
          assertThat(transaction.status()).isEqualTo(to);
        } else {
          assertThatThrownBy(() -> transaction.become(to))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("1-1-1");
        }
      }
    }
  }

  @Test
  void everyMoveOfABranchIsLegalExactlyWhereTheTableSaysSo() {
    Transaction transaction = new Transaction(new Xid(1, 1, 1), "", "", 1, 0, 1);
    for (BranchState from : BranchState.values()) {
      for (BranchState to : BranchState.values()) {
        boolean legal = BRANCH.getOrDefault(from, Set.of()).contains(to);
        assertThat(from.mayBecome(to)).as(from + " -> " + to).isEqualTo(legal);
        Branch branch =
            new Branch(
                transaction, new BranchId(2, 3), BranchType.AT, new ResourceId("r"), "", List.of());
        branch.state = from;
        if (legal) {
          branch.become(to);
          assertThat(branch.state()).isEqualTo(to);
        } else {
          assertThatThrownBy(() -> branch.become(to))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("2-3");
        }
      }
    }
  }
}
