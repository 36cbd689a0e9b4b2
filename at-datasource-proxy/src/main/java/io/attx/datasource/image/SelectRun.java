package io.attx.datasource.image;

import io.attx.datasource.sql.AnalyzedStatement;
import io.attx.datasource.sql.SqlSlice;
import io.attx.undolog.ColumnValue;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * SELECT … FOR UPDATE: a query for the keys locks the rows, then the application's own statement
 * reads them, restricted to these keys.
 */
final class SelectRun {
  private final Execution execution;
  private final FilteredPlan plan;

  SelectRun(Execution execution, FilteredPlan plan) {
    this.execution = execution;
    this.plan = plan;
  }

  StatementOutcome run(BoundParameters parameters) throws SQLException {
    List<ImagedRow> captured = new ImageReads(execution).before(plan, parameters);
    Changes locked = new Changes(execution, plan.layout()).captured(captured);
    PreparedStatement select = select(parameters, ImageReads.keys(captured));
    try {
      ResultSet rows = select.executeQuery();
      return new StatementOutcome(
          new long[0], select, rows, null, List.of(), locked.locks().requests());
    } catch (SQLException failure) {
      throw Outcomes.closed(select, failure);
    }
  }

  private PreparedStatement select(BoundParameters parameters, List<List<ColumnValue>> keys)
      throws SQLException {
    boolean unchanged = plan.isByKey() || keys.size() > execution.limits().chunkRows();
    AnalyzedStatement.Filtered statement = plan.statement();
    if (unchanged) {
      PreparedStatement select = prepared(statement.sql());
      parameters.bindAll(select);
      return select;
    }
    int slots = keys.isEmpty() ? 0 : plan.condition().slots(keys.size());
    String condition = slots == 0 ? "1 = 0" : plan.condition().text("", slots);
    SqlSlice where = statement.where();
    String sql = statement.sql();
    int end = where == null ? statement.table().slice().end() : where.end();
    PreparedStatement select =
        prepared(
            sql.substring(statement.body().start(), where == null ? end : where.start())
                + (where == null ? " WHERE " : "")
                + condition
                + sql.substring(end, statement.body().end()));
    bindAround(select, parameters, where, keys, slots);
    return select;
  }

  private void bindAround(
      PreparedStatement select,
      BoundParameters parameters,
      @Nullable SqlSlice where,
      List<List<ColumnValue>> keys,
      int slots)
      throws SQLException {
    SqlSlice table = plan.statement().table().slice();
    int before =
        where == null ? table.firstParameter() + table.parameterCount() : where.firstParameter();
    int behind = where == null ? before : before + where.parameterCount();
    int index = 1;
    for (int i = 0; i < before; i++) {
      parameters.setters().get(i).set(select, index++);
    }
    index = slots == 0 ? index : plan.condition().bind(select, index, keys, slots);
    for (int i = behind; i < parameters.setters().size(); i++) {
      parameters.setters().get(i).set(select, index++);
    }
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
