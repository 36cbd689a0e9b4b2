package io.attx.datasource.image;

import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.RowLockKey;
import io.attx.datasource.image.SelectPlan.Locked;
import io.attx.datasource.image.SelectPlan.Split;
import io.attx.datasource.sql.AnalyzedStatement.Lock.Strength;
import io.attx.datasource.sql.AnalyzedStatement.Lock.Waiting;
import io.attx.undolog.ColumnValue;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A locking SELECT: a query for the keys locks the rows, then the application's own statement reads
 * them, restricted to these keys.
 */
final class SelectRun {
  /** Rows locked by other global transactions that one statement can leave out. */
  private static final int MAX_SKIPPED = 1_000;

  private final Execution execution;
  private final SelectPlan plan;
  private final GlobalRows rows;

  SelectRun(Execution execution, SelectPlan plan, GlobalRows rows) {
    this.execution = execution;
    this.plan = plan;
    this.rows = rows;
  }

  StatementOutcome run(BoundParameters parameters) throws SQLException {
    List<List<ImagedRow>> captured = capture(parameters, List.of());
    if (plan.lock().waiting() == Waiting.SKIP_LOCKED) {
      captured = withoutSkipped(parameters, captured);
    }
    PreparedStatement select = select(parameters, captured);
    try {
      ResultSet result = select.executeQuery();
      boolean checked = plan.lock().waiting() == Waiting.SKIP_LOCKED;
      return new StatementOutcome(
          new long[0], select, result, null, List.of(), checked ? List.of() : locks(captured));
    } catch (SQLException failure) {
      throw Outcomes.closed(select, failure);
    }
  }

  /** For each table, its rows by key. */
  private List<List<ImagedRow>> capture(
      BoundParameters parameters, List<List<ColumnValue>> excluded) throws SQLException {
    List<Map<List<ColumnValue>, ImagedRow>> found = new ArrayList<>();
    plan.tables().forEach(table -> found.add(new LinkedHashMap<>()));
    int slots = excluded.isEmpty() ? 0 : plan.tables().get(0).condition().slots(excluded.size());
    Split keys = plan.keys(slots);
    try (PreparedStatement query = execution.query(keys.text())) {
      int index = keys.head().bind(query, parameters, 1);
      if (slots > 0) {
        index = plan.tables().get(0).condition().bind(query, index, excluded, slots);
      }
      keys.tail().bind(query, parameters, index);
      try (ResultSet result = query.executeQuery()) {
        while (result.next()) {
          collect(result, found);
        }
      }
    } catch (SQLException failure) {
      throw execution.beforeFailed(failure);
    }
    return found.stream().map(table -> List.copyOf(table.values())).toList();
  }

  private void collect(ResultSet result, List<Map<List<ColumnValue>, ImagedRow>> found)
      throws SQLException {
    int first = 1;
    for (int i = 0; i < found.size(); i++) {
      ImageLayout layout = plan.tables().get(i).layout();
      ImagedRow row = layout.read(result, first);
      if (!row.key().contains(ColumnValue.NULL)) {
        if (!layout.isSameTable(result, first)) {
          throw execution.changed(layout.table().name(), "its name means another table");
        }
        found.get(i).putIfAbsent(row.key(), row);
        checkKeys(i, found.get(i).size());
      }
      first += layout.width();
    }
  }

  private void checkKeys(int table, int count) throws SQLException {
    Locked locked = plan.tables().get(table);
    execution.checkRows(count);
    if (count > locked.condition().maxKeys()) {
      throw execution.refused(
          "it locks more than "
              + locked.condition().maxKeys()
              + " rows of "
              + locked.layout().table().name()
              + ".",
          "lock fewer rows by one statement.");
    }
  }

  /** Leaves out what another global transaction holds, and looks for others in its place. */
  private List<List<ImagedRow>> withoutSkipped(
      BoundParameters parameters, List<List<ImagedRow>> first) throws SQLException {
    List<List<ColumnValue>> skipped = new ArrayList<>();
    List<List<ImagedRow>> captured = first;
    while (true) {
      Set<RowLockKey> held = rows.heldByOthers(locks(captured));
      if (held.isEmpty()) {
        return captured;
      }
      for (ImagedRow row : captured.get(0)) {
        if (row.lockKeys().stream().anyMatch(held::contains)) {
          skipped.add(row.key());
        }
      }
      if (skipped.size() > MAX_SKIPPED) {
        throw execution.refused(
            "more than " + MAX_SKIPPED + " of its rows are locked by other global transactions.",
            "try again later.");
      }
      captured = capture(parameters, skipped);
    }
  }

  private List<LockRequest> locks(List<List<ImagedRow>> captured) {
    boolean keyShare = plan.lock().strength() == Strength.KEY_SHARE;
    LockMode mode = keyShare ? LockMode.KEY_SHARE : LockMode.UPDATE;
    Locks locks = new Locks();
    for (int i = 0; i < captured.size(); i++) {
      for (ImagedRow row : captured.get(i)) {
        locks.captured(plan.tables().get(i).layout(), row, mode);
      }
    }
    return locks.requests();
  }

  private PreparedStatement select(BoundParameters parameters, List<List<ImagedRow>> captured)
      throws SQLException {
    if (plan.isByKey() && plan.lock().waiting() != Waiting.SKIP_LOCKED) {
      PreparedStatement select = prepared(plan.select().sql());
      parameters.bindAll(select);
      return select;
    }
    int[] slots = new int[captured.size()];
    for (int i = 0; i < slots.length; i++) {
      int count = captured.get(i).size();
      slots[i] = count == 0 ? 0 : plan.tables().get(i).condition().slots(count);
    }
    Split restricted = plan.restricted(slots);
    PreparedStatement select = prepared(restricted.text());
    int index = restricted.head().bind(select, parameters, 1);
    for (int i = 0; i < slots.length; i++) {
      if (slots[i] > 0) {
        List<List<ColumnValue>> keys = ImageReads.keys(captured.get(i));
        index = plan.tables().get(i).condition().bind(select, index, keys, slots[i]);
      }
    }
    restricted.tail().bind(select, parameters, index);
    return select;
  }

  private PreparedStatement prepared(String sql) throws SQLException {
    StatementRequest.Settings settings = execution.settings();
    PreparedStatement select =
        execution.announced(
            execution
                .connection()
                .prepareStatement(sql, settings.resultSetType(), ResultSet.CONCUR_READ_ONLY));
    if (settings.fetchSize() != 0) {
      select.setFetchSize(settings.fetchSize());
    }
    if (settings.maxRows() > 0) {
      select.setMaxRows(settings.maxRows());
    }
    return select;
  }
}
