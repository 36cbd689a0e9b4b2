package io.attx.coordinator.runtime;

import io.attx.GlobalStatus;
import io.attx.coordinator.runtime.CoordinatorStatus.Counts;
import io.attx.coordinator.runtime.CoordinatorStatus.ResourceStatus;
import io.attx.coordinator.runtime.CoordinatorStatus.SessionStatus;
import io.attx.coordinator.runtime.CoordinatorStatus.TransactionStatus;
import io.attx.coordinator.state.CoordinatorState;
import io.attx.coordinator.state.Session;
import io.attx.coordinator.state.Transaction;
import io.attx.protocol.ResourceAnnouncement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes one {@link CoordinatorStatus}; on the event loop. */
final class StatusReport {
  private final CoordinatorState state;
  private final @Nullable Leader leader;
  private final CoordinatorRuntime.Events events;
  private final int limit;
  private final List<TransactionStatus> transactions = new ArrayList<>();
  private final Map<GlobalStatus, Integer> byStatus = new EnumMap<>(GlobalStatus.class);
  private int branchCount;
  private int quarantinedCount;

  StatusReport(
      CoordinatorState state,
      @Nullable Leader leader,
      CoordinatorRuntime.Events events,
      int limit) {
    this.state = state;
    this.leader = leader;
    this.events = events;
    this.limit = limit;
  }

  CoordinatorStatus make(boolean serving, long position) {
    long now = leader == null ? state.logTime() : leader.clock().now();
    for (Transaction transaction : state.transactions()) {
      look(transaction, now);
    }
    Counts counts =
        new Counts(
            count(GlobalStatus.ACTIVE),
            count(GlobalStatus.COMMIT_PENDING),
            count(GlobalStatus.COMMITTING),
            count(GlobalStatus.ROLLING_BACK),
            count(GlobalStatus.ROLLED_BACK),
            branchCount,
            state.locks().size(),
            leader == null ? 0 : leader.waits().waiting(),
            state.sessions().size(),
            quarantinedCount,
            events.committed,
            events.rolledBack,
            events.entries);
    return new CoordinatorStatus(
        serving, state.cluster(), position, counts, sessions(), resources(), transactions);
  }

  private int count(GlobalStatus status) {
    return byStatus.getOrDefault(status, 0);
  }

  private void look(Transaction transaction, long now) {
    byStatus.merge(transaction.status(), 1, Integer::sum);
    branchCount += transaction.remaining();
    quarantinedCount += transaction.quarantined();
    if (transactions.size() < limit) {
      transactions.add(line(transaction, now));
    }
  }

  static TransactionStatus line(Transaction transaction, long now) {
    return new TransactionStatus(
        transaction.xid(),
        transaction.name(),
        transaction.status(),
        now - transaction.beganAt(),
        transaction.deadline() - now,
        transaction.remaining(),
        transaction.quarantined(),
        transaction.reason());
  }

  private List<SessionStatus> sessions() {
    List<SessionStatus> list = new ArrayList<>();
    for (Session session : state.sessions()) {
      if (list.size() >= limit) {
        break;
      }
      Client client = leader == null ? null : leader.clients().bySession(session.number());
      ClientLink link = client == null ? null : client.link;
      list.add(
          new SessionStatus(
              session.number(), session.application(), link == null ? "" : link.remoteAddress()));
    }
    return list;
  }

  private List<ResourceStatus> resources() {
    List<ResourceStatus> list = new ArrayList<>();
    if (leader == null) {
      return list;
    }
    for (PhaseTwoQueue queue : leader.dispatcher().queues()) {
      if (list.size() >= limit) {
        break;
      }
      String description = "";
      for (Client client : queue.servers()) {
        ResourceAnnouncement announced = client.resources.get(queue.resource());
        description = announced == null ? description : announced.description();
      }
      list.add(
          new ResourceStatus(
              queue.resource(),
              description,
              queue.servers().size(),
              queue.queued(),
              queue.inFlight()));
    }
    return list;
  }
}
