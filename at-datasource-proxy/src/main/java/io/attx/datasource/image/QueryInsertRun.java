package io.attx.datasource.image;

import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Runs an INSERT … SELECT of MySQL as it is and finds its rows.
 *
 * <p>Keys that the query gives are read first. Where the rows that it reads are locked by that, the
 * statement inserts at least those keys; otherwise each of them is shown, with a lock, to be absent
 * before. Either way the count says that there are no others. Keys that the database generates are
 * what a snapshot, taken before, sees of new keys: nothing but the transaction's own.
 */
final class QueryInsertRun {
  private final Execution execution;
  private final QueryInsertPlan plan;
  private final BoundParameters parameters;

  QueryInsertRun(Execution execution, QueryInsertPlan plan, BoundParameters parameters) {
    this.execution = execution;
    this.plan = plan;
    this.parameters = parameters;
  }

  StatementOutcome run() throws SQLException {
    boolean generated = plan.keyPlaces().contains(-1);
    boolean onlyGenerated =
        plan.keyPlaces().size() == 1 && execution.table().key().get(0).autoIncrement();
    if (generated && !onlyGenerated) {
      throw execution.refused(
          "its query gives no value for a part of the key of " + execution.table().name() + ".",
          "select a value for each column of the key.");
    }
    boolean snapshot =
        execution.connection().getTransactionIsolation() >= Connection.TRANSACTION_REPEATABLE_READ;
    if (!snapshot && (generated || !plan.isSimple())) {
      throw execution.refused(
          "at this isolation level nothing proves which rows it inserts"
              + (generated ? " with generated keys." : "."),
          "use REPEATABLE READ, or read the rows first and insert them by VALUES in a batch.");
    }
    return generated ? withGeneratedKeys() : withGivenKeys();
  }

  // ---- keys of the database

  private StatementOutcome withGeneratedKeys() throws SQLException {
    UndoColumn key = plan.layout().keyColumns().get(0);
    ColumnValue highest;
    try (PreparedStatement query = execution.query(plan.highestKey());
        ResultSet row = query.executeQuery()) {
      row.next();
      highest = execution.dialect().images().read(row, 1, key);
    }
    Savepoint savepoint = execution.connection().setSavepoint();
    PreparedStatement insert = execution.application(plan.insert().sql());
    try {
      long count = send(insert);
      List<List<ColumnValue>> keys = new ArrayList<>();
      try (PreparedStatement query = execution.query(plan.keys())) {
        execution.dialect().images().bind(query, 1, highest, key);
        execution.dialect().images().bind(query, 2, highest, key);
        try (ResultSet rows = query.executeQuery()) {
          while (rows.next()) {
            keys.add(List.of(execution.dialect().images().read(rows, 1, key)));
          }
        }
      }
      List<ImagedRow> rows = List.copyOf(plan.rowsByKey().after(execution, keys).values());
      return outcome(insert, count, keys.size(), rows);
    } catch (SQLException failure) {
      throw Outcomes.refusedIfUnproved(execution, savepoint, Outcomes.closed(insert, failure));
    }
  }

  // ---- keys of the query

  private StatementOutcome withGivenKeys() throws SQLException {
    Set<List<ComputedValues.Value>> keys = keys();
    execution.checkRows(keys.size());
    if (!plan.isSimple() && !read(keys).isEmpty()) {
      throw execution.refused(
          "rows with keys that its query gives are there already, or were when it was asked first.",
          "leave these rows out of the query, or read the rows first and insert them by VALUES.");
    }
    Savepoint savepoint = execution.connection().setSavepoint();
    PreparedStatement insert = execution.application(plan.insert().sql());
    try {
      long count = send(insert);
      return outcome(insert, count, keys.size(), read(keys));
    } catch (SQLException failure) {
      throw Outcomes.refusedIfUnproved(execution, savepoint, Outcomes.closed(insert, failure));
    }
  }

  private Set<List<ComputedValues.Value>> keys() throws SQLException {
    Set<List<ComputedValues.Value>> keys = new LinkedHashSet<>();
    try (PreparedStatement query = execution.query(plan.queryText())) {
      plan.queryParameters(parameters).bindAll(query);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          List<ComputedValues.Value> key = new ArrayList<>(plan.keyPlaces().size());
          for (int place : plan.keyPlaces()) {
            key.add(value(rows.getObject(place + 1)));
          }
          keys.add(key);
        }
      }
    }
    return keys;
  }

  private ComputedValues.Value value(@org.jspecify.annotations.Nullable Object value)
      throws SQLException {
    boolean generates = value == null || value.toString().equals("0");
    if (generates && execution.table().key().get(0).autoIncrement()) {
      throw execution.refused(
          "its query gives " + value + " for a key that the database then generates.",
          "leave the key out, or select a value for each row.");
    }
    return new ComputedValues.Value(ComputedValues.checked(execution, value));
  }

  private List<ImagedRow> read(Set<List<ComputedValues.Value>> wanted) throws SQLException {
    List<List<ComputedValues.Value>> keys = List.copyOf(wanted);
    List<ImagedRow> found = new ArrayList<>(keys.size());
    int chunk = execution.limits().chunkRows();
    for (int from = 0; from < keys.size(); from += chunk) {
      List<List<ComputedValues.Value>> part =
          keys.subList(from, Math.min(keys.size(), from + chunk));
      try (PreparedStatement query = execution.query(plan.byValues(part.size()))) {
        int index = 1;
        for (List<ComputedValues.Value> key : part) {
          for (ComputedValues.Value value : key) {
            value.set(query, index++);
          }
        }
        try (ResultSet rows = query.executeQuery()) {
          while (rows.next()) {
            found.add(plan.layout().read(rows, 1));
          }
        }
      }
    }
    return found;
  }

  // ---- both

  private long send(PreparedStatement insert) throws SQLException {
    parameters.bindAll(insert);
    return insert.executeUpdate();
  }

  private StatementOutcome outcome(
      PreparedStatement insert, long count, int keys, List<ImagedRow> rows) throws SQLException {
    if (count != keys || count != rows.size()) {
      throw execution.unprotected(
          count + " rows were inserted, " + keys + " keys known, " + rows.size() + " rows found");
    }
    execution.checkRows(rows.size());
    return Outcomes.changed(
        count, insert, UndoEntry.Kind.INSERT, new Changes(execution, plan.layout()).inserted(rows));
  }
}
