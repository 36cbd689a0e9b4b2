package io.attx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifiersTest {
  @Test
  void anXidIsReadBackFromItsText() {
    long seed = Long.getLong("attx.seed", 20_261_120L);
    Random random = new Random(seed);
    for (int i = 0; i < 1_000; i++) {
      Xid xid =
          new Xid(
              1 + random.nextLong(Long.MAX_VALUE),
              1 + random.nextLong(Long.MAX_VALUE),
              1 + random.nextLong(Long.MAX_VALUE));
      assertThat(Xid.parse(xid.toString())).as("seed %s", seed).isEqualTo(xid);
      assertThat(xid.toString().length()).isLessThanOrEqualTo(Xid.MAX_TEXT_LENGTH);
    }
    assertThat(new Xid(0xabc, 12, 7)).hasToString("abc-12-7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "abc",
        "abc-1",
        "abc-1-",
        "-1-1",
        "ABC-1-1",
        "abc-1-1-1",
        "abc-0-1",
        "abc-1-0",
        "0-1-1",
        "abc-99999999999999999999-1",
        "abc-9999999999999999999-1",
        "ffffffffffffffff-1-1",
        " abc-1-1",
        "abc-1-1\n",
        "abc-١-1"
      })
  void whatIsNoXidIsRefusedWithItsText(String text) {
    assertThatThrownBy(() -> Xid.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aHugeTextIsQuotedOnlyInPart() {
    assertThatThrownBy(() -> Xid.parse("1".repeat(1_000_000)))
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(200));
  }

  @Test
  void keysOfDifferentPartsAreDifferentEvenWhenTheirTextsJoinAlike() {
    RowLockKey one = RowLockKey.primaryKey("t").text("ab").text("c").build();
    RowLockKey two = RowLockKey.primaryKey("t").text("a").text("bc").build();
    RowLockKey bytes = RowLockKey.primaryKey("t").bytes(new byte[] {'a', 'b'}).text("c").build();
    RowLockKey unique = RowLockKey.uniqueIndex("t", "u").text("ab").text("c").build();
    RowLockKey same = RowLockKey.primaryKey("t").text("ab").text("c").build();

    assertThat(one).isNotEqualTo(two).isNotEqualTo(bytes).isNotEqualTo(unique);
    assertThat(one).isEqualTo(same).hasSameHashCodeAs(same).isEqualByComparingTo(same);
    assertThat(one).hasToString("t[ab, c]");
    assertThat(unique).hasToString("t.u[ab, c]");
  }

  @Test
  void aLongKeyIsDigestedAndStaysDistinct() {
    RowLockKey one = RowLockKey.primaryKey("t").text("x".repeat(5_000)).build();
    RowLockKey two = RowLockKey.primaryKey("t").text("x".repeat(4_999) + "y").build();

    assertThat(one.length()).isLessThanOrEqualTo(RowLockKey.MAX_BYTES);
    assertThat(one).isNotEqualTo(two);
    assertThat(one.toString()).startsWith("t[#");
  }

  @ParameterizedTest
  @CsvSource({
    "KEY_SHARE, KEY_SHARE, true",
    "KEY_SHARE, UPDATE, true",
    "KEY_SHARE, EXCLUSIVE, false",
    "UPDATE, UPDATE, false",
    "UPDATE, EXCLUSIVE, false",
    "EXCLUSIVE, EXCLUSIVE, false",
  })
  void lockModesGoTogetherInBothDirections(LockMode one, LockMode other, boolean together) {
    assertThat(one.isCompatibleWith(other)).isEqualTo(together);
    assertThat(other.isCompatibleWith(one)).isEqualTo(together);
  }
}
