package io.attx.coordinator.runtime;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.BranchType;
import io.attx.LocalEnd;
import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.Xid;
import io.attx.coordinator.log.MemoryLog;
import io.attx.protocol.AnnounceResources;
import io.attx.protocol.BeginInfo;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchReport;
import io.attx.protocol.BranchResult;
import io.attx.protocol.CommitTransaction;
import io.attx.protocol.Hello;
import io.attx.protocol.HelloAccepted;
import io.attx.protocol.PhaseTwoResults;
import io.attx.protocol.Ping;
import io.attx.protocol.RegisterBranch;
import io.attx.protocol.ReportBranches;
import io.attx.protocol.Request;
import io.attx.protocol.ResourceAnnouncement;
import io.attx.protocol.Response;
import io.attx.protocol.RollbackTransaction;
import io.attx.protocol.SessionTicket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A coordinator in memory with a manual clock, and clients that speak to it without a network. */
final class TestCoordinator {
  static final ResourceId STOCK = new ResourceId("stock");
  static final ResourceId ACCOUNT = new ResourceId("account");
  static final int SECONDS_30 = 30_000;

  final MemoryLog.Disk disk = new MemoryLog.Disk();
  final List<Throwable> fatal = new ArrayList<>();
  SimLoop loop = new SimLoop();
  MemoryLog log;
  CoordinatorRuntime runtime;
  long cluster;
  private final CoordinatorSettings settings;
  private final Set<TestClient> connected = new LinkedHashSet<>();
  private long nextRequest = 1;

  TestCoordinator() {
    this(CoordinatorSettings.defaults());
  }

  TestCoordinator(CoordinatorSettings settings) {
    this.settings = settings;
    start();
    cluster = runtime.ready().join();
  }

  private void start() {
    log = new MemoryLog(disk);
    runtime = new CoordinatorRuntime(log, loop, new Random(7), settings, fatal::add);
    runtime.start();
    loop.runDue();
  }

  /** Kills the process and starts another one on the same disk. */
  void restart() {
    log.crash();
    loop.kill();
    connected.clear();
    loop = new SimLoop();
    start();
  }

  CoordinatorStatus status() {
    var answer = runtime.status(100);
    loop.runDue();
    return answer.join();
  }

  TestClient client(String application) {
    TestClient client = new TestClient();
    client.connect(application, null);
    return client;
  }

  /** Lets time pass while every connected client sends its heartbeats. */
  void advance(Duration time) {
    Duration left = time;
    while (left.compareTo(Duration.ofSeconds(5)) > 0) {
      loop.advance(Duration.ofSeconds(5));
      left = left.minusSeconds(5);
      connected.forEach(client -> client.ask(new Ping()));
    }
    loop.advance(left);
  }

  /** Lets time pass while no client says anything. */
  void silence(Duration time) {
    loop.advance(time);
  }

  static LockRequest exclusive(String row) {
    return new LockRequest(RowLockKey.primaryKey("t").text(row).build(), LockMode.EXCLUSIVE);
  }

  static LockRequest update(String row) {
    return new LockRequest(RowLockKey.primaryKey("t").text(row).build(), LockMode.UPDATE);
  }

  static LockRequest keyShare(String row) {
    return new LockRequest(RowLockKey.primaryKey("t").text(row).build(), LockMode.KEY_SHARE);
  }

  /** One client process. */
  final class TestClient {
    TestLink link = new TestLink();
    HelloAccepted session;
    Response helloAnswer;
    private long transactions;
    private long branches;

    void connect(String application, SessionTicket resume) {
      link = new TestLink();
      long id = send(new Hello(2, 2, "", application, resume));
      loop.runDue();
      helloAnswer = link.responses.get(id);
      if (helloAnswer instanceof HelloAccepted accepted) {
        session = accepted;
        connected.add(this);
      }
    }

    void resume() {
      connect("again", session.ticket());
    }

    void disconnect() {
      connected.remove(this);
      runtime.closed(link);
      loop.runDue();
    }

    void serve(ResourceId... resources) {
      serveFrom("server", resources);
    }

    Response serveFrom(String serverId, ResourceId... resources) {
      return ask(
          new AnnounceResources(
              Arrays.stream(resources)
                  .map(resource -> new ResourceAnnouncement(resource, serverId, "a database"))
                  .toList()));
    }

    Xid xid() {
      return new Xid(cluster, session.ticket().session(), ++transactions);
    }

    BranchRef branch(Xid xid) {
      return new BranchRef(xid, new BranchId(session.ticket().session(), ++branches));
    }

    /** Sends without looking at the answer. */
    long send(Request request) {
      long id = nextRequest++;
      runtime.request(link, id, request);
      return id;
    }

    /** Sends, runs what is due, and returns the answer or null. */
    Response ask(Request request) {
      long id = send(request);
      loop.runDue();
      return link.responses.get(id);
    }

    Response answer(long id) {
      loop.runDue();
      return link.responses.get(id);
    }

    RegisterBranch registration(
        BranchRef ref, ResourceId resource, long waitMillis, LockRequest... locks) {
      BeginInfo begin =
          ref.xid().session() == session.ticket().session()
              ? new BeginInfo("test", SECONDS_30)
              : null;
      return new RegisterBranch(
          ref.xid(),
          begin,
          ref.branch(),
          BranchType.AT,
          resource,
          List.of(locks),
          waitMillis,
          false);
    }

    Response register(BranchRef ref, ResourceId resource, LockRequest... locks) {
      return ask(registration(ref, resource, 0, locks));
    }

    /** Registers without waiting for the answer; returns the request's id. */
    long registerAndWait(BranchRef ref, ResourceId resource, LockRequest... locks) {
      long id = send(registration(ref, resource, 3_000, locks));
      loop.runDue();
      return id;
    }

    long registerHoldingRows(BranchRef ref, ResourceId resource, LockRequest... locks) {
      RegisterBranch plain = registration(ref, resource, 3_000, locks);
      long id =
          send(
              new RegisterBranch(
                  plain.xid(),
                  plain.begin(),
                  plain.branch(),
                  plain.type(),
                  plain.resource(),
                  plain.locks(),
                  plain.waitMillis(),
                  true));
      loop.runDue();
      return id;
    }

    Response report(BranchRef ref, LocalEnd end) {
      return ask(new ReportBranches(List.of(new BranchReport(ref, end))));
    }

    /** A branch that is registered and committed locally. */
    BranchRef committedBranch(Xid xid, ResourceId resource, LockRequest... locks) {
      BranchRef ref = branch(xid);
      register(ref, resource, locks);
      report(ref, LocalEnd.LOCALLY_COMMITTED);
      return ref;
    }

    Response commit(Xid xid, BranchReport... reports) {
      return ask(new CommitTransaction(xid, List.of(reports)));
    }

    Response rollback(Xid xid) {
      return ask(new RollbackTransaction(xid, List.of(), "test", 0));
    }

    Response result(BranchRef ref, ResourceId resource, BranchResult.Outcome outcome) {
      return ask(new PhaseTwoResults(List.of(new BranchResult(ref, resource, outcome, "detail"))));
    }

    /** Lets gathered work be sent and takes it. */
    List<BranchCommand> work() {
      loop.advance(Duration.ofMillis(20));
      return link.takeCommands();
    }
  }
}
