package io.attx.coordinator.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.Xid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LockTableTest {
  private static final ResourceId STOCK = new ResourceId("stock");
  private static final Xid A = new Xid(1, 1, 1);
  private static final Xid B = new Xid(1, 1, 2);

  private final LockTable table = new LockTable();

  private static LockRequest lock(String row, LockMode mode) {
    return new LockRequest(RowLockKey.primaryKey("t").text(row).build(), mode);
  }

  @Test
  void modesExcludeEachOtherAsDocumented() {
    boolean[][] together = {
      // KEY_SHARE, UPDATE, EXCLUSIVE
      {true, true, false},
      {true, false, false},
      {false, false, false}
    };
    for (LockMode held : LockMode.values()) {
      for (LockMode wanted : LockMode.values()) {
        LockTable fresh = new LockTable();
        fresh.acquire(A, STOCK, List.of(lock("1", held)));
        Xid holder = fresh.acquire(B, STOCK, List.of(lock("1", wanted)));
        assertThat(holder == null)
            .as(held + " and " + wanted)
            .isEqualTo(together[held.ordinal()][wanted.ordinal()]);
      }
    }
  }

  @Test
  void aRefusedRegistrationTakesNothing() {
    table.acquire(A, STOCK, List.of(lock("2", LockMode.UPDATE)));
    Xid holder =
        table.acquire(B, STOCK, List.of(lock("1", LockMode.UPDATE), lock("2", LockMode.UPDATE)));
    assertThat(holder).isEqualTo(A);
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void theSameKeyInAnotherResourceIsAnotherLock() {
    table.acquire(A, STOCK, List.of(lock("1", LockMode.EXCLUSIVE)));
    assertThat(table.acquire(B, new ResourceId("account"), List.of(lock("1", LockMode.EXCLUSIVE))))
        .isNull();
  }

  @Test
  void aKeyIsFreeWhenTheLastBranchOfItsTransactionGivesItBack() {
    List<LockRequest> weak = List.of(lock("1", LockMode.KEY_SHARE));
    List<LockRequest> strong = List.of(lock("1", LockMode.EXCLUSIVE));
    table.acquire(A, STOCK, weak);
    table.acquire(A, STOCK, strong);
    List<RowLockKey> told = new ArrayList<>();
    table.release(A, STOCK, strong, (resource, key) -> told.add(key));
    assertThat(told).hasSize(1);
    assertThat(table.held(A, STOCK, weak.get(0).key()))
        .as("what the other branch asked for")
        .isEqualTo(LockMode.KEY_SHARE);
    table.release(A, STOCK, weak, (resource, key) -> told.add(key));
    assertThat(table.size()).isZero();
    assertThat(told).hasSize(2);
  }

  @Test
  void strengtheningIsRefusedWhereAnotherSharesTheKey() {
    table.acquire(A, STOCK, List.of(lock("1", LockMode.KEY_SHARE)));
    table.acquire(B, STOCK, List.of(lock("1", LockMode.KEY_SHARE)));
    assertThat(table.acquire(A, STOCK, List.of(lock("1", LockMode.UPDATE)))).isNull();
    assertThat(table.acquire(A, STOCK, List.of(lock("1", LockMode.EXCLUSIVE)))).isEqualTo(B);
  }

  @Test
  void givingBackWhatIsNotHeldIsADefect() {
    assertThatThrownBy(
            () -> table.release(A, STOCK, List.of(lock("1", LockMode.UPDATE)), (r, k) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("t[1]");
  }

  @Test
  void behavesLikeAListOfGrants() {
    for (long seed = 1; seed <= 300; seed++) {
      compareWithModel(seed);
    }
  }

  /** The model: every grant is an entry; a request conflicts with entries of others. */
  private static void compareWithModel(long seed) {
    Random random = new Random(seed);
    LockTable table = new LockTable();
    List<Map.Entry<Xid, List<LockRequest>>> grants = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      if (random.nextInt(3) > 0 || grants.isEmpty()) {
        Xid owner = new Xid(1, 1, 1 + random.nextInt(4));
        List<LockRequest> wanted = new ArrayList<>();
        for (int n = random.nextInt(4); n >= 0; n--) {
          wanted.add(lock("" + random.nextInt(5), LockMode.values()[random.nextInt(3)]));
        }
        boolean free =
            grants.stream()
                .filter(grant -> !grant.getKey().equals(owner))
                .flatMap(grant -> grant.getValue().stream())
                .noneMatch(
                    held ->
                        wanted.stream()
                            .anyMatch(
                                w ->
                                    w.key().equals(held.key())
                                        && !w.mode().isCompatibleWith(held.mode())));
        assertThat(table.acquire(owner, STOCK, wanted) == null).as("seed " + seed).isEqualTo(free);
        if (free) {
          grants.add(Map.entry(owner, wanted));
        }
      } else {
        var given = grants.remove(random.nextInt(grants.size()));
        table.release(given.getKey(), STOCK, given.getValue(), (r, k) -> {});
      }
      Map<String, LockMode> expected = new HashMap<>();
      for (var grant : grants) {
        for (LockRequest held : grant.getValue()) {
          expected.merge(grant.getKey() + " " + held.key(), held.mode(), LockMode::combinedWith);
        }
      }
      Map<String, LockMode> actual = new HashMap<>();
      table.forEach((resource, key, owner, mode) -> actual.put(owner + " " + key, mode));
      assertThat(actual).as("seed " + seed).isEqualTo(expected);
      assertThat(table.size()).isEqualTo(expected.size());
    }
  }
}
