package io.attx.datasource.undo;

import io.attx.BranchRef;
import io.attx.datasource.dirty.DirtyKind;
import io.attx.datasource.undo.UndoStore.LockedUndo;
import io.attx.datasource.undo.UndoStore.State;
import io.attx.protocol.FetchValue;
import io.attx.protocol.FetchedValue;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.codec.UndoFormatException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds one value of one row of a branch, whole. Used once, by one thread. */
final class RowLookup {
  private final UndoContext context;
  private final Connection connection;
  private final FetchValue question;

  RowLookup(UndoContext context, Connection connection, FetchValue question) {
    this.context = context;
    this.connection = connection;
    this.question = question;
  }

  /** Answers; what cannot be answered is a problem in the answer. The caller rolls back. */
  FetchedValue answer() throws SQLException {
    BranchRef branch = question.ref();
    context.dialect().compensation().begin(connection, context.lockTimeout());
    try {
      LockedUndo rows = context.store().lock(connection, branch);
      if (rows == null || rows.state() != State.UNDO) {
        return FetchedValue.problem(question, "branch " + branch + " has no undo row (any more)");
      }
      for (TableFold fold : UndoPlan.of(context.store().decode(rows)).tables()) {
        for (List<ColumnValue> values : fold.rows().keySet()) {
          RowKey key = new RowKey(fold.table(), values);
          if (RowDigests.row(fold.dirty(branch, key, null, DirtyKind.CHANGED, "", false))
              .equals(question.row())) {
            return answer(fold, key);
          }
        }
      }
      return FetchedValue.problem(question, "the branch has no row " + question.row());
    } catch (UndoFormatException | CannotUndoException damaged) {
      return FetchedValue.problem(question, String.valueOf(damaged.getMessage()));
    }
  }

  private FetchedValue answer(TableFold fold, RowKey key) throws SQLException {
    UndoColumn column =
        fold.columns().stream()
            .filter(candidate -> candidate.name().equals(question.column()))
            .findFirst()
            .orElse(null);
    if (column == null) {
      return FetchedValue.problem(question, "the images have no column " + question.column());
    }
    Map<String, ColumnValue> image = image(fold, key);
    ColumnValue value = image == null ? null : image.get(column.name());
    if (value == null) {
      return FetchedValue.absent(question);
    }
    return FetchedValue.of(
        question,
        value instanceof ColumnValue.Null ? null : context.dialect().images().shown(value, column));
  }

  private @Nullable Map<String, ColumnValue> image(TableFold fold, RowKey key) throws SQLException {
    return switch (question.image()) {
      case BEFORE -> fold.wanted(key, null);
      case AFTER -> fold.dirty(question.ref(), key, null, DirtyKind.CHANGED, "", false).after();
      case NOW -> fold.byName(now(fold, key));
    };
  }

  private @Nullable RowImage now(TableFold fold, RowKey key) throws SQLException {
    List<UndoColumn> keyColumns =
        fold.columns().stream().filter(c -> c.role() == UndoColumn.Role.KEY).toList();
    List<RowImage> found =
        context
            .reader()
            .find(connection, fold.table(), keyColumns, key.values(), fold.columns(), 1);
    return found.isEmpty() ? null : found.get(0);
  }
}
