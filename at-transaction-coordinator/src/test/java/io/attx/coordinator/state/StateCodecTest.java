package io.attx.coordinator.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.BranchType;
import io.attx.LocalEnd;
import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.Xid;
import io.attx.protocol.BeginInfo;
import io.attx.protocol.BranchReport;
import io.attx.protocol.BranchResult;
import io.attx.protocol.DirtyCase;
import io.attx.protocol.DirtyCases;
import io.attx.protocol.DirtyColumn;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.RowDecision;
import io.attx.protocol.ShownValue;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StateCodecTest {
  private static final Xid XID = new Xid(0x1122334455667788L, 300, 7);
  private static final BranchRef REF = new BranchRef(XID, new BranchId(5, 129));
  private static final ResourceId STOCK = new ResourceId("stock");
  private static final RowLockKey ROW = RowLockKey.ofBytes(new byte[] {1, 2, 3});

  private static final DirtyCase CASE =
      new DirtyCase(
          "t",
          "id=1",
          "01234567",
          "changed",
          "hold",
          List.of(
              new DirtyColumn(
                  "a", "int", ShownValue.ABSENT, ShownValue.NULL, ShownValue.of("5"), true, false),
              new DirtyColumn(
                  "b",
                  "text",
                  new ShownValue(ShownValue.Kind.TEXT, "b\u00e9", 300, "0".repeat(64)),
                  ShownValue.of(""),
                  ShownValue.of("x"),
                  false,
                  true)),
          1,
          "89abcdef");
  private static final RowDecision DECISION =
      new RowDecision(
          "01234567",
          ResolveAction.VALUES,
          "89abcdef",
          List.of(new RowDecision.ColumnText("a", "6"), new RowDecision.ColumnText("b", null)));

  /** One of each kind, with the bytes of format 1. Never change the bytes of a format. */
  private static final Object[][] GOLDEN = {
    {new Command.Initialise(0x1122334455667788L), "01" + "1122334455667788"},
    {new Command.OpenSession(-2, "shöp"), "02" + "fffffffffffffffe" + "05" + "7368c3b670"},
    {new Command.ExpireSession(300), "03" + "ac02"},
    {
      new Command.Begin(XID, new BeginInfo("n", 30_000)),
      "04" + "1122334455667788" + "ac02" + "07" + "016e" + "b0ea01"
    },
    {
      new Command.Register(
          XID,
          new BeginInfo("", 1),
          REF.branch(),
          BranchType.AT,
          STOCK,
          List.of(
              new LockRequest(ROW, LockMode.KEY_SHARE),
              new LockRequest(ROW, LockMode.UPDATE),
              new LockRequest(ROW, LockMode.EXCLUSIVE))),
      "05"
          + "1122334455667788"
          + "ac02"
          + "07"
          + "01"
          + "00"
          + "01"
          + "05"
          + "8101"
          + "01"
          + "0573746f636b"
          + "03"
          + "0103010203"
          + "0203010203"
          + "0303010203"
    },
    {
      new Command.Register(XID, null, REF.branch(), BranchType.AT, STOCK, List.of()),
      "05"
          + "1122334455667788"
          + "ac02"
          + "07"
          + "00"
          + "05"
          + "8101"
          + "01"
          + "0573746f636b"
          + "00"
    },
    {
      new Command.Report(
          List.of(
              new BranchReport(REF, LocalEnd.LOCALLY_COMMITTED),
              new BranchReport(REF, LocalEnd.FAILED),
              new BranchReport(REF, LocalEnd.UNKNOWN))),
      "06"
          + "03"
          + "1122334455667788ac0207"
          + "058101"
          + "01"
          + "1122334455667788ac0207"
          + "058101"
          + "02"
          + "1122334455667788ac0207"
          + "058101"
          + "03"
    },
    {
      new Command.Commit(XID, List.of(new BranchReport(REF, LocalEnd.LOCALLY_COMMITTED))),
      "07" + "1122334455667788ac0207" + "01" + "1122334455667788ac0207" + "058101" + "01"
    },
    {
      new Command.Rollback(XID, List.of(), "why"),
      "08" + "1122334455667788ac0207" + "00" + "03776879"
    },
    {new Command.TimeOut(XID), "09" + "1122334455667788ac0207"},
    {
      new Command.Results(
          List.of(
              new BranchResult(REF, STOCK, BranchResult.Outcome.UNDO_DELETED, ""),
              new BranchResult(REF, STOCK, BranchResult.Outcome.UNDONE, ""),
              new BranchResult(REF, STOCK, BranchResult.Outcome.QUARANTINED, "d"),
              new BranchResult(REF, STOCK, BranchResult.Outcome.FENCED, ""))),
      "0a"
          + "04"
          + "1122334455667788ac0207"
          + "058101"
          + "0573746f636b"
          + "01"
          + "00"
          + "1122334455667788ac0207"
          + "058101"
          + "0573746f636b"
          + "02"
          + "00"
          + "1122334455667788ac0207"
          + "058101"
          + "0573746f636b"
          + "03"
          + "0164"
          + "1122334455667788ac0207"
          + "058101"
          + "0573746f636b"
          + "05"
          + "00"
    },
    {
      new Command.Begin(XID, new BeginInfo("n", 30_000, "hold")),
      "0c04686f6c641122334455667788ac0207016eb0ea01"
    },
    {
      new Command.Register(
          XID, new BeginInfo("", 1, "hold"), REF.branch(), BranchType.AT, STOCK, List.of()),
      "0d04686f6c641122334455667788ac0207010001058101010573746f636b00"
    },
    {
      new Command.Examined(
          new BranchResult(
              REF,
              STOCK,
              BranchResult.Outcome.QUARANTINED,
              "d",
              9,
              new DirtyCases(List.of(CASE), 2)),
          200),
      "0e1122334455667788ac02070581010573746f636b030164090101740469643d3108303132333435"
          + "3637076368616e67656404686f6c6402016103696e740102030135010001620474657874040362c3"
          + "a9ac0240303030303030303030303030303030303030303030303030303030303030303030303030"
          + "30303030303030303030303030303030303030303030303030303030030003017800010108383961"
          + "626364656602c801"
    },
    {
      new Command.Resolve(REF, 3, List.of(DECISION), ResolveAction.KEEP, "ada", "why", 200),
      "0f1122334455667788ac020705810103010830313233343536370408383961626364656602016101"
          + "0136016200020361646103776879c801"
    },
    {
      new Command.Resolve(REF, 3, List.of(), null, "ada", "why", 200),
      "0f1122334455667788ac02070581010300000361646103776879c801"
    },
    {
      new Command.ForceRollback(XID, "ada", "why", 200),
      "101122334455667788ac02070361646103776879c801"
    },
  };

  @Test
  void commandsHaveTheirGoldenBytesAndComeBackFromThem() {
    for (Object[] each : GOLDEN) {
      Command command = (Command) each[0];
      LogEntry.Writer writer = new LogEntry.Writer();
      writer.add(command);
      byte[] entry = writer.finish(0x0102030405060708L, 200, 70_000);
      String expected = "01" + "0102030405060708" + "c801" + "f0a204" + each[1];
      assertThat(HexFormat.of().formatHex(entry)).as(command.toString()).isEqualTo(expected);
      LogEntry read = LogEntry.decode(HexFormat.of().parseHex(expected));
      assertThat(read.commands()).containsExactly(command);
      assertThat(read.proposer()).isEqualTo(0x0102030405060708L);
      assertThat(read.sequence()).isEqualTo(200);
      assertThat(read.logTimeMillis()).isEqualTo(70_000);
    }
  }

  @Test
  void everyKindOfCommandHasGoldenBytes() {
    assertThat(Arrays.stream(GOLDEN).map(each -> (Object) each[0].getClass()).distinct())
        .containsExactlyInAnyOrder((Object[]) Command.class.getPermittedSubclasses());
  }

  @Test
  void anEntryWithoutCommandsIsATickOfTheClock() {
    byte[] entry = new LogEntry.Writer().finish(1, 1, 5);
    assertThat(LogEntry.decode(entry).commands()).isEmpty();
    assertThat(LogEntry.decodeHeader(entry).logTimeMillis()).isEqualTo(5);
  }

  @Test
  void anUnknownFormatIsRefused() {
    byte[] entry = new LogEntry.Writer().finish(1, 1, 5);
    entry[0] = 2;
    assertThatThrownBy(() -> LogEntry.decode(entry))
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("format 2");
  }

  @Test
  void damagedBytesAreReportedAndNeverExhaustMemory() {
    Random random = new Random(42);
    LogEntry.Writer writer = new LogEntry.Writer();
    for (Object[] each : GOLDEN) {
      writer.add((Command) each[0]);
    }
    byte[] good = writer.finish(1, 1, 1);
    int failures = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = Arrays.copyOf(good, 1 + random.nextInt(good.length));
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        LogEntry.decode(bad);
      } catch (CorruptLogException expected) {
        failures++;
      }
    }
    assertThat(failures).isGreaterThan(1_000);
  }

  /** The bytes of snapshot format 1, as they were written before there were reports. */
  @Test
  void aSnapshotOfFormatOneIsRead() {
    String expected =
        "01"
            + "0000000000000055"
            + "02"
            + "02"
            + "11" // version, cluster, next numbers, log time
            + "01"
            + "01"
            + "0000000000000077"
            + "03617070" // one session
            + "02"
            + "0100"
            + "0800" // its transactions 1 and 9
            + "02"
            + "0100"
            + "0200" // its branches 1 and 3
            + "01"
            + "0000000000000055"
            + "01"
            + "01"
            + "027478" // one transaction
            + "01"
            + "0c"
            + "f407"
            + "05"
            + "026e6f" // begin order, begin, deadline, state, reason
            + "02"
            + "0101"
            + "01"
            + "0573746f636b"
            + "05"
            + "01"
            + "0171"
            + "00"
            + "01"
            + "0203010203"
            + "0103"
            + "01"
            + "0573746f636b"
            + "01"
            + "00"
            + "00"
            + "00"
            + "00"
            + "01"
            + "0000000000000055"
            + "01"
            + "09"
            + "04"
            + "00"
            + "11"; // one that ended
    CoordinatorState read =
        SnapshotCodec.decode(HexFormat.of().parseHex(expected), StateListener.NONE);

    Xid live = new Xid(0x55, 1, 1);
    assertThat(read.locks().size()).isEqualTo(1);
    assertThat(read.transaction(live).quarantined()).isEqualTo(1);
    Branch dirty = read.branch(new BranchRef(live, new BranchId(1, 1)));
    assertThat(dirty.detail()).isEqualTo("q");
    assertThat(dirty.quarantine())
        .isEqualTo(new Quarantine(1, 0, DirtyCases.NONE, List.of(), null));
    assertThat(read.audit().next()).isEqualTo(1);
    byte[] rewritten = SnapshotCodec.encode(read);
    assertThat(rewritten[0]).isEqualTo((byte) 2);
    assertThat(SnapshotCodec.encode(SnapshotCodec.decode(rewritten, StateListener.NONE)))
        .isEqualTo(rewritten);
  }

  @Test
  void aDamagedSnapshotIsReported() {
    byte[] good = SnapshotCodec.encode(new CoordinatorState(StateListener.NONE));
    byte[] longer = Arrays.copyOf(good, good.length + 1);
    assertThatThrownBy(() -> SnapshotCodec.decode(longer, StateListener.NONE))
        .isInstanceOf(CorruptLogException.class);
    byte[] newer = good.clone();
    newer[0] = 9;
    assertThatThrownBy(() -> SnapshotCodec.decode(newer, StateListener.NONE))
        .isInstanceOf(CorruptLogException.class)
        .hasMessageContaining("format 9");
    byte[] shorter = Arrays.copyOf(good, good.length - 1);
    assertThatThrownBy(() -> SnapshotCodec.decode(shorter, StateListener.NONE))
        .isInstanceOf(CorruptLogException.class);
  }
}
