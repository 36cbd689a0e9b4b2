package io.attx.coordinator.runtime;

import io.attx.BranchRef;
import io.attx.coordinator.state.Branch;
import io.attx.coordinator.state.BranchState;
import io.attx.coordinator.state.Transaction;
import io.attx.protocol.AskLocalEnds;
import io.attx.protocol.TransactionDecided;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What clients are told and asked without having asked themselves, phase two apart. */
final class ClientNotices {
  private static final int ASK_BATCH = 1_000;

  private final Clients clients;

  ClientNotices(Clients clients) {
    this.clients = clients;
  }

  /** Asks for the local ends that are missing; all owners, or only one. */
  void askLocalEnds(List<Branch> branches, @Nullable Client only) {
    Map<Long, List<BranchRef>> bySession = new TreeMap<>();
    for (Branch branch : branches) {
      long owner = branch.id().session();
      boolean asked = only == null || only.session == owner;
      if (branch.end() == null && branch.state() != BranchState.FORGOTTEN && asked) {
        bySession.computeIfAbsent(owner, s -> new ArrayList<>()).add(branch.ref());
      }
    }
    bySession.forEach(this::ask);
  }

  private void ask(long session, List<BranchRef> refs) {
    ClientLink link = link(session);
    for (int i = 0; link != null && i < refs.size(); i += ASK_BATCH) {
      link.push(new AskLocalEnds(refs.subList(i, Math.min(refs.size(), i + ASK_BATCH))));
    }
  }

  /**
   * Tells those who have an open branch, and the manager, that a transaction rolls back.
   *
   * @param managerAsked the manager knows already
   */
  void rollback(Transaction transaction, boolean managerAsked) {
    Set<Long> sessions = new TreeSet<>();
    if (!managerAsked) {
      sessions.add(transaction.xid().session());
    }
    for (Branch branch : transaction.branches()) {
      if (branch.state() == BranchState.REGISTERED) {
        sessions.add(branch.id().session());
      }
    }
    for (Long session : sessions) {
      ClientLink link = link(session);
      if (link != null) {
        link.push(new TransactionDecided(transaction.xid(), transaction.status()));
      }
    }
  }

  private @Nullable ClientLink link(long session) {
    Client client = clients.bySession(session);
    return client == null ? null : client.link;
  }
}
