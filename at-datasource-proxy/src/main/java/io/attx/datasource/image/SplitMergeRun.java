package io.attx.datasource.image;

import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoEntry;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs a MERGE of H2 in two parts. What the first part touches is new, because it can do nothing
 * but insert; the second returns each row that it updates or deletes as it found it.
 */
final class SplitMergeRun {
  private final Execution execution;
  private final SplitMergePlan plan;
  private final BoundParameters parameters;

  SplitMergeRun(Execution execution, SplitMergePlan plan, BoundParameters parameters) {
    this.execution = execution;
    this.plan = plan;
    this.parameters = parameters;
  }

  StatementOutcome run() throws SQLException {
    if (execution.wantsKeys()) {
      throw execution.refused(
          "generated keys of a MERGE … USING are asked for.", "do not ask for them.");
    }
    Savepoint savepoint = execution.connection().setSavepoint();
    try {
      Changes fresh = new Changes(execution, plan.layout());
      List<List<ColumnValue>> keys = insert(plan.inserting());
      fresh.inserted(List.copyOf(plan.rowsByKey().after(execution, keys).values()));
      if (fresh.size() != keys.size()) {
        throw execution.unprotected(
            keys.size() + " rows were inserted, but " + fresh.size() + " are found");
      }
      Changes changed = new Changes(execution, plan.layout());
      int count = plan.changes() ? change(keys, changed) : 0;
      OutcomeSum sum = new OutcomeSum(execution);
      sum.add(fresh.outcome(UndoEntry.Kind.INSERT));
      sum.add(changed.outcome(UndoEntry.Kind.UPDATE));
      return sum.outcome(new long[] {keys.size() + count});
    } catch (SQLException failure) {
      if (execution.dialect().undoTable().isDuplicateKey(failure)) {
        throw duplicate(savepoint, failure);
      }
      throw Outcomes.refusedIfUnproved(execution, savepoint, failure);
    }
  }

  /**
   * A part can meet a duplicate that the whole does not: a row that an earlier clause would have
   * deleted. Only the whole tells.
   */
  private SQLException duplicate(Savepoint savepoint, SQLException failure) throws SQLException {
    execution.connection().rollback(savepoint);
    try (PreparedStatement whole = execution.query(execution.request().statement().sql())) {
      parameters.bindAll(whole);
      whole.executeUpdate();
    } catch (SQLException own) {
      return execution.takenBack(savepoint, own);
    }
    execution.connection().rollback(savepoint);
    StatementRefusedException refused =
        execution.refused(
            "its rows cross each other, so that its clauses cannot run one after the other: "
                + failure.getMessage(),
            "send a MERGE for each clause, or for each row.");
    refused.addSuppressed(failure);
    return refused;
  }

  private List<List<ColumnValue>> insert(@Nullable ComposedSql text) throws SQLException {
    List<List<ColumnValue>> keys = new ArrayList<>();
    if (text == null) {
      return keys;
    }
    List<UndoColumn> key = plan.layout().keyColumns();
    String[] names = key.stream().map(UndoColumn::name).toArray(String[]::new);
    try (PreparedStatement insert =
        execution.announced(execution.connection().prepareStatement(text.text(), names))) {
      text.bind(insert, parameters, 1);
      int count = insert.executeUpdate();
      try (ResultSet rows = insert.getGeneratedKeys()) {
        ResultSetMetaData columns = rows.getMetaData();
        while (rows.next()) {
          List<ColumnValue> values = new ArrayList<>(key.size());
          for (int i = 0; i < key.size(); i++) {
            if (!columns.getColumnName(i + 1).equals(names[i])) {
              throw execution.unprotected("the driver does not report key " + names[i]);
            }
            values.add(execution.dialect().images().read(rows, i + 1, key.get(i)));
          }
          keys.add(values);
        }
      }
      if (count != keys.size()) {
        throw execution.unprotected(
            count + " rows were inserted, but " + keys.size() + " keys are reported");
      }
    } catch (SQLException failure) {
      throw execution.beforeFailed(failure);
    }
    execution.checkRows(keys.size());
    if (keys.size() > SplitMergePlan.MAX_INSERTED) {
      throw execution.refused(
          "it inserts more than " + SplitMergePlan.MAX_INSERTED + " rows.", "split it.");
    }
    return keys;
  }

  private int change(List<List<ColumnValue>> newRows, Changes changes) throws SQLException {
    int slots = plan.slots(newRows.size());
    Map<List<ColumnValue>, ImagedRow> found = new LinkedHashMap<>();
    try (PreparedStatement change = execution.query(plan.changing(slots))) {
      plan.bindChanging(change, parameters, newRows, slots);
      try (ResultSet rows = change.executeQuery()) {
        List<ImagedRow> old = new ArrayList<>();
        new ImageReads(execution).collect(plan.layout(), false, rows, old);
        for (ImagedRow row : old) {
          if (found.put(row.key(), row) != null) {
            throw execution.unprotected("row " + row.key() + " was changed twice");
          }
        }
      }
    }
    Map<List<ColumnValue>, ImagedRow> left =
        plan.rowsByKey().after(execution, List.copyOf(found.keySet()));
    for (ImagedRow old : found.values()) {
      ImagedRow now = left.get(old.key());
      if (now == null) {
        changes.deleted(List.of(old));
      } else {
        changes.updated(old, now);
      }
    }
    return found.size();
  }
}
