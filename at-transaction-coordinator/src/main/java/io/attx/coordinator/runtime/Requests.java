package io.attx.coordinator.runtime;

import io.attx.BranchRef;
import io.attx.GlobalStatus;
import io.attx.ResourceId;
import io.attx.Xid;
import io.attx.coordinator.state.Branch;
import io.attx.coordinator.state.BranchState;
import io.attx.coordinator.state.Command;
import io.attx.coordinator.state.CoordinatorState;
import io.attx.coordinator.state.Outcome;
import io.attx.coordinator.state.Session;
import io.attx.protocol.AnnounceResources;
import io.attx.protocol.BeginInfo;
import io.attx.protocol.BeginTransaction;
import io.attx.protocol.BranchFate;
import io.attx.protocol.BranchFates;
import io.attx.protocol.BranchResult;
import io.attx.protocol.CheckLocks;
import io.attx.protocol.CommitTransaction;
import io.attx.protocol.Done;
import io.attx.protocol.FetchedValue;
import io.attx.protocol.Hello;
import io.attx.protocol.HelloAccepted;
import io.attx.protocol.PhaseTwoResults;
import io.attx.protocol.Ping;
import io.attx.protocol.ProtocolVersion;
import io.attx.protocol.QueryBranches;
import io.attx.protocol.QueryTransaction;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.RegisterBranch;
import io.attx.protocol.ReportBranches;
import io.attx.protocol.Request;
import io.attx.protocol.ResourceAnnouncement;
import io.attx.protocol.RollbackTransaction;
import io.attx.protocol.SessionTicket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a leader does with each kind of request. */
final class Requests {

  private final Leader leader;
  private final CoordinatorState state;
  private final RandomGenerator random;
  private final Set<ClientLink> greeting = Collections.newSetFromMap(new IdentityHashMap<>());

  Requests(Leader leader, CoordinatorState state, RandomGenerator random) {
    this.leader = leader;
    this.state = state;
    this.random = random;
  }

  void handle(Reply reply, Request request) {
    Client client = leader.clients().byLink(reply.link());
    if (request instanceof Hello hello) {
      hello(reply, hello, client);
    } else if (client == null) {
      reply.refuse(
          RefusalCode.SESSION_EXPIRED,
          "this connection has no session, or its session is expired or was taken over: say hello");
    } else {
      client.sinceNanos = leader.nanos();
      handle(reply, request, client);
    }
  }

  private void handle(Reply reply, Request request, Client client) {
    if (request instanceof RegisterBranch register) {
      register(reply, register, client);
    } else if (request instanceof CommitTransaction commit) {
      commit(reply, commit);
    } else if (request instanceof PhaseTwoResults results) {
      results(reply, results);
    } else if (request instanceof ReportBranches report) {
      leader.waits().givenUp(report.reports());
      leader.propose(new Command.Report(report.reports()), new AnswerDone(reply));
    } else if (request instanceof RollbackTransaction rollback) {
      rollback(reply, rollback);
    } else if (request instanceof BeginTransaction begin) {
      begin(reply, begin, client);
    } else if (request instanceof CheckLocks check) {
      check(reply, check);
    } else if (request instanceof QueryTransaction query) {
      leader.answerFromMemory(
          reply, DecisionWaits.outcome(state.status(query.xid()), leader.position()));
    } else if (request instanceof QueryBranches query) {
      query(reply, query);
    } else if (request instanceof FetchedValue value) {
      leader.calls().fetched(value);
      reply.send(new Done(leader.position()));
    } else if (request instanceof AnnounceResources announce) {
      announce(reply, announce, client);
    } else if (request instanceof Ping) {
      reply.send(new Done(leader.position()));
    } else {
      reply.refuse(RefusalCode.BAD_REQUEST, "not a request of a client: " + request.getClass());
    }
  }

  // ---- sessions ----

  private void hello(Reply reply, Hello hello, @Nullable Client client) {
    SessionTicket ticket = hello.resume();
    if (client != null || greeting.contains(reply.link())) {
      reply.refuse(RefusalCode.BAD_REQUEST, "this connection has said hello before");
    } else if (ticket != null) {
      resume(reply, hello, ticket);
    } else {
      greeting.add(reply.link());
      long secret = random.nextLong();
      leader.propose(
          new Command.OpenSession(secret, hello.application()), new Opening(reply, hello));
    }
  }

  private void resume(Reply reply, Hello hello, SessionTicket ticket) {
    Session session = ticket.cluster() == state.cluster() ? state.session(ticket.session()) : null;
    Client client = leader.clients().bySession(ticket.session());
    if (ticket.cluster() == state.cluster() && ticket.position() > leader.position()) {
      reply.refuse(
          RefusalCode.UNAVAILABLE,
          "this coordinator is at log position "
              + leader.position()
              + ", behind "
              + ticket.position()
              + ", which was acknowledged; try another one or later");
    } else if (session == null || client == null || session.secret() != ticket.secret()) {
      reply.refuse(RefusalCode.SESSION_EXPIRED, ticket + " is not known here; open a new session");
    } else {
      accept(reply, hello, session, client, true);
    }
  }

  private void accept(Reply reply, Hello hello, Session session, Client client, boolean resumed) {
    SessionTicket ticket =
        new SessionTicket(state.cluster(), session.number(), session.secret(), leader.position());
    reply.send(
        new HelloAccepted(
            ProtocolVersion.negotiate(hello.minVersion(), hello.maxVersion()),
            ticket,
            resumed,
            leader.settings().sessions().heartbeat().toMillis()));
    leader.connected(client, reply.link());
  }

  void closed(ClientLink link) {
    greeting.remove(link);
    leader.disconnected(link);
  }

  private void announce(Reply reply, AnnounceResources announce, Client client) {
    List<ResourceId> served = new ArrayList<>();
    for (ResourceAnnouncement each : announce.resources()) {
      Client other = leader.clients().cloneOf(client, each);
      if (other != null) {
        reply.refuse(
            RefusalCode.CLONED_RESOURCE,
            "resource "
                + each.resource()
                + " ("
                + each.description()
                + ") is on server "
                + each.serverId()
                + " here but session "
                + other.session
                + " of "
                + other.application
                + " reaches it on another server: a cloned database keeps the"
                + " identity of its original; delete the identity row beside the undo table of the"
                + " clone");
        return;
      }
      served.add(each.resource());
    }
    client.resources.clear();
    for (ResourceAnnouncement each : announce.resources()) {
      client.resources.put(each.resource(), each);
    }
    leader.dispatcher().serve(client, served);
    reply.send(new Done(leader.position()));
  }

  // ---- transactions ----

  private void begin(Reply reply, BeginTransaction begin, Client client) {
    if (begin.xid().session() != client.session || begin.begin().timeoutMillis() <= 0) {
      reply.refuse(
          RefusalCode.BAD_REQUEST,
          "transaction "
              + begin.xid()
              + " must be begun by its own session, not "
              + client.session
              + ", with a positive time-out");
    } else if (isOurs(reply, begin.xid())) {
      leader.propose(new Command.Begin(begin.xid(), begin.begin()), new AnswerDone(reply));
    }
  }

  private void register(Reply reply, RegisterBranch request, Client client) {
    BeginInfo begin = request.begin();
    if (request.branch().session() != client.session) {
      reply.refuse(
          RefusalCode.BAD_REQUEST,
          "branch " + request.branch() + " is not of session " + client.session);
    } else if (begin != null
        && (request.xid().session() != client.session || begin.timeoutMillis() <= 0)) {
      reply.refuse(
          RefusalCode.BAD_REQUEST,
          "transaction "
              + request.xid()
              + " must be begun by its own session, not "
              + client.session
              + ", with a positive time-out");
    } else if (isOurs(reply, request.xid())) {
      leader.waits().register(reply, request);
    }
  }

  private void check(Reply reply, CheckLocks check) {
    if (isOurs(reply, check.xid())) {
      leader.waits().check(reply, check, leader.position());
    }
  }

  private void commit(Reply reply, CommitTransaction request) {
    if (!isOurs(reply, request.xid())) {
      return;
    }
    leader.waits().givenUp(request.reports());
    leader.propose(
        new Command.Commit(request.xid(), request.reports()),
        new Answer(reply) {
          @Override
          void accepted(Outcome outcome, long position) {
            if (outcome instanceof Outcome.Status status) {
              decided(request.xid(), status);
              leader.decisions().afterCommit(reply, request.xid(), status, position);
            }
          }
        });
  }

  private void rollback(Reply reply, RollbackTransaction request) {
    if (!isOurs(reply, request.xid())) {
      return;
    }
    leader.waits().givenUp(request.reports());
    leader.propose(
        new Command.Rollback(request.xid(), request.reports(), request.reason()),
        new Answer(reply) {
          @Override
          void accepted(Outcome outcome, long position) {
            if (outcome instanceof Outcome.Status status) {
              decided(request.xid(), status);
              leader
                  .decisions()
                  .afterRollback(reply, request.xid(), status, request.waitMillis(), position);
            }
          }
        });
  }

  private void decided(Xid xid, Outcome.Status status) {
    if (status.status() != GlobalStatus.COMMIT_PENDING) {
      leader.waits().cancel(xid, status.status());
    }
  }

  private boolean isOurs(Reply reply, Xid xid) {
    if (xid.cluster() == state.cluster()) {
      return true;
    }
    reply.refuse(
        RefusalCode.UNKNOWN_TRANSACTION,
        "transaction "
            + xid
            + " is of another coordinator; this one is "
            + Long.toHexString(state.cluster()));
    return false;
  }

  // ---- phase two ----

  private void query(Reply reply, QueryBranches query) {
    List<BranchFate> fates = new ArrayList<>(query.branches().size());
    for (BranchRef ref : query.branches()) {
      fates.add(state.fate(ref));
    }
    leader.answerFromMemory(reply, new BranchFates(fates));
  }

  private void results(Reply reply, PhaseTwoResults request) {
    List<BranchResult> durable = new ArrayList<>(request.results().size());
    List<BranchResult> examined = new ArrayList<>();
    for (BranchResult result : request.results()) {
      Branch branch = state.branch(result.ref());
      if (result.outcome() == BranchResult.Outcome.RETRY) {
        if (branch != null) {
          leader.dispatcher().retryLater(branch, result);
        }
      } else if (isAboutQuarantine(result, branch)) {
        examined.add(result);
      } else {
        durable.add(result);
      }
    }
    // Commands are applied in their order: the last one to be applied answers for all.
    for (int i = 0; i < examined.size(); i++) {
      boolean last = durable.isEmpty() && i == examined.size() - 1;
      leader.propose(
          new Command.Examined(examined.get(i), leader.wallMillis()),
          last ? new AnswerDone(reply) : NOBODY);
    }
    if (!durable.isEmpty()) {
      leader.propose(new Command.Results(durable), new AnswerDone(reply));
    } else if (examined.isEmpty()) {
      reply.send(new Done(leader.position()));
    }
  }

  private static boolean isAboutQuarantine(BranchResult result, @Nullable Branch branch) {
    return result.outcome() == BranchResult.Outcome.QUARANTINED
        || result.resolution() != 0
        || (branch != null && branch.state() == BranchState.QUARANTINED);
  }

  // ---- answers ----

  /** A command whose fate is told by one that follows it; lost, the work is repeated. */
  private static final Pending NOBODY =
      new Pending() {
        @Override
        public void applied(Outcome outcome, long position) {}

        @Override
        public void failed(Refused refused) {}
      };

  /** Passes refusals on. */
  private abstract static class Answer implements Pending {
    final Reply reply;

    Answer(Reply reply) {
      this.reply = reply;
    }

    abstract void accepted(Outcome outcome, long position);

    @Override
    public final void applied(Outcome outcome, long position) {
      if (outcome instanceof Outcome.Refusal refusal) {
        reply.send(new Refused(refusal.code(), refusal.message(), refusal.holder(), null));
      } else {
        accepted(outcome, position);
      }
    }

    @Override
    public final void failed(Refused refused) {
      reply.send(refused);
    }
  }

  private static final class AnswerDone extends Answer {
    AnswerDone(Reply reply) {
      super(reply);
    }

    @Override
    void accepted(Outcome outcome, long position) {
      reply.send(new Done(position));
    }
  }

  /** A new session on its way through the log. */
  private final class Opening implements Pending {
    private final Reply reply;
    private final Hello hello;

    Opening(Reply reply, Hello hello) {
      this.reply = reply;
      this.hello = hello;
    }

    @Override
    public void applied(Outcome outcome, long position) {
      Session session =
          outcome instanceof Outcome.SessionOpened opened ? state.session(opened.number()) : null;
      Client client = session == null ? null : leader.clients().bySession(session.number());
      if (session == null || client == null) {
        throw new IllegalStateException("a session was not opened: " + outcome);
      }
      if (greeting.remove(reply.link())) {
        accept(reply, hello, session, client, false);
      }
    }

    @Override
    public void failed(Refused refused) {
      greeting.remove(reply.link());
      reply.send(refused);
    }
  }
}
