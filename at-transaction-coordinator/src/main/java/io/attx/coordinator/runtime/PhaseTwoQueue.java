package io.attx.coordinator.runtime;

import io.attx.ResourceId;
import io.attx.coordinator.runtime.PhaseTwoWork.Stage;
import io.attx.coordinator.state.Resolution;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.PhaseTwo;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The phase-two work of one resource: independent of all others, so that a dead resource delays
 * nobody. Rollbacks are sent at once, deletions of undo rows are gathered for a moment.
 */
final class PhaseTwoQueue extends Timed {
  private final ResourceId resource;
  private final EventLoop loop;
  private final TimerQueue timers;
  private final RandomGenerator random;
  private final CoordinatorSettings.PhaseTwo limits;
  private final ArrayDeque<PhaseTwoWork> urgent = new ArrayDeque<>();
  private final ArrayDeque<PhaseTwoWork> gathered = new ArrayDeque<>();
  private final List<Client> servers = new ArrayList<>(2);
  private final Runnable flush = this::flush;
  private boolean flushScheduled;
  private int nextServer;
  private int sent;
  private int delayed;

  PhaseTwoQueue(
      ResourceId resource,
      EventLoop loop,
      TimerQueue timers,
      RandomGenerator random,
      CoordinatorSettings.PhaseTwo limits) {
    this.resource = resource;
    this.loop = loop;
    this.timers = timers;
    this.random = random;
    this.limits = limits;
  }

  ResourceId resource() {
    return resource;
  }

  List<Client> servers() {
    return servers;
  }

  int queued() {
    return urgent.size() + gathered.size() + delayed;
  }

  int inFlight() {
    return sent;
  }

  boolean serves(Client client) {
    return servers.contains(client);
  }

  void addServer(Client client) {
    servers.add(client);
    flushSoon();
  }

  void removeServer(Client client) {
    servers.remove(client);
  }

  void add(PhaseTwoWork work) {
    work.branch.attach(work);
    ready(work);
  }

  /** Waits with this work, which is not in a queue. */
  void addDelayed(PhaseTwoWork work, long delayNanos) {
    work.branch.attach(work);
    delay(work, delayNanos);
  }

  private void delay(PhaseTwoWork work, long delayNanos) {
    work.stage = Stage.DELAYED;
    delayed++;
    timers.arm(work, delayNanos);
  }

  private void ready(PhaseTwoWork work) {
    work.stage = Stage.READY;
    work.sentTo = null;
    if (work.isUrgent()) {
      urgent.add(work);
      flushSoon();
    } else {
      gathered.add(work);
      if (gathered.size() >= limits.batch()) {
        flushSoon();
      } else if (place < 0) {
        timers.arm(this, limits.linger().toNanos());
      }
    }
  }

  /** The work is over or is replaced by another. */
  void done(PhaseTwoWork work) {
    boolean wasFull = sent >= limits.inFlight();
    leaveStage(work);
    work.stage = Stage.DONE;
    work.branch.attach(null);
    if (wasFull) {
      flushSoon();
    }
  }

  private void leaveStage(PhaseTwoWork work) {
    timers.cancel(work);
    switch (work.stage) {
      case SENT -> sent--;
      case DELAYED -> delayed--;
      case READY, DONE -> {}
    }
  }

  /** The client met a passing obstacle: the command is sent again after a pause. */
  void retryLater(PhaseTwoWork work) {
    if (work.stage != Stage.SENT) {
      return;
    }
    if (sent >= limits.inFlight()) {
      flushSoon();
    }
    leaveStage(work);
    work.attempts++;
    long pause = limits.minBackOff().toNanos() << Math.min(work.attempts - 1, 20);
    if (pause <= 0 || pause > limits.maxBackOff().toNanos()) {
      pause = limits.maxBackOff().toNanos();
    }
    delay(work, pause / 2 + random.nextLong(pause / 2 + 1));
  }

  /** What was sent to this client, or waits for a retry, is sent anew. */
  void resend(PhaseTwoWork work, @Nullable Client lost) {
    boolean affected =
        lost == null ? work.stage == Stage.DELAYED && work.attempts > 0 : work.sentTo == lost;
    if (affected && work.stage != Stage.READY) {
      leaveStage(work);
      ready(work);
    }
  }

  /** The timer of a piece of work. */
  void timeIsUp(PhaseTwoWork work) {
    leaveStage(work);
    ready(work);
  }

  /** The timer of the gathered work. */
  @Override
  void fire() {
    flush();
  }

  private void flushSoon() {
    if (!flushScheduled) {
      flushScheduled = true;
      loop.execute(flush);
    }
  }

  private void flush() {
    flushScheduled = false;
    timers.cancel(this);
    if (servers.isEmpty()) {
      return;
    }
    IdentityHashMap<Client, List<BranchCommand>> batches = new IdentityHashMap<>(2);
    PhaseTwoWork work = next();
    while (work != null) {
      send(work, batches);
      work = next();
    }
    batches.forEach(this::push);
  }

  private @Nullable PhaseTwoWork next() {
    while (sent < limits.inFlight()) {
      PhaseTwoWork work = urgent.isEmpty() ? gathered.poll() : urgent.poll();
      if (work == null || work.stage == Stage.READY) {
        return work;
      }
    }
    return null;
  }

  private void send(PhaseTwoWork work, IdentityHashMap<Client, List<BranchCommand>> batches) {
    Client client = server(work.branch.id().session());
    work.stage = Stage.SENT;
    work.sentTo = client;
    sent++;
    Duration timeout = limits.timeout();
    timers.arm(work, timeout.toNanos());
    Resolution decision = work.resolution;
    if (decision != null) {
      ClientLink link = client.link;
      if (link != null) {
        link.push(work.order(decision));
      }
      return;
    }
    List<BranchCommand> batch = batches.computeIfAbsent(client, c -> new ArrayList<>());
    batch.add(work.command());
    if (batch.size() >= limits.batch()) {
      push(client, batch);
      batch.clear();
    }
  }

  private void push(Client client, List<BranchCommand> batch) {
    ClientLink link = client.link;
    if (link != null && !batch.isEmpty()) {
      link.push(new PhaseTwo(batch));
    }
  }

  /** Somebody who serves the resource now, or null. */
  @Nullable Client anyServer() {
    return servers.isEmpty() ? null : server(0);
  }

  /** The session that owns the branch where it can, else one after the other. */
  private Client server(long owner) {
    for (int i = 0; i < servers.size(); i++) {
      if (servers.get(i).session == owner) {
        return servers.get(i);
      }
    }
    nextServer = (nextServer + 1) % servers.size();
    return servers.get(nextServer);
  }
}
