package io.attx.coordinator.runtime;

import io.attx.LocalEnd;
import io.attx.Xid;
import io.attx.protocol.BeginInfo;
import io.attx.protocol.BeginTransaction;
import io.attx.protocol.BranchReport;
import io.attx.protocol.CommitTransaction;
import io.attx.protocol.Done;
import io.attx.protocol.Response;
import io.attx.protocol.RollbackTransaction;
import io.attx.protocol.TransactionOutcome;
import java.util.ArrayList;
import java.util.List;

/** One global transaction of a simulated business: some branches in some processes, then an end. */
final class SimTransaction {
  private final SimWorld world;
  private final SimProcess manager;
  private final List<SimProcess> services;
  private final Xid xid;
  private final BeginInfo begin;
  private final List<BranchReport> riding = new ArrayList<>();
  private int branchesLeft;
  private boolean begun;
  private boolean failed;
  private boolean ended;

  SimTransaction(SimWorld world, SimProcess manager, List<SimProcess> services) {
    this.world = world;
    this.manager = manager;
    this.services = services;
    this.xid = manager.newXid();
    this.begin = new BeginInfo("sim", 500 + world.random(15_000));
    this.branchesLeft = 1 + world.random(4);
  }

  void run() {
    // The business gives up waiting for a service that died.
    world.later(20_000, this::end);
    next();
  }

  private void next() {
    if (ended || !manager.owns(xid)) {
      return;
    }
    if (branchesLeft-- == 0) {
      end();
      return;
    }
    SimDatabase database = world.databases().get(world.random(world.databases().size()));
    List<String> rows = new ArrayList<>();
    for (String row : database.rows.keySet()) {
      if (rows.size() < 2 && world.random(3) == 0) {
        rows.add(row);
      }
    }
    if (rows.isEmpty()) {
      rows.add(database.rows.keySet().iterator().next());
    }
    SimProcess service = services.get(world.random(services.size()));
    if (service == manager) {
      manager.branch(xid, begin, database, rows, report -> branchDone(manager, report));
    } else {
      callService(service, database, rows);
    }
    if (world.random(12) == 0) {
      // The business ends the transaction while a branch is still open somewhere.
      failed |= world.random(2) == 0;
      world.later(world.random(30), this::end);
    }
  }

  private void callService(SimProcess service, SimDatabase database, List<String> rows) {
    Runnable call =
        () ->
            world.later(
                world.random(5),
                () ->
                    service.branch(
                        xid, null, database, rows, report -> branchDone(service, report)));
    if (begun) {
      call.run();
    } else {
      manager.ask(
          new BeginTransaction(xid, begin),
          response -> {
            if (response instanceof Done) {
              begun = true;
              call.run();
            } else {
              failed = true;
              end();
            }
          });
    }
  }

  private void branchDone(SimProcess service, BranchReport report) {
    if (service == manager && world.random(2) == 0) {
      riding.add(report);
    } else {
      service.report(report);
    }
    failed |= report.end() != LocalEnd.LOCALLY_COMMITTED;
    world.later(
        world.random(5),
        () -> {
          if (failed && world.random(3) > 0) {
            end();
          } else {
            next();
          }
        });
  }

  private void end() {
    if (ended || !manager.owns(xid)) {
      return;
    }
    if (!manager.isReady()) {
      world.later(100, this::end);
      return;
    }
    ended = true;
    List<BranchReport> reports = List.copyOf(riding);
    boolean commit = failed ? world.random(5) == 0 : world.random(5) > 0;
    manager.ask(
        commit
            ? new CommitTransaction(xid, reports)
            : new RollbackTransaction(xid, reports, "sim", world.random(3_000)),
        this::told);
    if (world.random(10) == 0) {
      manager.ask(new CommitTransaction(xid, List.of()), this::told);
    }
  }

  private void told(Response response) {
    if (response instanceof TransactionOutcome outcome) {
      world.shadow.told(xid, outcome.status());
    }
  }
}
