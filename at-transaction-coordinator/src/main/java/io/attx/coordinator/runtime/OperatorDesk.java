package io.attx.coordinator.runtime;

import io.attx.BranchRef;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.Xid;
import io.attx.coordinator.state.AuditEntry;
import io.attx.coordinator.state.Branch;
import io.attx.coordinator.state.Command;
import io.attx.coordinator.state.CoordinatorState;
import io.attx.coordinator.state.Outcome;
import io.attx.coordinator.state.Quarantine;
import io.attx.coordinator.state.Transaction;
import io.attx.protocol.DirtyCase;
import io.attx.protocol.FetchValue;
import io.attx.protocol.FetchedValue;
import io.attx.protocol.Refused;
import io.attx.protocol.ResourceAnnouncement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What people ask of the coordinator. Every answer is a copy, made on the event loop; it fails with
 * {@link NotServingException} where this node does not lead. Thread-safe; nothing blocks.
 */
public final class OperatorDesk {
  private static final int MAX_WAITERS_SHOWN = 10;

  private final EventLoop loop;
  private final Office office;

  /** Where state and leader are found, on the event loop. */
  interface Office {
    /** The leader; null while this node does not serve. */
    @Nullable Leader serving();

    /** The state of the moment. */
    CoordinatorState state();
  }

  OperatorDesk(EventLoop loop, Office office) {
    this.loop = loop;
    this.office = office;
  }

  private <T> CompletableFuture<T> ask(BiConsumer<Leader, CompletableFuture<T>> task) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(
        () -> {
          Leader leader = office.serving();
          if (leader == null) {
            answer.completeExceptionally(
                new NotServingException("this coordinator does not lead now"));
          } else {
            task.accept(leader, answer);
          }
        });
    return answer;
  }

  private <T> CompletableFuture<T> look(BiFunction<Leader, CoordinatorState, T> view) {
    return ask((leader, answer) -> answer.complete(view.apply(leader, office.state())));
  }

  // ---- looking ----

  /**
   * Branches in quarantine, oldest transaction first.
   *
   * @param table only those with a dirty row of this table; null for all
   */
  public CompletableFuture<Page<DirtyBranch>> dirty(@Nullable String table, int skip, int limit) {
    return look(
        (leader, state) -> {
          long total = 0;
          List<DirtyBranch> found = new ArrayList<>();
          for (Transaction transaction : state.transactions()) {
            if (transaction.quarantined() == 0) {
              continue;
            }
            for (Branch branch : transaction.branches()) {
              Quarantine quarantine = branch.quarantine();
              if (quarantine != null && (table == null || concerns(quarantine, table))) {
                if (total++ >= skip && found.size() < limit) {
                  found.add(view(leader, branch, quarantine));
                }
              }
            }
          }
          return new Page<>(total, found);
        });
  }

  private static boolean concerns(Quarantine quarantine, String table) {
    return quarantine.cases().cases().stream().anyMatch(row -> isOf(row, table));
  }

  /** Whether a row is of a table, whose name may be given without its schema. */
  static boolean isOf(DirtyCase row, String table) {
    String name = row.table();
    return name.equalsIgnoreCase(table)
        || name.regionMatches(
            true, name.length() - table.length() - 1, "." + table, 0, table.length() + 1);
  }

  /** One branch in quarantine, or null. */
  public CompletableFuture<@Nullable DirtyBranch> dirty(BranchRef ref) {
    return this.<@Nullable DirtyBranch>look(
        (leader, state) -> {
          Branch branch = state.branch(ref);
          Quarantine quarantine = branch == null ? null : branch.quarantine();
          return branch == null || quarantine == null ? null : view(leader, branch, quarantine);
        });
  }

  private static DirtyBranch view(Leader leader, Branch branch, Quarantine quarantine) {
    PhaseTwoQueue queue = leader.dispatcher().find(branch.resource());
    Transaction transaction = branch.transaction();
    return new DirtyBranch(
        branch.ref(),
        branch.resource(),
        description(queue),
        branch.application(),
        transaction.name(),
        transaction.reason(),
        branch.detail(),
        quarantine,
        branch.locks().size(),
        branch.attachment() instanceof PhaseTwoWork work ? work.obstacle : "",
        queue == null ? 0 : queue.servers().size());
  }

  private static String description(@Nullable PhaseTwoQueue queue) {
    if (queue != null) {
      for (Client client : queue.servers()) {
        ResourceAnnouncement announced = client.resources.get(queue.resource());
        if (announced != null) {
          return announced.description();
        }
      }
    }
    return "";
  }

  /** One transaction of which something is left to do, or null; branches cut at the limit. */
  public CompletableFuture<@Nullable TransactionDetail> transaction(Xid xid, int limit) {
    return this.<@Nullable TransactionDetail>look(
        (leader, state) -> {
          Transaction transaction = state.transaction(xid);
          if (transaction == null) {
            return null;
          }
          List<TransactionDetail.BranchLine> lines = new ArrayList<>();
          for (Branch branch : transaction.branches()) {
            if (lines.size() < limit) {
              lines.add(
                  new TransactionDetail.BranchLine(
                      branch.id(),
                      branch.resource(),
                      branch.application(),
                      branch.state(),
                      branch.end(),
                      branch.locks().size(),
                      branch.detail()));
            }
          }
          long now = leader.clock().now();
          return new TransactionDetail(StatusReport.line(transaction, now), lines);
        });
  }

  /** What became of a transaction, also of one that ended lately. */
  public CompletableFuture<Outcome.Status> status(Xid xid) {
    return look((leader, state) -> state.status(xid));
  }

  /**
   * Row locks, by the begin of their transactions. A lock that two branches of one transaction
   * asked for is there twice.
   *
   * @param resource only of this lock space; null for all
   * @param xid only of this transaction; null for all
   */
  public CompletableFuture<Page<HeldLock>> locks(
      @Nullable ResourceId resource, @Nullable Xid xid, int skip, int limit) {
    return look(
        (leader, state) -> {
          long total = 0;
          List<HeldLock> found = new ArrayList<>();
          for (Transaction transaction : state.transactions()) {
            if (xid != null && !xid.equals(transaction.xid())) {
              continue;
            }
            for (Branch branch : transaction.branches()) {
              if (resource != null && !resource.equals(branch.resource())) {
                continue;
              }
              int from = (int) Math.max(0, Math.min(branch.locks().size(), skip - total));
              for (int i = from; i < branch.locks().size() && found.size() < limit; i++) {
                found.add(held(leader, branch, branch.locks().get(i)));
              }
              total += branch.locks().size();
            }
          }
          return new Page<>(total, found);
        });
  }

  private static HeldLock held(Leader leader, Branch branch, LockRequest lock) {
    return new HeldLock(
        branch.resource(),
        lock.key(),
        lock.mode(),
        branch.ref(),
        leader.waits().waiters(branch.resource(), lock.key(), MAX_WAITERS_SHOWN));
  }

  /** Entries of the audit trail with a number above {@code after}, oldest first. */
  public CompletableFuture<Page<AuditEntry>> audit(long after, int limit) {
    return look(
        (leader, state) -> new Page<>(state.audit().next() - 1, state.audit().after(after, limit)));
  }

  // ---- acting ----

  /** Rolls a transaction back unless it is decided; the answer is its state. */
  public CompletableFuture<Outcome.Status> rollback(Xid xid, String operator, String reason) {
    return ask(
        (leader, answer) ->
            leader.propose(
                new Command.ForceRollback(xid, operator, reason, loop.wallMillis()),
                new Answering<Outcome.Status>(answer) {
                  @Override
                  void accepted(Outcome outcome) {
                    answer.complete((Outcome.Status) outcome);
                  }
                }));
  }

  /**
   * Decides about dirty rows.
   *
   * @param wait how long to wait for the end; when it is over the answer is RUNNING
   */
  public CompletableFuture<ResolveAnswer> resolve(ResolveRequest request, Duration wait) {
    return ask(
        (leader, answer) -> {
          BranchRef ref = request.branch();
          Branch branch = office.state().branch(ref);
          Quarantine quarantine = branch == null ? null : branch.quarantine();
          if (quarantine == null) {
            answer.complete(
                new ResolveAnswer(
                    ref,
                    ResolveAnswer.State.NOT_FOUND,
                    0,
                    0,
                    "branch " + ref + " is not in quarantine"));
            return;
          }
          Decisions decisions = Decisions.of(request, quarantine);
          if (decisions.problem() != null) {
            answer.complete(decisions.problem());
            return;
          }
          Command.Resolve command =
              new Command.Resolve(
                  ref,
                  request.report() == 0 ? quarantine.report() : request.report(),
                  decisions.rows(),
                  decisions.others(),
                  request.operator(),
                  request.reason(),
                  loop.wallMillis());
          leader.propose(command, new Resolving(leader, ref, wait, answer));
        });
  }

  /** Reads a value of a dirty row that was abbreviated. */
  public CompletableFuture<FetchedValue> fetch(
      BranchRef ref,
      String row,
      String column,
      FetchValue.Image image,
      long offset,
      Duration wait) {
    return ask(
        (leader, answer) -> {
          Branch branch = office.state().branch(ref);
          PhaseTwoQueue queue = branch == null ? null : leader.dispatcher().find(branch.resource());
          Client server = queue == null ? null : queue.anyServer();
          FetchValue question =
              new FetchValue(
                  leader.calls().nextFetch(),
                  ref,
                  branch == null ? new ResourceId("-") : branch.resource(),
                  row,
                  column,
                  image,
                  offset);
          ClientLink link = server == null ? null : server.link;
          CompletableFuture<FetchedValue> fetched =
              link == null ? null : leader.calls().fetch(question);
          if (link == null || fetched == null) {
            answer.complete(
                FetchedValue.problem(
                    question, "no application that serves the resource is connected; try again"));
            return;
          }
          link.push(question);
          var unused =
              fetched
                  .completeOnTimeout(
                      FetchedValue.problem(question, "the application did not answer in time"),
                      wait.toMillis(),
                      TimeUnit.MILLISECONDS)
                  .whenComplete(
                      (value, failure) -> {
                        loop.execute(() -> leader.calls().giveUpFetch(question.call()));
                        pass(value, failure, answer);
                      });
        });
  }

  private static <T> void pass(
      @Nullable T value, @Nullable Throwable failure, CompletableFuture<T> answer) {
    if (value != null) {
      answer.complete(value);
    } else {
      answer.completeExceptionally(
          failure == null ? new IllegalStateException("no answer") : failure);
    }
  }

  private abstract static class Answering<T> implements Pending {
    private final CompletableFuture<T> answer;

    Answering(CompletableFuture<T> answer) {
      this.answer = answer;
    }

    abstract void accepted(Outcome outcome);

    @Override
    public void applied(Outcome outcome, long index) {
      accepted(outcome);
    }

    @Override
    public void failed(Refused refused) {
      answer.completeExceptionally(new NotServingException(refused.message()));
    }
  }

  /** A decision on its way through the log, and then to its end. */
  private static final class Resolving extends Answering<ResolveAnswer> {
    private final Leader leader;
    private final BranchRef ref;
    private final Duration wait;
    private final CompletableFuture<ResolveAnswer> answer;

    Resolving(
        Leader leader, BranchRef ref, Duration wait, CompletableFuture<ResolveAnswer> answer) {
      super(answer);
      this.leader = leader;
      this.ref = ref;
      this.wait = wait;
      this.answer = answer;
    }

    @Override
    void accepted(Outcome outcome) {
      if (outcome instanceof Outcome.NotResolved not) {
        ResolveAnswer.State state =
            switch (not.why()) {
              case NOT_FOUND -> ResolveAnswer.State.NOT_FOUND;
              case CHANGED_SINCE -> ResolveAnswer.State.CHANGED_SINCE;
              case INVALID -> ResolveAnswer.State.INVALID;
            };
        answer.complete(new ResolveAnswer(ref, state, 0, 0, not.message()));
      } else if (outcome instanceof Outcome.Recorded recorded) {
        answer.complete(
            new ResolveAnswer(
                ref,
                ResolveAnswer.State.RECORDED,
                0,
                recorded.open(),
                "noted; " + recorded.open() + " rows of the branch have no decision yet"));
      } else if (outcome instanceof Outcome.Resolving resolving) {
        await(resolving.number());
      } else {
        throw new IllegalStateException("a decision came to " + outcome);
      }
    }

    private void await(long number) {
      var unused =
          leader
              .calls()
              .resolution(number)
              .thenApply(ended -> answered(number, ended))
              .completeOnTimeout(
                  new ResolveAnswer(
                      ref,
                      ResolveAnswer.State.RUNNING,
                      number,
                      0,
                      "decision " + number + " is being carried out; look at the case again"),
                  wait.toMillis(),
                  TimeUnit.MILLISECONDS)
              .whenComplete((value, failure) -> pass(value, failure, answer));
    }

    private ResolveAnswer answered(long number, OperatorCalls.Ended ended) {
      ResolveAnswer.State state =
          switch (ended.end()) {
            case UNDONE -> ResolveAnswer.State.UNDONE;
            case HELD -> ResolveAnswer.State.HELD;
            case REFUSED -> ResolveAnswer.State.REFUSED;
            case REPLACED -> ResolveAnswer.State.RUNNING;
          };
      return new ResolveAnswer(ref, state, number, 0, ended.outcome());
    }
  }
}
