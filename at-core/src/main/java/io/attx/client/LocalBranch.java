package io.attx.client;

import io.attx.AttxException;
import io.attx.BranchRef;
import io.attx.BranchType;
import io.attx.LocalEnd;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.protocol.BranchGranted;
import io.attx.protocol.BranchReport;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.RegisterBranch;
import io.attx.protocol.Response;
import io.attx.protocol.codec.ProtocolException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A branch of this process, kept until the coordinator has acknowledged how it ended. */
final class LocalBranch implements ClientBranch {
  private static final Logger LOG = LoggerFactory.getLogger(LocalBranch.class);

  private final DefaultAtClient client;
  private final BranchRef ref;
  private final ResourceId resource;
  private final Participation participation;
  private final @Nullable OwnedTransaction owner;
  private final AtomicReference<@Nullable LocalEnd> end = new AtomicReference<>();
  private final AtomicBoolean registered = new AtomicBoolean();
  private final AtomicBoolean reporting = new AtomicBoolean();
  private volatile ClientObserver.BranchWatch watch = Observation.UNWATCHED_BRANCH;
  private volatile boolean wanted;

  /**
   * A branch.
   *
   * @param owner the transaction, where this process began it
   */
  LocalBranch(
      DefaultAtClient client,
      BranchRef ref,
      ResourceId resource,
      Participation participation,
      @Nullable OwnedTransaction owner) {
    this.client = client;
    this.ref = ref;
    this.resource = resource;
    this.participation = participation;
    this.owner = owner;
  }

  @Override
  public BranchRef ref() {
    return ref;
  }

  /** From now on it is watched. */
  void watchedBy(ClientObserver.BranchWatch watching) {
    watch = watching;
  }

  ResourceId resource() {
    return resource;
  }

  boolean isOpen() {
    return end.get() == null;
  }

  @Override
  public CompletableFuture<Grant> register(
      List<LockRequest> locks, Duration wait, boolean holdsRowLocks) {
    if (end.get() != null || registered.get()) {
      throw new IllegalStateException(
          "branch "
              + ref
              + " has "
              + (end.get() == null ? "been registered" : "ended")
              + " before");
    }
    Duration longest = wait;
    if (owner != null) {
      Duration left = owner.timeLeft();
      if (owner.isOver() || left.isNegative() || left.isZero()) {
        return refused(
            RefusalCode.TRANSACTION_ENDED,
            "branch " + ref + " cannot register: " + owner.whyOver() + "; roll back");
      }
      longest = wait.compareTo(left) < 0 ? wait : left;
    }
    registered.set(true);
    RegisterBranch request =
        new RegisterBranch(
            ref.xid(),
            owner == null ? null : owner.beginToSend(),
            ref.branch(),
            BranchType.AT,
            resource,
            locks,
            longest.toMillis(),
            holdsRowLocks);
    long asked = client.nanoTime();
    LinkCall call = client.link().call(request, longest.plus(client.requestTimeout()));
    return call.handle(
        (response, failure) -> {
          Duration waited = Duration.ofNanos(client.nanoTime() - asked);
          watch.locked(waited, response instanceof BranchGranted);
          return answered(call, response, failure);
        });
  }

  private Grant answered(LinkCall call, @Nullable Response response, @Nullable Throwable failure) {
    if (response instanceof BranchGranted granted) {
      long deadline = call.sentNanos() + TimeUnit.MILLISECONDS.toNanos(granted.remainingMillis());
      if (owner != null) {
        owner.begun();
        deadline = owner.earlier(deadline);
      } else if (participation instanceof JoinedTransaction joined) {
        joined.learnDeadline(deadline);
      }
      return new Grant(deadline);
    }
    if (response instanceof Refused refused) {
      throw new BranchRefusedException(
          refused.code(),
          "branch " + ref + " on " + resource + " was refused: " + refused.message(),
          refused.holder());
    }
    if (failure instanceof ProtocolException tooLarge) {
      throw new BranchRefusedException(
          RefusalCode.BAD_REQUEST,
          "branch " + ref + " on " + resource + " cannot register: " + tooLarge.getMessage(),
          null);
    }
    if (failure != null) {
      throw failure instanceof AttxException known ? known : new CompletionException(failure);
    }
    throw new AttxException(
        "branch " + ref + " on " + resource + ": the coordinator answered with " + response);
  }

  private static CompletableFuture<Grant> refused(RefusalCode code, String message) {
    return CompletableFuture.failedFuture(new BranchRefusedException(code, message, null));
  }

  @Override
  public void undoWritten(int rows, long bytes) {
    watch.undoWritten(rows, bytes);
  }

  @Override
  public void ended(LocalEnd how) {
    if (!end.compareAndSet(null, how)) {
      LOG.warn("branch {} ended as {} but had ended as {} before", ref, how, end.get());
      return;
    }
    watch.ended(how);
    boolean tell = registered.get();
    if (!tell) {
      client.branches().forget(ref);
    }
    boolean rides = owner != null && owner.branchEnded(this, tell && !wanted);
    if (tell && !rides) {
      client.branches().report(this);
    }
  }

  /** The coordinator asks: from now on the end is reported at once and does not ride. */
  void askedFor() {
    wanted = true;
    if (end.get() != null) {
      client.branches().report(this);
    }
  }

  /** How it ended; only after it has. */
  BranchReport report() {
    LocalEnd how = end.get();
    if (how == null) {
      throw new IllegalStateException("branch " + ref + " is open");
    }
    return new BranchReport(ref, how);
  }

  /** Whether the caller may send the report; false where it is on its way already. */
  boolean startReporting() {
    return reporting.compareAndSet(false, true);
  }

  /** Whether the coordinator must not decide without knowing of it. */
  boolean mayHaveChangedSomething() {
    return registered.get() && end.get() != LocalEnd.FAILED;
  }

  DefaultAtClient client() {
    return client;
  }

  @Override
  public String toString() {
    return "branch " + ref.branch() + " on " + resource;
  }
}
