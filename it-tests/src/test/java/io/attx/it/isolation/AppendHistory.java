package io.attx.it.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What concurrent transactions did that append their number to lists, and what it proves. Because
 * every append is visible in the list for ever, the final lists give the order of all writes (the
 * list-append workload of Adya's and Kingsbury's history checkers).
 */
final class AppendHistory {
  /** A list that a transaction saw while it held the row. */
  private record Seen(int transaction, String list, List<Integer> values) {}

  private final Map<Integer, Set<String>> committed = new HashMap<>();
  private final Queue<Seen> reads = new ConcurrentLinkedQueue<>();

  /** A transaction locked the list and saw these values. */
  void saw(int transaction, String list, List<Integer> values) {
    reads.add(new Seen(transaction, list, List.copyOf(values)));
  }

  /** A transaction that appended to these lists was acknowledged as committed. */
  synchronized void committed(int transaction, Set<String> lists) {
    committed.put(transaction, Set.copyOf(lists));
  }

  synchronized int commits() {
    return committed.size();
  }

  /**
   * Checks the history against what the lists hold in the end.
   *
   * @param lists each list with its values, first append first
   */
  synchronized void check(Map<String, List<Integer>> lists) {
    noUpdateIsLostAndNoneOfAnUndoneTransactionStays(lists);
    lockedReadsSawCommittedPrefixes(lists);
    writesHaveOneOrder(lists);
  }

  private void noUpdateIsLostAndNoneOfAnUndoneTransactionStays(Map<String, List<Integer>> lists) {
    lists.forEach(
        (list, values) -> {
          Set<Integer> wanted = new HashSet<>();
          committed.forEach(
              (transaction, touched) -> {
                if (touched.contains(list)) {
                  wanted.add(transaction);
                }
              });
          assertThat(values)
              .as("%s holds each committed append once and nothing else", list)
              .doesNotHaveDuplicates()
              .containsExactlyInAnyOrderElementsOf(wanted);
        });
  }

  private void lockedReadsSawCommittedPrefixes(Map<String, List<Integer>> lists) {
    for (Seen seen : reads) {
      List<Integer> end = lists.get(seen.list());
      if (committed.containsKey(seen.transaction())) {
        assertThat(seen.values())
            .as("what transaction %s saw of %s", seen.transaction(), seen.list())
            .isEqualTo(end.subList(0, Math.min(end.size(), seen.values().size())));
      } else {
        assertThat(committed.keySet())
            .as("what transaction %s saw in %s was committed", seen.transaction(), seen.list())
            .containsAll(seen.values());
      }
    }
  }

  /** A cycle of "wrote before" over several lists would be a dirty write (Adya's G0). */
  private static void writesHaveOneOrder(Map<String, List<Integer>> lists) {
    Map<Integer, Set<Integer>> after = new LinkedHashMap<>();
    Map<Integer, Integer> before = new LinkedHashMap<>();
    lists
        .values()
        .forEach(
            values -> {
              for (int i = 0; i < values.size(); i++) {
                after.computeIfAbsent(values.get(i), n -> new HashSet<>());
                before.putIfAbsent(values.get(i), 0);
                if (i > 0 && after.get(values.get(i - 1)).add(values.get(i))) {
                  before.merge(values.get(i), 1, Integer::sum);
                }
              }
            });
    Deque<Integer> free = new ArrayDeque<>();
    before.forEach((transaction, count) -> addIfZero(free, transaction, count));
    List<Integer> order = new ArrayList<>();
    while (!free.isEmpty()) {
      int next = free.poll();
      order.add(next);
      for (int later : after.get(next)) {
        addIfZero(free, later, before.merge(later, -1, Integer::sum));
      }
    }
    assertThat(order).as("an order of all writes").hasSameSizeAs(after.keySet());
  }

  private static void addIfZero(Deque<Integer> free, int transaction, int count) {
    if (count == 0) {
      free.add(transaction);
    }
  }
}
