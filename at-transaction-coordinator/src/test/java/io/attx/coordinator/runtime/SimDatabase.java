package io.attx.coordinator.runtime;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.LocalEnd;
import io.attx.ResourceId;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchFate;
import io.attx.protocol.BranchResult;
import io.attx.protocol.DirtyCase;
import io.attx.protocol.DirtyCases;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.ResolveBranch;
import io.attx.protocol.RowDecision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A database of a few rows with row locks and an undo table, as phase one and two see it. */
final class SimDatabase {
  final ResourceId resource;
  final Map<String, Integer> rows = new LinkedHashMap<>();
  final Map<BranchId, UndoRow> undo = new HashMap<>();
  final List<Write> history = new ArrayList<>();

  /** Rows that somebody wrote to past the coordinator. */
  final Set<String> meddled = new HashSet<>();

  private final Map<String, LocalTransaction> rowLocks = new HashMap<>();
  private final Map<BranchId, LocalTransaction> open = new HashMap<>();

  enum UndoState {
    UNDO,
    UNDONE,
    FENCE
  }

  /** What came of undoing a branch. */
  record Undo(BranchResult.Outcome outcome, DirtyCases cases) {
    static Undo of(BranchResult.Outcome outcome) {
      return new Undo(outcome, DirtyCases.NONE);
    }
  }

  record Image(String row, int before, int after) {}

  record UndoRow(BranchRef ref, UndoState state, List<Image> images) {}

  record Write(BranchRef ref, Image image) {}

  /** A local transaction that has changed rows and is open; its undo row follows. */
  static final class LocalTransaction {
    final BranchRef ref;
    final List<Image> images = new ArrayList<>();
    boolean undoInserted;
    boolean fenced;

    LocalTransaction(BranchRef ref) {
      this.ref = ref;
    }
  }

  SimDatabase(ResourceId resource, int rowCount) {
    this.resource = resource;
    for (int i = 0; i < rowCount; i++) {
      rows.put("r" + i, 0);
    }
  }

  /** Locks and changes rows; null where a row is locked. */
  LocalTransaction begin(BranchRef ref, List<String> names, int value) {
    if (names.stream().anyMatch(rowLocks::containsKey)) {
      return null;
    }
    LocalTransaction local = new LocalTransaction(ref);
    for (String name : names) {
      rowLocks.put(name, local);
      local.images.add(new Image(name, rows.get(name), value));
    }
    open.put(ref.branch(), local);
    return local;
  }

  /** The primary key of the undo table decides between the undo row and a fence. */
  void insertUndo(LocalTransaction local) {
    local.fenced = undo.containsKey(local.ref.branch());
    local.undoInserted = !local.fenced;
  }

  void commit(LocalTransaction local) {
    if (open.remove(local.ref.branch()) != local) {
      return;
    }
    if (!local.undoInserted) {
      throw new AssertionError("UndoRowCommitsWithTheRows: " + local.ref);
    }
    for (Image image : local.images) {
      rows.put(image.row(), image.after());
      rowLocks.remove(image.row());
      history.add(new Write(local.ref, image));
    }
    undo.put(local.ref.branch(), new UndoRow(local.ref, UndoState.UNDO, local.images));
  }

  void rollback(LocalTransaction local) {
    if (open.remove(local.ref.branch()) == local) {
      local.images.forEach(image -> rowLocks.remove(image.row()));
    }
  }

  boolean isOpen(LocalTransaction local) {
    return open.get(local.ref.branch()) == local;
  }

  /** Whether the branch committed here, as far as its undo row tells. */
  LocalEnd endOf(BranchId branch) {
    UndoRow row = undo.get(branch);
    return row != null && row.state() == UndoState.UNDO
        ? LocalEnd.LOCALLY_COMMITTED
        : LocalEnd.FAILED;
  }

  /** Somebody who knows nothing of global locks changes a row. */
  void meddle(String row, int value) {
    if (!rowLocks.containsKey(row)) {
      meddled.add(row);
      rows.put(row, value);
    }
  }

  Undo execute(BranchCommand command) {
    return switch (command.action()) {
      case COMMIT -> Undo.of(delete(command.ref(), UndoState.UNDO));
      case FORGET -> Undo.of(forget(command.ref()));
      case ROLLBACK -> undo(command.ref(), command.locallyCommitted(), List.of(), null);
    };
  }

  Undo resolve(ResolveBranch order) {
    return undo(order.ref(), order.locallyCommitted(), order.rows(), order.others());
  }

  private BranchResult.Outcome delete(BranchRef ref, UndoState expected) {
    UndoRow row = undo.remove(ref.branch());
    if (row != null && row.state() != expected) {
      throw new AssertionError("CommitOfUndoneBranch: " + ref + " met " + row);
    }
    return BranchResult.Outcome.UNDO_DELETED;
  }

  private BranchResult.Outcome forget(BranchRef ref) {
    UndoRow row = undo.remove(ref.branch());
    if (row != null && row.state() == UndoState.UNDO) {
      throw new AssertionError("EscapedBranch: " + ref + " met " + row);
    }
    return BranchResult.Outcome.UNDO_DELETED;
  }

  /** What a resource manager does with an undo row whose fate it has asked for. */
  void sweep(UndoRow found, BranchFate fate) {
    UndoRow row = undo.get(found.ref().branch());
    if (row == null || row.state() != found.state()) {
      return;
    }
    if (fate == BranchFate.COMMITTED) {
      delete(found.ref(), UndoState.UNDO);
    } else if (fate == BranchFate.ROLLED_BACK) {
      forget(found.ref());
    }
  }

  private Undo undo(
      BranchRef ref, boolean locallyCommitted, List<RowDecision> decided, ResolveAction others) {
    BranchId branch = ref.branch();
    UndoRow row = undo.get(branch);
    if (row == null) {
      LocalTransaction inserting = open.get(branch);
      if (inserting != null && inserting.undoInserted) {
        return Undo.of(BranchResult.Outcome.RETRY);
      }
      if (locallyCommitted) {
        // A command that was overtaken by the deletion of the marker, or a defect; if it is the
        // latter, the branch stays in quarantine and its transaction never ends.
        return Undo.of(BranchResult.Outcome.QUARANTINED);
      }
      undo.put(branch, new UndoRow(ref, UndoState.FENCE, List.of()));
      return Undo.of(BranchResult.Outcome.FENCED);
    }
    if (row.state() != UndoState.UNDO) {
      return Undo.of(
          row.state() == UndoState.UNDONE
              ? BranchResult.Outcome.UNDONE
              : BranchResult.Outcome.FENCED);
    }
    if (row.images().stream().anyMatch(image -> rowLocks.containsKey(image.row()))) {
      return Undo.of(BranchResult.Outcome.RETRY);
    }
    return compensate(row, decided, others);
  }

  private Undo compensate(UndoRow row, List<RowDecision> decided, ResolveAction others) {
    List<DirtyCase> dirty = new ArrayList<>();
    Map<String, Integer> wanted = new LinkedHashMap<>();
    boolean held = false;
    for (Image image : row.images()) {
      int now = rows.get(image.row());
      if (now == image.after()) {
        wanted.put(image.row(), image.before());
      } else if (now != image.before()) {
        if (!meddled.contains(image.row())) {
          throw new AssertionError("DirtyRow: " + image + " of " + row.ref() + " is now " + now);
        }
        DirtyCase found = dirtyCase(image.row(), now);
        dirty.add(found);
        ResolveAction action = decision(found, decided, others);
        held |= action == null;
        wanted.put(image.row(), action == ResolveAction.RESTORE ? image.before() : now);
      }
    }
    if (held) {
      return new Undo(BranchResult.Outcome.QUARANTINED, DirtyCases.of(dirty));
    }
    rows.putAll(wanted);
    undo.put(row.ref().branch(), new UndoRow(row.ref(), UndoState.UNDONE, List.of()));
    history.removeIf(write -> write.ref().equals(row.ref()));
    return Undo.of(BranchResult.Outcome.UNDONE);
  }

  private static DirtyCase dirtyCase(String row, int now) {
    return new DirtyCase(
        "t",
        row,
        String.format("%08x", row.hashCode()),
        "changed",
        "hold",
        List.of(),
        0,
        String.format("%08x", now));
  }

  /** What is to be done with a row, which must be as it was seen; null holds it. */
  private static ResolveAction decision(
      DirtyCase row, List<RowDecision> decided, ResolveAction others) {
    for (RowDecision each : decided) {
      if (each.row().equals(row.row())) {
        return each.expectedNow().equals(row.now()) ? each.action() : null;
      }
    }
    return others == ResolveAction.RETRY ? null : others;
  }
}
