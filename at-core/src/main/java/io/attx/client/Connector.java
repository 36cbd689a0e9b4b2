package io.attx.client;

import io.attx.AttxException;
import io.attx.BranchRef;
import io.attx.CoordinatorUnavailableException;
import io.attx.protocol.Hello;
import io.attx.protocol.HelloAccepted;
import io.attx.protocol.ProtocolVersion;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.Response;
import io.attx.protocol.SessionTicket;
import io.attx.transport.HostPort;
import io.attx.transport.RpcClient;
import io.attx.transport.RpcIo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the leader and says hello: walks the list of coordinators with jittered exponential
 * back-off, follows redirects, resumes the session or opens a new one. Lives on the I/O thread; the
 * getters are for any thread.
 */
final class Connector {
  private static final Logger LOG = LoggerFactory.getLogger(Connector.class);
  private static final int MAX_REDIRECTS = 5;

  private final RpcIo io;
  private final AtClientOptions options;
  private final ClientTuning tuning;
  private final CoordinatorLink.Random random;
  private final CoordinatorLink link;
  private final List<HostPort> coordinators;
  private final Map<Long, Session> sessions = new ConcurrentHashMap<>();
  private volatile @Nullable Session session;
  private volatile @Nullable Throwable lastFailure;

  private boolean resume;
  private long position;
  private int next;
  private int failures;
  private int redirects;
  private @Nullable HostPort redirect;
  private @Nullable String complaint;
  private boolean closed;

  Connector(
      RpcIo io,
      AtClientOptions options,
      ClientTuning tuning,
      CoordinatorLink.Random random,
      CoordinatorLink link) {
    this.io = io;
    this.options = options;
    this.tuning = tuning;
    this.random = random;
    this.link = link;
    this.coordinators = options.coordinators().stream().map(HostPort::parse).toList();
  }

  @Nullable Session session() {
    return session;
  }

  @Nullable Throwable lastFailure() {
    return lastFailure;
  }

  /** Whether one of the sessions of this client gave out the id. */
  boolean issued(BranchRef ref) {
    Session owner = sessions.get(ref.branch().session());
    return owner != null
        && owner.ticket().cluster() == ref.xid().cluster()
        && owner.issued(ref.branch());
  }

  /** What was acknowledged is shown at the next hello, so that no coordinator behind it serves. */
  void acknowledged(long acknowledged) {
    failures = 0; // Only a coordinator that serves ends the back-off, not one that only greets.
    position = Math.max(position, acknowledged);
  }

  // ---- why to connect ----

  void lost(Throwable reason) {
    lastFailure = reason;
    connectAfter(backoff());
  }

  void leaderMoved(Refused refused) {
    lastFailure = refusal(refused, "the coordinator");
    follow(refused);
  }

  void sessionExpired() {
    resume = false;
    lastFailure = new CoordinatorUnavailableException("the session expired", null);
    connectAfter(Duration.ZERO);
  }

  void close() {
    closed = true;
  }

  // ---- connecting ----

  void connect() {
    if (closed) {
      return;
    }
    HostPort target = redirect;
    redirect = null;
    if (target == null) {
      target = coordinators.get(next);
      next = (next + 1) % coordinators.size();
    }
    var unused =
        io.connect(target, tuning.connectTimeout(), link)
            .whenComplete(
                (client, failure) -> {
                  if (failure == null) {
                    sayHello(client);
                  } else {
                    attemptFailed(failure);
                  }
                });
  }

  private void sayHello(RpcClient client) {
    if (closed) {
      client.close();
      return;
    }
    Session current = session;
    SessionTicket ticket = current != null && resume ? current.ticketAt(position) : null;
    Hello hello =
        new Hello(
            ProtocolVersion.OLDEST,
            ProtocolVersion.NEWEST,
            options.token(),
            options.application(),
            ticket);
    client.send(
        hello,
        tuning.connectTimeout(),
        new RpcClient.ResponseHandler() {
          @Override
          public void answered(Response response, long sentNanos) {
            helloAnswered(client, response);
          }

          @Override
          public void failed(AttxException reason) {
            client.close();
            attemptFailed(reason);
          }
        });
  }

  private void helloAnswered(RpcClient client, Response response) {
    if (closed) {
      client.close();
    } else if (response instanceof HelloAccepted accepted) {
      accepted(client, accepted);
    } else {
      client.close();
      if (response instanceof Refused refused) {
        refused(client.address(), refused);
      } else {
        attemptFailed(new AttxException("the coordinator answered Hello with " + response, null));
      }
    }
  }

  private void accepted(RpcClient client, HelloAccepted accepted) {
    SessionTicket ticket = accepted.ticket();
    Session current = session;
    if (current == null || !accepted.resumed() || !current.isSame(ticket)) {
      if (current == null || current.ticket().cluster() != ticket.cluster()) {
        position = 0; // The positions of another incarnation mean nothing here.
        sessions.clear();
      }
      session = new Session(ticket);
      sessions.put(ticket.session(), session);
    }
    position = Math.max(position, ticket.position());
    resume = true;
    redirects = 0;
    complaint = null;
    lastFailure = null;
    link.opened(client, accepted);
  }

  private void refused(HostPort address, Refused refused) {
    if (refused.code() == RefusalCode.NOT_LEADER) {
      lastFailure = refusal(refused, "the coordinator at " + address);
      follow(refused);
    } else if (refused.code() == RefusalCode.SESSION_EXPIRED && resume) {
      LOG.warn(
          "the session expired while the client was away; opening a new one: {}",
          refused.message());
      resume = false;
      connectAfter(Duration.ZERO);
    } else if (CoordinatorLink.isFinal(refused.code())) {
      AttxException failure = refusal(refused, "the coordinator at " + address);
      lastFailure = failure;
      complain(failure, true);
      connectAfter(tuning.refusedPause());
    } else {
      attemptFailed(refusal(refused, "the coordinator at " + address));
    }
  }

  private static AttxException refusal(Refused refused, String who) {
    String hint =
        switch (refused.code()) {
          case AUTHENTICATION -> " (check the token of this client)";
          case PROTOCOL_VERSION -> " (client and coordinator are of incompatible releases)";
          default -> "";
        };
    return new AttxException(
        who + " refuses this client: " + refused.code() + ": " + refused.message() + hint);
  }

  private void follow(Refused refused) {
    String leader = refused.leader();
    if (leader != null && ++redirects <= MAX_REDIRECTS) {
      try {
        redirect = HostPort.parse(leader);
        connectAfter(Duration.ZERO);
        return;
      } catch (IllegalArgumentException wrong) {
        LOG.warn("a coordinator names its leader in a way that is no address: {}", leader, wrong);
      }
    }
    redirects = 0;
    connectAfter(backoff());
  }

  private void attemptFailed(Throwable failure) {
    Throwable reason =
        failure instanceof CompletionException wrapper && wrapper.getCause() != null
            ? wrapper.getCause()
            : failure;
    if (closed) {
      return;
    }
    lastFailure = reason;
    complain(reason, false);
    connectAfter(backoff());
  }

  /** Each kind of trouble is told once until a session is open again. */
  private void complain(Throwable reason, boolean isFinal) {
    String message = String.valueOf(reason.getMessage());
    if (message.equals(complaint)) {
      LOG.debug("still: {}", message);
    } else if (isFinal) {
      LOG.error("{}; trying again every {} s", message, tuning.refusedPause().toMillis() / 1000.0);
    } else {
      LOG.warn("{}; trying again in the background", message);
    }
    complaint = message;
  }

  /** Doubles once per walk over the list; jittered to half at least. */
  private Duration backoff() {
    int walks = Math.min(16, failures++ / coordinators.size());
    long limit = Math.min(tuning.backoffMax().toNanos(), tuning.backoffMin().toNanos() << walks);
    return Duration.ofNanos((long) (limit * (0.5 + random.next() / 2)));
  }

  private void connectAfter(Duration pause) {
    io.schedule(this::connect, pause);
  }
}
