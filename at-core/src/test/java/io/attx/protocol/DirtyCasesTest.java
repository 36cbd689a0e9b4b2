package io.attx.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DirtyCasesTest {
  private static DirtyCase caseWith(String key, List<DirtyColumn> columns) {
    return new DirtyCase("t", key, "01234567", "changed", "hold", columns, 0, "89abcdef");
  }

  @Test
  void aLongValueIsAbbreviatedWithItsLengthAndDigestAndNeverInTheMiddleOfACharacter() {
    ShownValue whole = ShownValue.of("a".repeat(256));
    ShownValue cut = ShownValue.of("a".repeat(255) + "\uD83D\uDE00" + "b");

    assertThat(whole.isAbbreviated()).isFalse();
    assertThat(cut.text()).isEqualTo("a".repeat(255));
    assertThat(cut.length()).isEqualTo(258);
    // Computed with the sha256sum of the operating system.
    assertThat(ShownValue.of("x".repeat(300)).sha256())
        .isEqualTo("0d4e2ca9e9cbced7a7a5380eb29e1a3783b9b6d0db72de36a1051038e1c1fbc7");
  }

  @Test
  void partsOfAShownValueMustFitTogether() {
    assertThatThrownBy(() -> new ShownValue(ShownValue.Kind.NULL, "x", 1, ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ShownValue(ShownValue.Kind.TEXT, "x", 5, ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ShownValue(ShownValue.Kind.TEXT, "x", 5, "abc"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatDoesNotFitIntoAReportIsCounted() {
    DirtyCases many = DirtyCases.of(Collections.nCopies(150, caseWith("id=1", List.of())));
    DirtyCases large =
        DirtyCases.of(Collections.nCopies(100, caseWith("k".repeat(5_000), columns(10))));

    assertThat(many.cases()).hasSize(100);
    assertThat(many.leftOut()).isEqualTo(50);
    // A key is cut at 1,024 characters and a case has some 3,600: 36 of them fit.
    assertThat(large.cases()).hasSize(36);
    assertThat(large.total()).isEqualTo(100);
    assertThatThrownBy(
            () -> new DirtyCases(Collections.nCopies(101, caseWith("id=1", List.of())), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<DirtyColumn> columns(int count) {
    ShownValue value = ShownValue.of("v".repeat(250));
    return Collections.nCopies(
        count,
        new DirtyColumn("name", "type", value, ShownValue.NULL, ShownValue.NULL, true, true));
  }

  @Test
  void aDecisionNeedsValuesExactlyForTheActionThatSetsThem() {
    RowDecision.ColumnText value = new RowDecision.ColumnText("c", null);

    assertThatThrownBy(
            () -> new RowDecision("01234567", ResolveAction.VALUES, "89abcdef", List.of()))
        .hasMessageContaining("do not go with VALUES");
    assertThatThrownBy(
            () -> new RowDecision("01234567", ResolveAction.KEEP, "89abcdef", List.of(value)))
        .hasMessageContaining("do not go with KEEP");
    assertThatThrownBy(
            () -> new RowDecision("01234567", ResolveAction.RETRY, "89abcdef", List.of()))
        .hasMessageContaining("for whole branches");
    assertThatThrownBy(() -> new RowDecision("7", ResolveAction.KEEP, "89abcdef", List.of()))
        .hasMessageContaining("hexadecimal");
  }

  @Test
  void aValueIsFetchedInPartsThatNeverCutACharacter() {
    String whole = "a".repeat(Limits.MAX_VALUE_PART - 1) + "\uD83D\uDE00" + "z";
    FetchValue first = question(0);

    FetchedValue head = FetchedValue.of(first, whole);
    FetchedValue tail = FetchedValue.of(question(head.text().length()), whole);

    assertThat(head.text()).hasSize(Limits.MAX_VALUE_PART - 1);
    assertThat(head.text() + tail.text()).isEqualTo(whole);
    assertThat(head.length()).isEqualTo(whole.length());
    assertThat(FetchedValue.of(question(99), "short").text()).isEmpty();
    assertThat(FetchedValue.of(first, null).kind()).isEqualTo(ShownValue.Kind.NULL);
  }

  private static FetchValue question(long offset) {
    return new FetchValue(
        1,
        new io.attx.BranchRef(new io.attx.Xid(1, 1, 1), new io.attx.BranchId(1, 1)),
        new io.attx.ResourceId("r"),
        "01234567",
        "c",
        FetchValue.Image.BEFORE,
        offset);
  }
}
