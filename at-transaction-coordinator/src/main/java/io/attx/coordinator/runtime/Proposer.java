package io.attx.coordinator.runtime;

import io.attx.coordinator.log.NotLeaderException;
import io.attx.coordinator.log.ReplicatedLog;
import io.attx.coordinator.state.Command;
import io.attx.coordinator.state.LogEntry;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the commands that wait together into one log entry each (group commit), keeps a few
 * entries under way, and knows its own entries when they come back to be applied.
 */
final class Proposer {
  private final ReplicatedLog log;
  private final EventLoop loop;
  private final LogClock clock;
  private final long proposer;
  private final CoordinatorSettings.Intake limits;
  private final LogEntry.Writer writer = new LogEntry.Writer();
  private final ArrayDeque<Batch> inFlight = new ArrayDeque<>();
  private final Runnable flush = this::flush;
  private Batch open = new Batch();
  private long nextSequence = 1;
  private boolean flushScheduled;
  private boolean closed;
  private long lastAppendNanos;

  /**
   * For one term of office.
   *
   * @param proposer tells its entries from those of others
   */
  Proposer(
      ReplicatedLog log,
      EventLoop loop,
      LogClock clock,
      long proposer,
      CoordinatorSettings.Intake limits) {
    this.log = log;
    this.loop = loop;
    this.clock = clock;
    this.proposer = proposer;
    this.limits = limits;
    this.lastAppendNanos = loop.nanos();
  }

  /** Puts a command into the next entry. */
  void propose(Command command, Pending pending) {
    if (closed) {
      pending.failed(notLeader(null));
      return;
    }
    if (writer.size() >= limits.maxEntryBytes()) {
      append();
    }
    writer.add(command);
    open.commands.add(command);
    open.pendings.add(pending);
    if (!flushScheduled && inFlight.size() < limits.maxEntriesInFlight()) {
      flushScheduled = true;
      loop.execute(flush);
    }
  }

  /**
   * Says when this leader is known to have led after this call, however long it had been out of
   * touch before: when an entry that it proposes from now on was applied. At once where nobody else
   * can lead.
   */
  void confirm(Confirmation confirmation) {
    if (closed) {
      confirmation.failed(notLeader(null));
    } else if (!log.othersMayLead()) {
      confirmation.confirmed();
    } else {
      open.confirmations.add(confirmation);
      if (!flushScheduled && inFlight.size() < limits.maxEntriesInFlight()) {
        flushScheduled = true;
        loop.execute(flush);
      }
    }
  }

  /** Waits for {@link #confirm}. */
  interface Confirmation {
    /** This leader led. */
    void confirmed();

    /** It may not have led. */
    void failed(Refused refused);
  }

  /** Lets log time pass when nothing else was proposed for so long. */
  void tick(long idleNanos) {
    if (!closed && open.isEmpty() && loop.nanos() - lastAppendNanos >= idleNanos) {
      append();
    }
  }

  private void flush() {
    flushScheduled = false;
    if (!closed && !open.isEmpty() && inFlight.size() < limits.maxEntriesInFlight()) {
      append();
    }
  }

  private void append() {
    Batch batch = open;
    open = new Batch();
    batch.sequence = nextSequence++;
    lastAppendNanos = loop.nanos();
    byte[] entry = writer.finish(proposer, batch.sequence, clock.now());
    inFlight.add(batch);
    // Success is learned when the entry is applied.
    var unused =
        log.append(entry)
            .whenComplete(
                (index, failure) -> {
                  if (failure != null) {
                    loop.execute(() -> appendFailed(batch, failure));
                  }
                });
  }

  /**
   * The batch whose entry came back, or null when the entry is another's or was given up.
   *
   * @param header of the entry that is applied now
   */
  @Nullable Batch applied(LogEntry.Header header) {
    if (header.proposer() != proposer) {
      return null;
    }
    Batch head = inFlight.peek();
    while (head != null && head.sequence < header.sequence()) {
      inFlight.remove();
      head.fail(Refused.of(RefusalCode.UNAVAILABLE, "its log entry was lost; try again"));
      head = inFlight.peek();
    }
    if (head == null || head.sequence != header.sequence()) {
      return null;
    }
    inFlight.remove();
    if (!flushScheduled && !open.isEmpty()) {
      flushScheduled = true;
      loop.execute(flush);
    }
    return head;
  }

  private void appendFailed(Batch batch, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (!inFlight.remove(batch)) {
      return;
    }
    batch.fail(
        cause instanceof NotLeaderException elsewhere
            ? notLeader(elsewhere.leader())
            : Refused.of(
                RefusalCode.UNAVAILABLE,
                "the log did not confirm the request, which may or may not take effect; repeat it: "
                    + cause.getMessage()));
    if (!flushScheduled && !open.isEmpty()) {
      flushScheduled = true;
      loop.execute(flush);
    }
  }

  /** Fails everything; nothing is proposed any more. */
  void close(Refused refused) {
    closed = true;
    for (Iterator<Batch> all = inFlight.iterator(); all.hasNext(); ) {
      Batch batch = all.next();
      all.remove();
      batch.fail(refused);
    }
    Batch last = open;
    open = new Batch();
    last.fail(refused);
  }

  static Refused notLeader(@Nullable String leader) {
    return new Refused(
        RefusalCode.NOT_LEADER,
        leader == null ? "this coordinator does not lead now" : "the leader is " + leader,
        null,
        leader);
  }

  /** The commands of one entry and who waits for them. */
  static final class Batch {
    final List<Command> commands = new ArrayList<>();
    final List<Pending> pendings = new ArrayList<>();
    final List<Confirmation> confirmations = new ArrayList<>();
    long sequence;

    boolean isEmpty() {
      return commands.isEmpty() && confirmations.isEmpty();
    }

    /** Its entry was applied. */
    void confirmed() {
      for (Confirmation confirmation : confirmations) {
        confirmation.confirmed();
      }
    }

    void fail(Refused refused) {
      for (Pending pending : pendings) {
        pending.failed(refused);
      }
      for (Confirmation confirmation : confirmations) {
        confirmation.failed(refused);
      }
    }
  }
}
