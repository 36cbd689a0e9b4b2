package io.attx.coordinator.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.Xid;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditTrailTest {
  private static AuditEntry draft(String operator, String reason) {
    return new AuditEntry(
        0,
        1_000,
        AuditEntry.Event.ROLLBACK,
        operator,
        reason,
        new Xid(1, 1, 1),
        null,
        0,
        List.of(),
        null,
        "rolling_back",
        "");
  }

  @Test
  void entriesAreNumberedWithoutAGapAndTheOldestAreDroppedBeyondTheBound() {
    AuditTrail trail = new AuditTrail();
    for (int i = 0; i < AuditTrail.MAX_ENTRIES + 5; i++) {
      trail.add(draft("ada", "why"));
    }

    assertThat(trail.next()).isEqualTo(AuditTrail.MAX_ENTRIES + 6);
    assertThat(trail.size()).isEqualTo(AuditTrail.MAX_ENTRIES);
    assertThat(trail.after(0, 3)).extracting(AuditEntry::number).containsExactly(6L, 7L, 8L);
    assertThat(trail.after(AuditTrail.MAX_ENTRIES + 4, 3))
        .extracting(AuditEntry::number)
        .containsExactly(AuditTrail.MAX_ENTRIES + 5L);
  }

  @Test
  void longEntriesAreBoundedByTheirCharacters() {
    AuditTrail trail = new AuditTrail();
    String large = "x".repeat(100_000);
    for (int i = 0; i < 300; i++) {
      trail.add(draft("ada", large));
    }

    assertThat(trail.size()).isLessThan(170).isGreaterThan(100);
    assertThat(trail.after(0, 1).get(0).number()).isEqualTo(301 - trail.size());
  }

  @Test
  void anEntryThatWasChangedLeftOutOrMovedDoesNotFitTheDigestsThatFollow() {
    AuditTrail trail = new AuditTrail();
    for (int i = 0; i < 4; i++) {
      trail.add(draft("ada", "reason " + i));
    }
    List<AuditEntry> good = trail.after(0, 10);
    List<AuditEntry> changed = new ArrayList<>(good);
    AuditEntry second = good.get(1);
    changed.set(
        1,
        new AuditEntry(
            second.number(),
            second.atMillis(),
            second.event(),
            "eve",
            second.reason(),
            second.xid(),
            null,
            0,
            List.of(),
            null,
            second.outcome(),
            second.digest()));
    List<AuditEntry> shorter = new ArrayList<>(good);
    shorter.remove(2);

    assertThat(fits(good)).isTrue();
    assertThat(fits(changed)).isFalse();
    assertThat(fits(shorter)).isFalse();
  }

  private static boolean fits(List<AuditEntry> entries) {
    String before = "";
    for (AuditEntry entry : entries) {
      if (!AuditTrail.digestOf(before, entry).equals(entry.digest())) {
        return false;
      }
      before = entry.digest();
    }
    return true;
  }
}
