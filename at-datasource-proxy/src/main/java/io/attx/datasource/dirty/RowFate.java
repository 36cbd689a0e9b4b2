package io.attx.datasource.dirty;

import io.attx.undolog.ColumnValue;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is to become of a row that is not as the branch left it, or that meets an obstacle. */
public sealed interface RowFate {
  /** Nothing is wrong with it: the branch's own history is taken back, step by step. */
  record TakeBack() implements RowFate {}

  /** Nothing is wrong with it: it is as wanted already. */
  record Settled() implements RowFate {}

  /**
   * A policy settled it.
   *
   * @param target the imaged columns as they shall be; null: no row
   * @param policy which
   */
  record Becomes(@Nullable Map<String, ColumnValue> target, String policy) implements RowFate {}

  /**
   * A person decides.
   *
   * @param policy which gave up
   * @param why more than that, for people; may be empty
   */
  record Held(String policy, String why) implements RowFate {}
}
