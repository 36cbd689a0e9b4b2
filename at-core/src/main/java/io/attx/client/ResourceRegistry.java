package io.attx.client;

import io.attx.AttxException;
import io.attx.BranchRef;
import io.attx.GlobalStatus;
import io.attx.ResourceId;
import io.attx.Xid;
import io.attx.protocol.AnnounceResources;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchResult;
import io.attx.protocol.DirtyCases;
import io.attx.protocol.Done;
import io.attx.protocol.FetchValue;
import io.attx.protocol.FetchedValue;
import io.attx.protocol.PhaseTwoResults;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.ResolveBranch;
import io.attx.protocol.ResourceAnnouncement;
import io.attx.protocol.Response;
import io.attx.transport.ConnectionLostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resources that this client serves: announces them, hands phase-two work to their managers and
 * sends the results in batches. Announcing lives on the I/O thread; the rest is thread-safe.
 */
final class ResourceRegistry implements BatchSender.Fate<BranchResult> {
  private static final Logger LOG = LoggerFactory.getLogger(ResourceRegistry.class);
  private static final int MAX_BATCH = 1_000;
  private static final int MAX_BATCH_CHARACTERS = 1_000_000;
  private static final int MAX_DETAIL = 4_000;
  private static final int MAX_PENDING = 100_000;
  private static final Duration RETRY_FAILED = Duration.ofSeconds(1);
  private static final Duration RETRY_REFUSED = Duration.ofSeconds(30);

  private final CoordinatorLink link;
  private final BatchSender.Scheduler scheduler;
  private final Duration timeout;
  private final List<Attached> attached = new CopyOnWriteArrayList<>();
  private final Map<ResourceId, String> refused = new ConcurrentHashMap<>();
  private final BatchSender<BranchResult> results;
  private final PhaseTwoWatch watch;

  // The rest lives on the I/O thread.
  private boolean announcing;
  private boolean again;
  private boolean failed;
  private boolean announcedBefore;
  private long connection;

  ResourceRegistry(
      CoordinatorLink link,
      BatchSender.Scheduler scheduler,
      Duration timeout,
      PhaseTwoWatch watch) {
    this.watch = watch;
    this.link = link;
    this.scheduler = scheduler;
    this.timeout = timeout;
    this.results =
        new BatchSender<>(link, scheduler, timeout, MAX_BATCH, PhaseTwoResults::new, this)
            .weighed(result -> result.cases().characters(), MAX_BATCH_CHARACTERS);
  }

  ResourceManagerClient.Attachment attach(
      ResourceAnnouncement announcement, ResourceManager manager) {
    for (Attached other : attached) {
      ResourceAnnouncement known = other.announcement;
      if (known.resource().equals(announcement.resource())
          && !known.serverId().equals(announcement.serverId())) {
        throw new AttxException(
            "resource "
                + announcement.resource()
                + " is attached twice from different servers ("
                + known.description()
                + " and "
                + announcement.description()
                + "): one database is a copy of the other; give the copy an identity of its own");
      }
    }
    Attached one = new Attached(announcement, manager);
    attached.add(one);
    announceSoon();
    return one;
  }

  /**
   * Fails where the coordinator refused the resource.
   *
   * @throws AttxException with the reason
   */
  void checkUsable(ResourceId resource) {
    String reason = refused.get(resource);
    if (reason != null) {
      throw new AttxException(
          "resource " + resource + " takes no part in global transactions: " + reason);
    }
  }

  private Consumer<BranchResult> watched(Attached one, List<BranchCommand> commands) {
    return watch.started(one.announcement.description(), commands, this::result);
  }

  /** Commands that were received and not answered. */
  int runningCommands() {
    return watch.running();
  }

  /** The databases that are served, for people. */
  List<String> descriptions() {
    return attached.stream().map(one -> one.announcement.description()).toList();
  }

  /** The database, for people. */
  String description(ResourceId resource) {
    for (Attached one : attached) {
      if (one.announcement.resource().equals(resource)) {
        return one.announcement.description();
      }
    }
    return resource.toString();
  }

  int pendingResults() {
    return results.size();
  }

  // ---- announcing ----

  /** A session was opened or resumed. On the I/O thread. */
  void opened() {
    connection++;
    announcing = false;
    again = false;
    failed = false;
    announce();
  }

  private void announceSoon() {
    scheduler.schedule(
        () -> {
          if (link.isOpen()) {
            announce();
          }
        },
        Duration.ZERO);
  }

  private void announce() {
    if (announcing) {
      again = true;
      return;
    }
    List<ResourceAnnouncement> all = distinct();
    if (all.isEmpty() && !announcedBefore) {
      return;
    }
    announcing = true;
    announcedBefore = true;
    announce(all, all, List.of());
  }

  private List<ResourceAnnouncement> distinct() {
    Map<ResourceId, ResourceAnnouncement> byId = new LinkedHashMap<>();
    attached.forEach(one -> byId.putIfAbsent(one.announcement.resource(), one.announcement));
    return List.copyOf(byId.values());
  }

  /**
   * Announces {@code now}, which holds {@code fresh}; then adds {@code later} one by one. A refusal
   * names no resource, so that refused ones are found by adding each to those that are known good.
   */
  private void announce(
      List<ResourceAnnouncement> now,
      List<ResourceAnnouncement> fresh,
      List<ResourceAnnouncement> later) {
    long forConnection = connection;
    var unused =
        link.callOnce(new AnnounceResources(now), timeout)
            .whenComplete(
                (response, failure) -> {
                  if (forConnection != connection) {
                    return; // A newer session announces everything again.
                  }
                  List<ResourceAnnouncement> good = new ArrayList<>(now);
                  List<ResourceAnnouncement> rest = later;
                  if (response instanceof Done) {
                    fresh.forEach(this::accepted);
                  } else if (response instanceof Refused refusal && isAboutContent(refusal)) {
                    good.removeAll(fresh);
                    if (fresh.size() > 1) {
                      rest = fresh;
                    } else {
                      fresh.forEach(one -> refused(one, refusal));
                    }
                  } else {
                    notAnnounced(now, response, failure);
                    failed = true;
                    rest = List.of();
                  }
                  announceNext(good, rest);
                });
  }

  private static void notAnnounced(
      List<ResourceAnnouncement> now, @Nullable Response response, @Nullable Throwable failure) {
    if (failure instanceof ConnectionLostException) {
      // The link says so itself, and the next connection announces everything again.
      LOG.debug("the connection was lost while resources {} were announced", now, failure);
    } else {
      LOG.warn("could not announce resources {}: {}", now, response, failure);
    }
  }

  private void announceNext(List<ResourceAnnouncement> good, List<ResourceAnnouncement> rest) {
    if (!rest.isEmpty()) {
      ResourceAnnouncement one = rest.get(0);
      List<ResourceAnnouncement> now = new ArrayList<>(good);
      now.add(one);
      announce(now, List.of(one), rest.subList(1, rest.size()));
      return;
    }
    announcing = false;
    if (failed) {
      failed = false;
      scheduler.schedule(this::announceSoon, RETRY_FAILED);
    } else if (again) {
      again = false;
      announce();
    } else if (!refused.isEmpty()) {
      scheduler.schedule(this::announceSoon, RETRY_REFUSED);
    }
  }

  /** Whether a refusal says something about the resources, and not about the coordinator. */
  private static boolean isAboutContent(Refused refusal) {
    return !refusal.code().isRetryable() && refusal.code() != RefusalCode.SESSION_EXPIRED;
  }

  private void accepted(ResourceAnnouncement announcement) {
    refused.remove(announcement.resource());
    for (Attached one : attached) {
      if (one.announcement.resource().equals(announcement.resource())
          && one.toldConnection != connection) {
        one.toldConnection = connection;
        one.tell(ResourceManager::connected);
      }
    }
  }

  private void refused(ResourceAnnouncement announcement, Refused refusal) {
    String reason = refusal.code() + ": " + refusal.message();
    if (!reason.equals(refused.put(announcement.resource(), reason))) {
      LOG.error(
          "the coordinator refuses resource {} ({}): {}. No global transaction can use it",
          announcement.resource(),
          announcement.description(),
          reason);
    }
  }

  // ---- work from the coordinator, on the I/O thread ----

  void phaseTwo(List<BranchCommand> commands) {
    Map<ResourceId, List<BranchCommand>> byResource = new LinkedHashMap<>();
    for (BranchCommand command : commands) {
      byResource.computeIfAbsent(command.resource(), r -> new ArrayList<>()).add(command);
    }
    byResource.forEach(this::phaseTwo);
  }

  private void phaseTwo(ResourceId resource, List<BranchCommand> commands) {
    for (Attached one : attached) {
      if (one.announcement.resource().equals(resource)
          && one.tell(manager -> manager.phaseTwo(commands, watched(one, commands)))) {
        return;
      }
    }
    for (BranchCommand command : commands) {
      watch.forget(command.ref());
      result(
          new BranchResult(
              command.ref(), resource, BranchResult.Outcome.RETRY, notServed(resource)));
    }
  }

  /** A decision of a person. */
  void resolve(ResolveBranch order) {
    for (Attached one : attached) {
      if (one.announcement.resource().equals(order.resource())
          && one.tell(manager -> manager.resolve(order, this::result))) {
        return;
      }
    }
    result(
        new BranchResult(
            order.ref(),
            order.resource(),
            BranchResult.Outcome.RETRY,
            notServed(order.resource()),
            order.resolution(),
            DirtyCases.NONE));
  }

  /** A question about a dirty row. */
  void fetch(FetchValue question) {
    for (Attached one : attached) {
      if (one.announcement.resource().equals(question.resource())
          && one.tell(manager -> manager.fetch(question, this::fetched))) {
        return;
      }
    }
    fetched(FetchedValue.problem(question, notServed(question.resource())));
  }

  private void fetched(FetchedValue answer) {
    var unused =
        link.call(answer, timeout)
            .whenComplete(
                (response, failure) -> {
                  if (!(response instanceof Done)) {
                    LOG.warn(
                        "a value of a dirty row that was asked for did not reach the coordinator: {}",
                        failure == null ? response : failure.getMessage());
                  }
                });
  }

  private static String notServed(ResourceId resource) {
    return "resource " + resource + " is not served by this process (any more)";
  }

  private void result(BranchResult result) {
    if (results.size() >= MAX_PENDING) {
      LOG.warn("dropping the result of {}: too many wait; it is asked for again", result.ref());
      return;
    }
    String detail = result.detail();
    results.add(
        detail.length() <= MAX_DETAIL
            ? result
            : new BranchResult(
                result.ref(),
                result.resource(),
                result.outcome(),
                detail.substring(0, MAX_DETAIL) + "…",
                result.resolution(),
                result.cases()));
  }

  /** A transaction was decided without this process. */
  void decided(Xid xid, GlobalStatus status, Set<ResourceId> resources) {
    for (Attached one : attached) {
      if (resources.contains(one.announcement.resource())) {
        one.tell(manager -> manager.decided(xid, status));
      }
    }
  }

  @Override
  public void acknowledged(List<BranchResult> batch) {
    LOG.debug("the coordinator has {} phase-two results", batch.size());
  }

  @Override
  public boolean failed(
      List<BranchResult> batch, @Nullable Refused refusal, @Nullable Throwable failure) {
    List<BranchRef> shown = batch.stream().limit(10).map(BranchResult::ref).toList();
    // The coordinator repeats commands without a result, and every command is idempotent.
    LOG.warn(
        "{} phase-two results did not reach the coordinator, which will ask again: {}: {}",
        batch.size(),
        shown,
        refusal != null ? refusal.message() : failure == null ? "" : failure.getMessage());
    return false;
  }

  /** One manager with what it serves. */
  private final class Attached implements ResourceManagerClient.Attachment {
    private final ResourceAnnouncement announcement;
    private final ResourceManager manager;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean detached;
    private long toldConnection;

    Attached(ResourceAnnouncement announcement, ResourceManager manager) {
      this.announcement = announcement;
      this.manager = manager;
    }

    /** Calls the manager unless it is detached; returns whether it took the call. */
    boolean tell(Consumer<ResourceManager> call) {
      lock.lock();
      try {
        if (detached) {
          return false;
        }
        call.accept(manager);
        return true;
      } catch (RuntimeException failed) {
        LOG.error("the resource manager of {} failed", announcement.resource(), failed);
        return false;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        detached = true;
      } finally {
        lock.unlock();
      }
      if (attached.remove(this)) {
        announceSoon();
      }
    }
  }
}
