package io.attx.coordinator.runtime;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.LocalEnd;
import io.attx.ResourceId;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchFate;
import io.attx.protocol.BranchResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A database of a few rows with row locks and an undo table, as phase one and two see it. */
final class SimDatabase {
  final ResourceId resource;
  final Map<String, Integer> rows = new LinkedHashMap<>();
  final Map<BranchId, UndoRow> undo = new HashMap<>();
  final List<Write> history = new ArrayList<>();
  private final Map<String, LocalTransaction> rowLocks = new HashMap<>();
  private final Map<BranchId, LocalTransaction> open = new HashMap<>();

  enum UndoState {
    UNDO,
    UNDONE,
    FENCE
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

  BranchResult.Outcome execute(BranchCommand command) {
    return switch (command.action()) {
      case COMMIT -> delete(command.ref(), UndoState.UNDO);
      case FORGET -> forget(command.ref());
      case ROLLBACK -> rollback(command);
    };
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

  private BranchResult.Outcome rollback(BranchCommand command) {
    BranchId branch = command.ref().branch();
    UndoRow row = undo.get(branch);
    if (row == null) {
      LocalTransaction inserting = open.get(branch);
      if (inserting != null && inserting.undoInserted) {
        return BranchResult.Outcome.RETRY;
      }
      if (command.locallyCommitted()) {
        // A command that was overtaken by the deletion of the marker, or a defect; if it is the
        // latter, the branch stays in quarantine and its transaction never ends.
        return BranchResult.Outcome.QUARANTINED;
      }
      undo.put(branch, new UndoRow(command.ref(), UndoState.FENCE, List.of()));
      return BranchResult.Outcome.FENCED;
    }
    if (row.state() != UndoState.UNDO) {
      return row.state() == UndoState.UNDONE
          ? BranchResult.Outcome.UNDONE
          : BranchResult.Outcome.FENCED;
    }
    for (Image image : row.images()) {
      if (rowLocks.containsKey(image.row())) {
        return BranchResult.Outcome.RETRY;
      }
    }
    for (int i = row.images().size() - 1; i >= 0; i--) {
      Image image = row.images().get(i);
      if (rows.get(image.row()) != image.after()) {
        throw new AssertionError(
            "DirtyRow: " + image + " of " + command + " is now " + rows.get(image.row()));
      }
      rows.put(image.row(), image.before());
    }
    undo.put(branch, new UndoRow(row.ref(), UndoState.UNDONE, List.of()));
    history.removeIf(write -> write.ref().equals(command.ref()));
    return BranchResult.Outcome.UNDONE;
  }
}
