package io.attx.coordinator.testing;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.BranchType;
import io.attx.LocalEnd;
import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.Xid;
import io.attx.protocol.AnnounceResources;
import io.attx.protocol.BeginInfo;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchReport;
import io.attx.protocol.BranchResult;
import io.attx.protocol.CommitTransaction;
import io.attx.protocol.Hello;
import io.attx.protocol.HelloAccepted;
import io.attx.protocol.PhaseTwo;
import io.attx.protocol.PhaseTwoResults;
import io.attx.protocol.Push;
import io.attx.protocol.QueryTransaction;
import io.attx.protocol.RegisterBranch;
import io.attx.protocol.Request;
import io.attx.protocol.ResourceAnnouncement;
import io.attx.protocol.Response;
import io.attx.protocol.SessionTicket;
import io.attx.protocol.TransactionOutcome;
import io.attx.transport.HostPort;
import io.attx.transport.RpcClient;
import io.attx.transport.RpcIo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client at the level of messages, whose phase two always succeeds at once when asked to. */
public final class WireClient implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final RpcIo io = RpcIo.start(System::nanoTime);
  private final RpcClient rpc;
  private final AtomicLong numbers = new AtomicLong();
  private volatile boolean phaseTwoWorks;
  private volatile Consumer<Push> pushed = push -> {};
  private volatile SessionTicket ticket = new SessionTicket(0, 0, 0, 0);

  private WireClient(int port, boolean phaseTwoWorks) throws Exception {
    this.phaseTwoWorks = phaseTwoWorks;
    try {
      this.rpc =
          io.connect(HostPort.parse("127.0.0.1:" + port), TIMEOUT, new Pushes())
              .get(15, TimeUnit.SECONDS);
    } catch (Exception e) {
      io.close();
      throw e;
    }
  }

  /** Connects without a hello. */
  public static WireClient connect(int port) throws Exception {
    return new WireClient(port, false);
  }

  /** Connects, opens a session and announces the resource. */
  public static WireClient open(int port, String token, boolean phaseTwoWorks) throws Exception {
    WireClient client = new WireClient(port, phaseTwoWorks);
    Response answer = client.hello(token, null);
    if (!(answer instanceof HelloAccepted)) {
      client.close();
      throw new AssertionError("not accepted: " + answer);
    }
    client.announce(resource("r"));
    return client;
  }

  /** From now on every push also goes there, on the I/O thread. */
  public void onPush(Consumer<Push> listener) {
    this.pushed = listener;
  }

  public static ResourceId resource(String name) {
    return new ResourceId(name);
  }

  public Response hello(String token, @Nullable SessionTicket resume) {
    Response answer = call(new Hello(2, 2, token, "wire-client", resume));
    if (answer instanceof HelloAccepted accepted) {
      ticket = accepted.ticket();
    }
    return answer;
  }

  public Response announce(ResourceId resource) {
    return call(new AnnounceResources(List.of(new ResourceAnnouncement(resource, "", "test"))));
  }

  public SessionTicket ticket() {
    return ticket;
  }

  public Response call(Request request) {
    return send(request).join();
  }

  public CompletableFuture<Response> send(Request request) {
    return rpc.request(request, TIMEOUT);
  }

  public void send(Request request, RpcClient.ResponseHandler then) {
    rpc.send(request, TIMEOUT, then);
  }

  public Xid newXid() {
    return new Xid(ticket.cluster(), ticket.session(), numbers.incrementAndGet());
  }

  public BranchId newBranch() {
    return new BranchId(ticket.session(), numbers.incrementAndGet());
  }

  /** Registers a branch with one row lock; the first of a transaction begins it. */
  public RegisterBranch register(Xid xid, BranchId branch, boolean begins, String row) {
    return new RegisterBranch(
        xid,
        begins ? new BeginInfo("test", 60_000) : null,
        branch,
        BranchType.AT,
        resource("r"),
        List.of(new LockRequest(RowLockKey.primaryKey("t").text(row).build(), LockMode.EXCLUSIVE)),
        0,
        false);
  }

  /** Commits a transaction with the given branches, all reported as locally committed. */
  public CommitTransaction commit(Xid xid, BranchId... branches) {
    List<BranchReport> reports = new ArrayList<>();
    for (BranchId branch : branches) {
      reports.add(new BranchReport(new BranchRef(xid, branch), LocalEnd.LOCALLY_COMMITTED));
    }
    return new CommitTransaction(xid, reports);
  }

  public TransactionOutcome query(Xid xid) {
    Response answer = call(new QueryTransaction(xid));
    if (answer instanceof TransactionOutcome outcome) {
      return outcome;
    }
    throw new AssertionError("not an outcome: " + answer);
  }

  private final class Pushes implements RpcClient.Listener {
    @Override
    public void push(RpcClient client, Push push) {
      pushed.accept(push);
      if (push instanceof PhaseTwo work && phaseTwoWorks) {
        List<BranchResult> results = new ArrayList<>();
        for (BranchCommand command : work.commands()) {
          results.add(result(command));
        }
        send(new PhaseTwoResults(results)).exceptionally(gone -> null);
      }
    }

    @Override
    public void closed(RpcClient client, Throwable reason) {}
  }

  private static BranchResult result(BranchCommand command) {
    BranchResult.Outcome outcome =
        command.action() == BranchCommand.Action.ROLLBACK
            ? BranchResult.Outcome.UNDONE
            : BranchResult.Outcome.UNDO_DELETED;
    return new BranchResult(command.ref(), command.resource(), outcome, "");
  }

  /** Whether the server closed the connection within the time. */
  public boolean isRefusedAfterClose() {
    try {
      call(new QueryTransaction(new Xid(1, 1, 1)));
      return false;
    } catch (CompletionException e) {
      return true;
    }
  }

  @Override
  public void close() {
    rpc.close();
    io.close();
  }
}
