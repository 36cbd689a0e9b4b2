package io.attx.client;

import io.attx.BranchRef;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Counts the commands of phase two that run here and tells how long each took. Thread-safe. */
final class PhaseTwoWatch {
  private final ClientObserver observer;
  private final LongSupplier nanoClock;
  private final Map<BranchRef, BranchCommand.Action> running = new ConcurrentHashMap<>();

  PhaseTwoWatch(ClientObserver observer, LongSupplier nanoClock) {
    this.observer = observer;
    this.nanoClock = nanoClock;
  }

  /** Commands arrived; the result goes through what is returned. */
  Consumer<BranchResult> started(
      String description, List<BranchCommand> commands, Consumer<BranchResult> results) {
    long start = nanoClock.getAsLong();
    commands.forEach(command -> running.put(command.ref(), command.action()));
    return result -> {
      BranchCommand.Action action = running.remove(result.ref());
      if (action != null) {
        Duration took = Duration.ofNanos(nanoClock.getAsLong() - start);
        observer.phaseTwo(description, action, result.outcome(), took);
      }
      results.accept(result);
    };
  }

  /** A command will not be answered through what was returned for it. */
  void forget(BranchRef ref) {
    running.remove(ref);
  }

  /** How many commands are not answered yet. */
  int running() {
    return running.size();
  }
}
