package io.attx.coordinator.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.BranchType;
import io.attx.LocalEnd;
import io.attx.ResourceId;
import io.attx.Xid;
import io.attx.protocol.BeginInfo;
import io.attx.protocol.BranchReport;
import io.attx.protocol.BranchResult;
import io.attx.protocol.DirtyCase;
import io.attx.protocol.DirtyCases;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.RowDecision;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What format 2 of the snapshot added, with its bytes. */
class SnapshotOfQuarantineTest {
  private static final ResourceId STOCK = new ResourceId("stock");
  private static final Xid XID = new Xid(0x55, 1, 1);
  private static final BranchRef REF = new BranchRef(XID, new BranchId(1, 1));

  private static DirtyCase dirty(String row) {
    return new DirtyCase("t", "id=1", row, "gone", "hold", List.of(), 0, "89abcdef");
  }

  /** Two dirty rows, the first decided, and the audit trail of that. */
  private static CoordinatorState quarantined() {
    CoordinatorState state = new CoordinatorState(StateListener.NONE);
    state.apply(new Command.Initialise(0x55), 10);
    state.apply(new Command.OpenSession(0x77, "app"), 11);
    state.apply(
        new Command.Register(
            XID, new BeginInfo("tx", 1_000, "hold"), REF.branch(), BranchType.AT, STOCK, List.of()),
        12);
    state.apply(
        new Command.Rollback(XID, List.of(new BranchReport(REF, LocalEnd.LOCALLY_COMMITTED)), "no"),
        15);
    DirtyCases cases = new DirtyCases(List.of(dirty("01234567"), dirty("11111111")), 0);
    state.apply(
        new Command.Examined(
            new BranchResult(REF, STOCK, BranchResult.Outcome.QUARANTINED, "q", 0, cases), 1_000),
        16);
    state.apply(
        new Command.Resolve(
            REF,
            1,
            List.of(new RowDecision("01234567", ResolveAction.KEEP, "89abcdef", List.of())),
            null,
            "ada",
            "why",
            2_000),
        17);
    return state;
  }

  @Test
  void aSnapshotWithReportsDecisionsAndTrailHasItsGoldenBytesAndComesBackFromThem() {
    CoordinatorState state = quarantined();
    String digest = state.audit().after(0, 1).get(0).digest();
    String expected =
        "02"
            + "0000000000000055"
            + "02"
            + "02"
            + "11" // version, cluster, next numbers, log time
            + "01"
            + "01"
            + "0000000000000077"
            + "03617070" // one session
            + "01"
            + "0100"
            + "01"
            + "0100"
            + "01"
            + "0000000000000055"
            + "01"
            + "01"
            + "027478"
            + "04686f6c64" // one transaction with its policy
            + "01"
            + "0c"
            + "f407"
            + "05"
            + "026e6f"
            + "01"
            + "0101"
            + "01"
            + "0573746f636b"
            + "05"
            + "01"
            + "0171"
            + "00"
            + "03617070" // its branch of the application
            + "01"
            + "e807" // first report, at 1,000
            + "02"
            + caseBytes("3031323334353637")
            + caseBytes("3131313131313131")
            + "00" // two cases, none left out
            + "01"
            + "083031323334353637"
            + "02"
            + "083839616263646566"
            + "00" // one decision
            + "00" // nothing runs
            + "00" // no locks
            + "00" // nothing ended
            + "01" // next resolution
            + "02" // next entry of the trail
            + "40"
            + HexFormat.of().formatHex(digest.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
            + "01"
            + "01"
            + "d00f"
            + "02"
            + "03616461"
            + "03776879" // number, time, event, who, why
            + "000000000000005501010101"
            + "01"
            + "00" // where, no resolution
            + "01"
            + "083031323334353637"
            + "0174"
            + "0469643d31"
            + "02"
            + "083839616263646566"
            + "00" // one row
            + "00"
            + HexFormat.of()
                .formatHex(
                    "\u0019recorded, 1 rows are open"
                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII))
            + "40"
            + HexFormat.of().formatHex(digest.getBytes(java.nio.charset.StandardCharsets.US_ASCII));

    assertThat(HexFormat.of().formatHex(SnapshotCodec.encode(state))).isEqualTo(expected);
    CoordinatorState read =
        SnapshotCodec.decode(HexFormat.of().parseHex(expected), StateListener.NONE);
    assertThat(SnapshotCodec.encode(read)).isEqualTo(HexFormat.of().parseHex(expected));
    assertThat(read.branch(REF).quarantine()).isEqualTo(state.branch(REF).quarantine());
    assertThat(read.audit().after(0, 10)).isEqualTo(state.audit().after(0, 10));
  }

  private static String caseBytes(String row) {
    return "0174"
        + "0469643d31"
        + "08"
        + row
        + "04676f6e65"
        + "04686f6c64"
        + "00"
        + "00"
        + "083839616263646566";
  }

  @Test
  void everyPrefixOfASnapshotIsReportedAsDamaged() {
    byte[] good = SnapshotCodec.encode(quarantined());
    for (int length = 0; length < good.length; length++) {
      byte[] shorter = java.util.Arrays.copyOf(good, length);
      assertThatThrownBy(() -> SnapshotCodec.decode(shorter, StateListener.NONE))
          .as("%s bytes", length)
          .isInstanceOf(CorruptLogException.class);
    }
  }
}
