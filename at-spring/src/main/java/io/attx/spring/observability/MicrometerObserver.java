package io.attx.spring.observability;

import io.attx.GlobalStatus;
import io.attx.LocalEnd;
import io.attx.ResourceId;
import io.attx.Xid;
import io.attx.client.ClientObserver;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchResult;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the client does into observations, and so into spans of the application's trace, and
 * into meters.
 *
 * <ul>
 *   <li>{@code attx.transaction} (name, outcome; xid): from begin to decision. It is the current
 *       observation meanwhile, so that what the work does are its children.
 *   <li>{@code attx.branch} (database, outcome; xid): from the first statement to the local end. It
 *       is a child of what is current then, also in a service that joined.
 *   <li>{@code attx.decision} (outcome), {@code attx.lock.wait} (database, granted), {@code
 *       attx.undo.rows}, {@code attx.undo.bytes} (database), {@code attx.phase.two} (database,
 *       action, outcome).
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class MicrometerObserver implements ClientObserver {

  private static final String DATABASE = "database";
  private static final String OUTCOME = "outcome";
  private static final String XID = "xid";

  private final Supplier<ObservationRegistry> observations;
  private final Supplier<MeterRegistry> meters;

  /**
   * An observer.
   *
   * @param observations asked at each event, so that making the client does not make the registry
   * @param meters asked like the observations
   */
  public MicrometerObserver(
      Supplier<ObservationRegistry> observations, Supplier<MeterRegistry> meters) {
    this.observations = observations;
    this.meters = meters;
  }

  @Override
  public TransactionWatch begun(Xid xid, String name) {
    Observation observation =
        Observation.createNotStarted("attx.transaction", observations.get())
            .contextualName(name.isEmpty() ? "global transaction" : "global transaction " + name)
            .lowCardinalityKeyValue("name", name.isEmpty() ? "none" : name)
            .lowCardinalityKeyValue(OUTCOME, "none")
            .highCardinalityKeyValue(XID, xid.toString())
            .start();
    return new Transaction(observation, meters);
  }

  @Override
  public BranchWatch opened(Xid xid, ResourceId resource, String description) {
    Observation observation =
        Observation.createNotStarted("attx.branch", observations.get())
            .contextualName("branch on " + description)
            .lowCardinalityKeyValue(DATABASE, description)
            .lowCardinalityKeyValue(OUTCOME, "none")
            .highCardinalityKeyValue(XID, xid.toString())
            .start();
    return new Branch(observation, meters.get(), description);
  }

  @Override
  public void phaseTwo(
      String description,
      BranchCommand.Action action,
      BranchResult.Outcome outcome,
      Duration took) {
    meters
        .get()
        .timer(
            "attx.phase.two", DATABASE, description, "action", text(action), OUTCOME, text(outcome))
        .record(took);
  }

  private static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** What a caller of the transaction cares for. */
  private static String outcome(GlobalStatus status) {
    return switch (status) {
      case COMMITTING, COMMITTED -> "committed";
      case ROLLING_BACK, ROLLED_BACK -> "rolled_back";
      case ACTIVE, COMMIT_PENDING, UNKNOWN -> "unknown";
    };
  }

  /** One global transaction; its scope is closed on the thread that opened it. */
  private static final class Transaction implements TransactionWatch {
    private final Observation observation;
    private final Supplier<MeterRegistry> meters;
    private final Observation.Scope scope;
    private final Thread thread = Thread.currentThread();
    private volatile long decidingNanos;

    Transaction(Observation observation, Supplier<MeterRegistry> meters) {
      this.observation = observation;
      this.meters = meters;
      this.scope = observation.openScope();
    }

    @Override
    public void deciding() {
      decidingNanos = meters.get().config().clock().monotonicTime();
      observation.event(Observation.Event.of("attx.deciding", "the coordinator is asked"));
    }

    @Override
    public void ended(GlobalStatus status, @Nullable Throwable failure) {
      if (decidingNanos != 0) {
        long took = meters.get().config().clock().monotonicTime() - decidingNanos;
        meters
            .get()
            .timer("attx.decision", OUTCOME, outcome(status))
            .record(Duration.ofNanos(took));
      }
      observation.lowCardinalityKeyValue(OUTCOME, outcome(status));
      if (failure != null) {
        observation.error(failure);
      }
      if (thread == Thread.currentThread()) {
        scope.close();
      }
      observation.stop();
    }
  }

  /** One branch. It has no scope, since it may end on another thread than it began. */
  private record Branch(Observation observation, MeterRegistry meters, String description)
      implements BranchWatch {

    @Override
    public void undoWritten(int rows, long bytes) {
      meters.summary("attx.undo.rows", DATABASE, description).record(rows);
      meters.summary("attx.undo.bytes", DATABASE, description).record((double) bytes);
    }

    @Override
    public void locked(Duration waited, boolean granted) {
      meters
          .timer("attx.lock.wait", DATABASE, description, "granted", Boolean.toString(granted))
          .record(waited);
    }

    @Override
    public void ended(LocalEnd how) {
      observation.lowCardinalityKeyValue(OUTCOME, outcome(how)).stop();
    }

    private static String outcome(LocalEnd how) {
      return switch (how) {
        case LOCALLY_COMMITTED -> "committed";
        case FAILED -> "rolled_back";
        case UNKNOWN -> "unknown";
      };
    }
  }
}
