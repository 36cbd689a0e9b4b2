package io.attx.coordinator.runtime;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.BranchType;
import io.attx.LocalEnd;
import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.RowLockKey;
import io.attx.Xid;
import io.attx.protocol.AnnounceResources;
import io.attx.protocol.AskLocalEnds;
import io.attx.protocol.BeginInfo;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchFates;
import io.attx.protocol.BranchGranted;
import io.attx.protocol.BranchReport;
import io.attx.protocol.BranchResult;
import io.attx.protocol.Done;
import io.attx.protocol.Hello;
import io.attx.protocol.HelloAccepted;
import io.attx.protocol.PhaseTwo;
import io.attx.protocol.PhaseTwoResults;
import io.attx.protocol.Ping;
import io.attx.protocol.Push;
import io.attx.protocol.QueryBranches;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.RegisterBranch;
import io.attx.protocol.ReportBranches;
import io.attx.protocol.Request;
import io.attx.protocol.ResolveBranch;
import io.attx.protocol.ResourceAnnouncement;
import io.attx.protocol.Response;
import io.attx.protocol.SessionTicket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** One application process: transaction manager and resource manager in one. */
final class SimProcess {
  private static final long MILLIS = 1_000_000L;

  private final SimWorld world;
  private final String name;
  private final Map<Long, Outstanding> outstanding = new LinkedHashMap<>();
  private final Map<BranchId, LocalEnd> ends = new HashMap<>();
  private final Map<BranchId, SimDatabase.LocalTransaction> open = new HashMap<>();
  private final Set<Xid> decided = new HashSet<>();
  private final Set<BranchId> askedWhileOpen = new HashSet<>();
  private SimWorld.Connection connection;
  private SessionTicket ticket;
  private long position;
  private boolean welcome;
  private int life;
  private boolean alive;
  private long requests;
  private long transactions;
  private long branches;

  private record Outstanding(Request request, Consumer<Response> callback) {}

  SimProcess(SimWorld world, String name) {
    this.world = world;
    this.name = name;
  }

  boolean isReady() {
    return alive && welcome;
  }

  // ---- life ----

  void start() {
    if (alive) {
      return;
    }
    alive = true;
    life++;
    ticket = null;
    position = 0;
    connect();
    heartbeat(life);
  }

  /** Dies: the databases roll back its open local transactions soon. */
  void kill() {
    alive = false;
    welcome = false;
    life++;
    List<SimDatabase.LocalTransaction> orphans = List.copyOf(open.values());
    open.clear();
    ends.clear();
    decided.clear();
    askedWhileOpen.clear();
    outstanding.clear();
    if (connection != null) {
      connection.cut();
    }
    world.later(world.random(1_000), () -> orphans.forEach(world::rollbackLocal));
  }

  private void heartbeat(int ofLife) {
    world.later(
        4_000,
        () -> {
          if (alive && life == ofLife) {
            if (welcome) {
              ask(new Ping(), response -> {});
              sweep();
            }
            heartbeat(ofLife);
          }
        });
  }

  /** Asks what became of the undo rows that are there. */
  private void sweep() {
    for (SimDatabase database : world.databases()) {
      List<SimDatabase.UndoRow> found = List.copyOf(database.undo.values());
      if (!found.isEmpty() && world.random(4) == 0) {
        ask(
            new QueryBranches(found.stream().map(SimDatabase.UndoRow::ref).toList()),
            response -> {
              if (response instanceof BranchFates answer) {
                for (int i = 0; i < found.size(); i++) {
                  database.sweep(found.get(i), answer.fates().get(i));
                }
              }
            });
      }
    }
  }

  /** Runs later unless the process has died meanwhile. */
  private void later(long millis, Runnable task) {
    int ofLife = life;
    world.later(
        millis,
        () -> {
          if (alive && life == ofLife) {
            task.run();
          }
        });
  }

  // ---- connection ----

  private void connect() {
    welcome = false;
    connection = world.connect(this);
    if (connection == null) {
      later(100 + world.random(400), this::connect);
      return;
    }
    SessionTicket resume =
        ticket == null
            ? null
            : new SessionTicket(ticket.cluster(), ticket.session(), ticket.secret(), position);
    connection.send(0, new Hello(2, 2, "", name, resume));
  }

  void disconnected(SimWorld.Connection gone) {
    if (alive && gone == connection) {
      welcome = false;
      later(10 + world.random(300), this::connect);
    }
  }

  void received(SimWorld.Connection from, long requestId, Response response) {
    if (!alive || from != connection) {
      return;
    }
    if (requestId == 0) {
      greeted(response);
      return;
    }
    Outstanding asked = outstanding.remove(requestId);
    if (asked == null) {
      return;
    }
    if (response instanceof Refused refused
        && (refused.code() == RefusalCode.UNAVAILABLE
            || refused.code() == RefusalCode.NOT_LEADER
            || refused.code() == RefusalCode.SESSION_EXPIRED
                && !(asked.request instanceof RegisterBranch))) {
      later(50, () -> ask(asked.request, asked.callback));
      return;
    }
    remember(response);
    asked.callback.accept(response);
  }

  private void remember(Response response) {
    if (response instanceof Done done) {
      position = Math.max(position, done.position());
    } else if (response instanceof BranchGranted granted) {
      position = Math.max(position, granted.position());
    }
  }

  private void greeted(Response response) {
    if (response instanceof HelloAccepted accepted) {
      if (!accepted.resumed()) {
        transactions = 0;
        branches = 0;
      }
      ticket = accepted.ticket();
      position = Math.max(position, ticket.position());
      welcome = true;
      announce();
      List.copyOf(outstanding.keySet())
          .forEach(id -> connection.send(id, outstanding.get(id).request));
    } else {
      Refused refused = (Refused) response;
      if (refused.code() == RefusalCode.SESSION_EXPIRED) {
        ticket = null;
        position = 0;
        List<Outstanding> lost = List.copyOf(outstanding.values());
        outstanding.clear();
        for (Outstanding each : lost) {
          if (each.request instanceof ReportBranches || each.request instanceof PhaseTwoResults) {
            ask(each.request, each.callback);
          } else {
            each.callback.accept(refused);
          }
        }
      }
      connection.cut();
      later(100, this::connect);
    }
  }

  private void announce() {
    List<ResourceAnnouncement> all = new ArrayList<>();
    world.databases().forEach(d -> all.add(new ResourceAnnouncement(d.resource, "s", "")));
    ask(new AnnounceResources(all), response -> {});
  }

  void ask(Request request, Consumer<Response> callback) {
    long id = ++requests;
    outstanding.put(id, new Outstanding(request, callback));
    if (welcome) {
      connection.send(id, request);
    }
  }

  // ---- transaction manager ----

  Xid newXid() {
    return new Xid(ticket.cluster(), ticket.session(), ++transactions);
  }

  boolean owns(Xid xid) {
    return ticket != null && xid.session() == ticket.session();
  }

  // ---- phase one ----

  /** Runs one branch; the callback hears whether it committed locally. */
  void branch(
      Xid xid,
      BeginInfo begin,
      SimDatabase database,
      List<String> rows,
      Consumer<BranchReport> done) {
    if (!isReady()) {
      return;
    }
    BranchRef ref = new BranchRef(xid, new BranchId(ticket.session(), ++branches));
    SimDatabase.LocalTransaction local = database.begin(ref, rows, world.nextValue());
    if (local == null) {
      ended(ref, LocalEnd.FAILED, done);
      return;
    }
    open.put(ref.branch(), local);
    long insertDelay = world.random(8) == 0 ? world.random(4_000) : world.random(4);
    later(insertDelay, () -> database.insertUndo(local));
    List<LockRequest> locks = new ArrayList<>();
    for (String row : rows) {
      locks.add(new LockRequest(RowLockKey.primaryKey("t").text(row).build(), LockMode.UPDATE));
    }
    long waitMillis = world.random(3) == 0 ? 0 : world.random(3_000);
    long sentAt = world.nanos();
    ask(
        new RegisterBranch(
            xid, begin, ref.branch(), BranchType.AT, database.resource, locks, waitMillis, true),
        response -> {
          if (response instanceof BranchGranted granted) {
            long deadline = sentAt + granted.remainingMillis() * MILLIS;
            long pause = world.random(20) == 0 ? world.random(30_000) : world.random(5);
            later(pause, () -> commitLocally(database, local, deadline, done));
          } else {
            rollbackLocally(database, local, done);
          }
        });
  }

  private void rollbackLocally(
      SimDatabase database, SimDatabase.LocalTransaction local, Consumer<BranchReport> done) {
    database.rollback(local);
    ended(local.ref, LocalEnd.FAILED, done);
  }

  private void commitLocally(
      SimDatabase database,
      SimDatabase.LocalTransaction local,
      long deadline,
      Consumer<BranchReport> done) {
    if (!local.undoInserted && !local.fenced) {
      later(5, () -> commitLocally(database, local, deadline, done));
    } else if (local.fenced
        || world.nanos() > deadline
        || (decided.contains(local.ref.xid()) && world.random(2) == 0)) {
      rollbackLocally(database, local, done);
    } else if (world.random(30) == 0) {
      // The connection is lost on COMMIT; the database decides a little later.
      boolean commits = world.random(2) == 0;
      world.later(
          world.random(2_000),
          () -> {
            if (commits) {
              database.commit(local);
            } else {
              database.rollback(local);
            }
          });
      ended(local.ref, LocalEnd.UNKNOWN, done);
    } else {
      // The thread may be paused between the check and the commit.
      later(
          world.random(40) == 0 ? world.random(20_000) : 0,
          () -> {
            database.commit(local);
            ended(local.ref, LocalEnd.LOCALLY_COMMITTED, done);
          });
    }
  }

  private void ended(BranchRef ref, LocalEnd end, Consumer<BranchReport> done) {
    open.remove(ref.branch());
    ends.put(ref.branch(), end);
    if (askedWhileOpen.remove(ref.branch())) {
      report(new BranchReport(ref, end));
    }
    done.accept(new BranchReport(ref, end));
  }

  void report(BranchReport report) {
    ask(new ReportBranches(List.of(report)), response -> {});
  }

  // ---- pushes ----

  void pushed(SimWorld.Connection from, Push push) {
    if (!alive || from != connection) {
      return;
    }
    if (push instanceof PhaseTwo work) {
      later(world.random(20), () -> execute(work.commands()));
    } else if (push instanceof ResolveBranch order) {
      later(world.random(5), () -> resolve(order));
    } else if (push instanceof AskLocalEnds asked) {
      for (BranchRef ref : asked.branches()) {
        LocalEnd end = ends.get(ref.branch());
        if (end != null) {
          report(new BranchReport(ref, end));
        } else if (open.containsKey(ref.branch())) {
          askedWhileOpen.add(ref.branch());
        } else {
          report(new BranchReport(ref, LocalEnd.FAILED));
        }
      }
    } else {
      decided.add(((io.attx.protocol.TransactionDecided) push).xid());
    }
  }

  private void execute(List<BranchCommand> commands) {
    List<BranchResult> results = new ArrayList<>();
    for (BranchCommand command : commands) {
      SimDatabase.Undo undo =
          world.random(20) == 0
              ? SimDatabase.Undo.of(BranchResult.Outcome.RETRY)
              : world.database(command.resource()).execute(command);
      results.add(
          new BranchResult(command.ref(), command.resource(), undo.outcome(), "", 0, undo.cases()));
    }
    ask(new PhaseTwoResults(results), response -> {});
  }

  private void resolve(ResolveBranch order) {
    int dice = world.random(20);
    SimDatabase.Undo undo =
        dice == 0
            ? SimDatabase.Undo.of(BranchResult.Outcome.RETRY)
            : dice == 1
                ? SimDatabase.Undo.of(BranchResult.Outcome.RESOLUTION_REFUSED)
                : world.database(order.resource()).resolve(order);
    BranchResult result =
        new BranchResult(
            order.ref(), order.resource(), undo.outcome(), "", order.resolution(), undo.cases());
    ask(new PhaseTwoResults(List.of(result)), response -> {});
  }
}
