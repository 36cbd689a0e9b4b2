package io.attx.datasource.dirty;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.Xid;
import io.attx.dirty.DirtyChain;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What policies decide, image by image, without a database. */
class RowJudgeTest {
  private static final List<UndoColumn> COLUMNS =
      List.of(
          new UndoColumn("id", "integer", UndoColumn.Role.KEY),
          new UndoColumn("n", "numeric(12,2)", UndoColumn.Role.VALUE),
          new UndoColumn("s", "text", UndoColumn.Role.VALUE),
          new UndoColumn("t", "text", UndoColumn.Role.VALUE));

  /** Images are n, s, t; the outcome is what they become, or a word. */
  @ParameterizedTest(name = "{0}: {1} -> {2}, found {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "hold                    | 1 a x | 2 b x | 3 b x | held",
        "keep                    | 1 a x | 2 b x | 3 b x | 3 b x",
        "restore                 | 1 a x | 2 b x | 3 b y | 1 a x",
        "merge                   | 1 a x | 2 b x | 2 b y | 1 a y",
        "merge                   | 1 a x | 2 b x | 3 b y | held",
        "merge,keep              | 1 a x | 2 b x | 3 b y | 3 a y",
        "merge,restore           | 1 a x | 2 b x | 3 b y | 1 a y",
        "merge                   | 1 a x | 2 b x | 1 b y | 1 a y",
        "delta(n)                | 1 a x | 2 b x | 5 b x | 4 a x",
        "delta(n)                | 1 a x | 2 b x | 1 b x | 0 a x",
        "delta(n)                | 1 a x | 2 b x | 5 b y | held",
        "delta(n),merge          | 1 a x | 2 b x | 5 b y | 4 a y",
        "delta(n),merge          | 1 a x | 2 b x | 5 c x | held",
        "delta(n),hold           | 1 a x | - b x | 5 b x | held",
        "delta(n),hold           | 1 a x | 2 b x | 2 b x | 1 a x",
        "delta(s),hold           | 1 a x | 2 b x | 3 b x | held",
        "keep(t),hold            | 1 a x | 2 b y | 2 b z | 1 a z",
        "keep(t),hold            | 1 a x | 2 b y | 3 b z | held",
        "restore(n),keep         | 1 a x | 2 b x | 3 c x | 1 c x",
        "hold(n),keep            | 1 a x | 2 b x | 2 c x | 2 c x",
        "hold(n),keep            | 1 a x | 2 b x | 3 b x | held",
        "merge(t),hold           | 1 a x | 2 b x | 2 b y | 1 a y",
        "hold                    | 1 a x | 2 b x | 1 a x | settled",
        "handler(next),restore   | 1 a x | 2 b x | 3 b x | 1 a x",
        "handler(seven),hold     | 1 a x | 2 b x | 3 b x | 7 b x",
        "handler(broken),keep    | 1 a x | 2 b x | 3 b x | held",
        "handler(key),keep       | 1 a x | 2 b x | 3 b x | held"
      })
  void a_row_that_the_branch_changed(
      String chain, String before, String after, String now, String outcome) {
    DirtyRow row = row(DirtyKind.CHANGED, image(before), image(after), image(now), false);
    assertThat(shown(judge(chain).judge(row))).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DELETED              | keep           | gone",
        "DELETED              | restore        | held",
        "DELETED              | merge,keep     | gone",
        "DELETED              | keep(n),hold   | held",
        "INSERTED_ROW_CHANGED | restore        | gone",
        "INSERTED_ROW_CHANGED | merge          | held",
        "INSERTED_AGAIN       | keep           | 3 c z",
        "INSERTED_AGAIN       | restore        | 1 a x",
        "UNIQUE_VALUE_TAKEN   | restore        | held",
        "UNIQUE_VALUE_TAKEN   | restore(n),keep| 3 c z",
        "CHILD_ADDED          | handler(next),keep | 3 c z",
        "CHILD_ADDED          | handler(seven) | held"
      })
  void a_row_that_came_or_went_or_meets_an_obstacle(DirtyKind kind, String chain, String outcome) {
    Map<String, ColumnValue> before =
        kind == DirtyKind.INSERTED_ROW_CHANGED ? null : image("1 a x");
    Map<String, ColumnValue> after = kind == DirtyKind.INSERTED_AGAIN ? null : image("2 b y");
    Map<String, ColumnValue> now = kind == DirtyKind.DELETED ? null : image("3 c z");
    assertThat(shown(judge(chain).judge(row(kind, before, after, now, false)))).isEqualTo(outcome);
  }

  @Test
  void a_deleted_row_comes_back_where_the_images_have_all_of_it() {
    DirtyRow row = row(DirtyKind.DELETED, image("1 a x"), image("2 b x"), null, true);
    assertThat(shown(judge("restore").judge(row))).isEqualTo("1 a x");
  }

  @Test
  void a_deleted_row_that_the_branch_left_as_it_was_merges() {
    DirtyRow row = row(DirtyKind.DELETED, image("1 a x"), image("1 a x"), null, false);
    assertThat(shown(judge("merge").judge(row))).isEqualTo("gone");
  }

  private static RowJudge judge(String chain) {
    return new RowJudge(
        DirtyChain.parse(chain),
        Map.of(
            "next", row -> DirtyRowDecision.NEXT,
            "seven", row -> DirtyRowDecision.values(Map.of("n", new ColumnValue.Text("7"))),
            "key", row -> DirtyRowDecision.values(Map.of("id", new ColumnValue.Text("7"))),
            "broken",
                row -> {
                  throw new IllegalStateException("broken");
                }),
        (written, exact) -> written.text().equals(exact),
        (one, other, column) -> one.equals(other));
  }

  private static DirtyRow row(
      DirtyKind kind,
      @Nullable Map<String, ColumnValue> before,
      @Nullable Map<String, ColumnValue> after,
      @Nullable Map<String, ColumnValue> now,
      boolean whole) {
    return new DirtyRow(
        new BranchRef(new Xid(1, 1, 1), new BranchId(1, 1)),
        new UndoTable("", "public", "row"),
        kind,
        "",
        COLUMNS,
        Map.of("id", new ColumnValue.Text("1")),
        before,
        after,
        now,
        whole);
  }

  private static Map<String, ColumnValue> image(String text) {
    String[] values = text.split(" ");
    Map<String, ColumnValue> image = new LinkedHashMap<>();
    image.put("id", new ColumnValue.Text("1"));
    for (int i = 0; i < values.length; i++) {
      image.put(
          COLUMNS.get(i + 1).name(),
          values[i].equals("-") ? ColumnValue.NULL : new ColumnValue.Text(values[i]));
    }
    return image;
  }

  private static String shown(RowFate fate) {
    if (fate instanceof RowFate.Becomes becomes) {
      Map<String, ColumnValue> target = becomes.target();
      return target == null
          ? "gone"
          : String.join(
              " ",
              List.of("n", "s", "t").stream()
                  .map(name -> ((ColumnValue.Text) target.get(name)).value())
                  .toList());
    }
    return fate instanceof RowFate.Held
        ? "held"
        : fate instanceof RowFate.TakeBack ? "taken back" : "settled";
  }
}
