package io.attx.coordinator.runtime;

import io.attx.coordinator.state.Resolution;
import io.attx.protocol.FetchValue;
import io.attx.protocol.FetchedValue;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Who waits for the end of a decision or for a value, in the memory of a leader. */
final class OperatorCalls {
  private static final int MAX_FETCHES = 100;

  private final Map<Long, CompletableFuture<Ended>> resolutions = new HashMap<>();
  private final Map<Long, CompletableFuture<FetchedValue>> fetches = new HashMap<>();
  private long nextFetch = 1;

  /** How a decision ended. */
  record Ended(Resolution.End end, String outcome) {}

  CompletableFuture<Ended> resolution(long number) {
    return resolutions.computeIfAbsent(number, n -> new CompletableFuture<>());
  }

  void resolutionEnded(Resolution resolution, Resolution.End end, String outcome) {
    CompletableFuture<Ended> waiting = resolutions.remove(resolution.number());
    if (waiting != null) {
      waiting.complete(new Ended(end, outcome));
    }
  }

  long nextFetch() {
    return nextFetch++;
  }

  /** Null when too many wait. */
  @Nullable CompletableFuture<FetchedValue> fetch(FetchValue question) {
    if (fetches.size() >= MAX_FETCHES) {
      return null;
    }
    CompletableFuture<FetchedValue> answer = new CompletableFuture<>();
    fetches.put(question.call(), answer);
    return answer;
  }

  void fetched(FetchedValue value) {
    CompletableFuture<FetchedValue> waiting = fetches.remove(value.call());
    if (waiting != null) {
      waiting.complete(value);
    }
  }

  void giveUpFetch(long call) {
    fetches.remove(call);
  }

  /** The term of office is over. */
  void close(String why) {
    resolutions.values().forEach(f -> f.completeExceptionally(new NotServingException(why)));
    fetches.values().forEach(f -> f.completeExceptionally(new NotServingException(why)));
    resolutions.clear();
    fetches.clear();
  }
}
