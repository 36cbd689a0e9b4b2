package io.attx.client;

import io.attx.GlobalStatus;
import io.attx.LocalEnd;
import io.attx.ResourceId;
import io.attx.Xid;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchResult;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps an observer from disturbing what it observes. Thread-safe. */
final class Observation implements ClientObserver {
  private static final Logger LOG = LoggerFactory.getLogger(Observation.class);

  /** Watches nothing. */
  static final TransactionWatch UNWATCHED = Nobody.NOBODY;

  /** Watches nothing. */
  static final BranchWatch UNWATCHED_BRANCH = Nobody.NOBODY;

  private final ClientObserver observer;

  private Observation(ClientObserver observer) {
    this.observer = observer;
  }

  /** The guarded observer, or one that does nothing. */
  static ClientObserver by(@Nullable ClientObserver observer) {
    return observer == null ? Nobody.NOBODY : new Observation(observer);
  }

  @Override
  public TransactionWatch begun(Xid xid, String name) {
    TransactionWatch watch = get(() -> observer.begun(xid, name), Nobody.NOBODY);
    return new TransactionWatch() {
      @Override
      public void deciding() {
        run(watch::deciding);
      }

      @Override
      public void ended(GlobalStatus status, @Nullable Throwable failure) {
        run(() -> watch.ended(status, failure));
      }
    };
  }

  @Override
  public BranchWatch opened(Xid xid, ResourceId resource, String description) {
    BranchWatch watch = get(() -> observer.opened(xid, resource, description), Nobody.NOBODY);
    return new BranchWatch() {
      @Override
      public void undoWritten(int rows, long bytes) {
        run(() -> watch.undoWritten(rows, bytes));
      }

      @Override
      public void locked(Duration waited, boolean granted) {
        run(() -> watch.locked(waited, granted));
      }

      @Override
      public void ended(LocalEnd how) {
        run(() -> watch.ended(how));
      }
    };
  }

  @Override
  public void phaseTwo(
      String description,
      BranchCommand.Action action,
      BranchResult.Outcome outcome,
      Duration took) {
    run(() -> observer.phaseTwo(description, action, outcome, took));
  }

  private static <T> T get(Supplier<T> call, T otherwise) {
    try {
      return call.get();
    } catch (RuntimeException failure) {
      LOG.warn("the observer of this client failed; it misses something", failure);
      return otherwise;
    }
  }

  private static void run(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException failure) {
      LOG.warn("the observer of this client failed; it misses something", failure);
    }
  }

  /** Where nobody looks, nothing is done. */
  private enum Nobody
      implements ClientObserver, ClientObserver.TransactionWatch, ClientObserver.BranchWatch {
    NOBODY;

    @Override
    public TransactionWatch begun(Xid xid, String name) {
      return this;
    }

    @Override
    public BranchWatch opened(Xid xid, ResourceId resource, String description) {
      return this;
    }

    @Override
    public void phaseTwo(
        String description,
        BranchCommand.Action action,
        BranchResult.Outcome outcome,
        Duration took) {}

    @Override
    public void deciding() {}

    @Override
    public void ended(GlobalStatus status, @Nullable Throwable failure) {}

    @Override
    public void undoWritten(int rows, long bytes) {}

    @Override
    public void locked(Duration waited, boolean granted) {}

    @Override
    public void ended(LocalEnd how) {}
  }
}
