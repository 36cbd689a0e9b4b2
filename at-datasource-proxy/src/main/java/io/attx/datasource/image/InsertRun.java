package io.attx.datasource.image;

import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.sql.ValueExpr;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoEntry;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** INSERT where the rows are read back by key: keys as given, or as the driver reports them. */
final class InsertRun {
  private final Execution execution;
  private final InsertPlan plan;

  /** What the driver reported, for the application: it can be read only once. */
  private final CollectedKeys reported = new CollectedKeys();

  InsertRun(Execution execution, InsertPlan plan) {
    this.execution = execution;
    this.plan = plan;
  }

  /** Where the keys come from. */
  enum Keys {
    GIVEN,
    GENERATED
  }

  StatementOutcome run(BoundParameters parameters) throws SQLException {
    Inserted inserted = execute(parameters);
    return outcome(new long[] {inserted.count}, inserted.statement, inserted.keys, inserted.rows);
  }

  /**
   * What was sent and what is there now.
   *
   * @param count as the driver gave it
   * @param rows the new rows; none where the database dropped the only row
   */
  record Inserted(PreparedStatement statement, long count, Keys keys, List<ImagedRow> rows) {}

  /** Sends the statement and reads the new rows. */
  Inserted execute(BoundParameters parameters) throws SQLException {
    Keys keys = keys(List.of(parameters), true);
    PreparedStatement insert = insert(keys);
    long count;
    try {
      parameters.bindAll(insert);
      count = insert.executeUpdate();
    } catch (SQLException failure) {
      throw Outcomes.closed(insert, failure);
    }
    try {
      boolean dropped = count == 0 && plan.mayDrop();
      int expected =
          plan.statement().query() == null ? plan.givenKeys().size() : Math.toIntExact(count);
      List<ImagedRow> rows =
          dropped ? List.of() : inserted(insert, keys, List.of(parameters), expected);
      return new Inserted(insert, count, keys, rows);
    } catch (SQLException failure) {
      throw Outcomes.closed(insert, execution.afterFailed(failure));
    }
  }

  /** Whether the keys of all rows have one source that is known. */
  boolean canRun(BoundParameters parameters) throws SQLException {
    Keys keys = keysOrNull(List.of(parameters));
    return keys == Keys.GIVEN
        || (keys == Keys.GENERATED && (plan.givenKeys().size() == 1 || !isMariaDbDriver()));
  }

  /** Whether all items can go as one batch of the driver. */
  boolean canBatch(List<BoundParameters> items) throws SQLException {
    boolean plain = plan.statement().conflict() == null && plan.givenKeys().size() == 1;
    if (!plain || execution.limits().maxRows() < items.size()) {
      return false;
    }
    Keys keys = keysOrNull(items);
    return keys == Keys.GIVEN
        || (keys == Keys.GENERATED && !isMariaDbDriver() && reportedKeysAreReadable());
  }

  private boolean reportedKeysAreReadable() {
    return execution.table().key().stream()
        .allMatch(column -> execution.dialect().images().readsPlainColumn(column));
  }

  /** Sends all items as one batch. */
  StatementOutcome runBatch(List<BoundParameters> items) throws SQLException {
    Keys keys = keys(items, false);
    PreparedStatement insert = insert(keys);
    try {
      for (BoundParameters item : items) {
        item.bindAll(insert);
        insert.addBatch();
      }
      int[] counts = insert.executeBatch();
      int expected = items.size() * plan.givenKeys().size();
      List<ImagedRow> rows = inserted(insert, keys, items, expected);
      return outcome(Arrays.stream(counts).asLongStream().toArray(), insert, keys, rows);
    } catch (SQLException failure) {
      throw Outcomes.closed(insert, failure);
    }
  }

  private StatementOutcome outcome(
      long[] counts, PreparedStatement insert, Keys keys, List<ImagedRow> rows) {
    Changes changes = new Changes(execution, plan.layout()).inserted(rows);
    boolean spent = keys == Keys.GENERATED && execution.dialect().images().support().namedKeys();
    return new StatementOutcome(
        counts,
        insert,
        null,
        spent && execution.wantsKeys() ? reported.resultSet() : null,
        changes.entries(UndoEntry.Kind.INSERT),
        changes.locks().requests());
  }

  private Keys keys(List<BoundParameters> items, boolean single) throws SQLException {
    Keys keys = keysOrNull(items);
    boolean many = plan.givenKeys().size() > 1;
    if (keys == null) {
      throw execution.refused(
          "the key of a row to be inserted into "
              + execution.table().name()
              + " is neither a parameter, a literal nor generated by the database.",
          "give each key as a parameter or a literal, or leave it to AUTO_INCREMENT in all rows.");
    }
    if (keys == Keys.GENERATED && many && single && isMariaDbDriver()) {
      throw execution.refused(
          "this driver reports only the first generated key of several rows.",
          "insert row by row or as a JDBC batch, or use MySQL Connector/J.");
    }
    return keys;
  }

  /** The one source of all keys of all rows; null when there is none or they are mixed. */
  private @Nullable Keys keysOrNull(List<BoundParameters> items) {
    if (execution.dialect().images().support().namedKeys()) {
      return items.size() > 1 && areSurelyGiven(items) ? Keys.GIVEN : Keys.GENERATED;
    }
    Keys all = null;
    for (BoundParameters item : items) {
      for (List<@Nullable ValueExpr> row : plan.givenKeys()) {
        Keys one = keysOfRow(item, row);
        if (one == null || (all != null && all != one)) {
          return null;
        }
        all = one;
      }
    }
    return all;
  }

  /**
   * Whether no key can be stored in another form than it is given in, so that the batch needs no
   * generated keys, with which a driver does not rewrite it.
   */
  private boolean areSurelyGiven(List<BoundParameters> items) {
    if (execution.wantsKeys()) {
      return false;
    }
    List<ColumnMetadata> key = execution.table().key();
    for (BoundParameters item : items) {
      for (List<@Nullable ValueExpr> row : plan.givenKeys()) {
        for (int i = 0; i < row.size(); i++) {
          if (!isSurelyGiven(item, row.get(i), key.get(i))) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private static boolean isSurelyGiven(
      BoundParameters item, @Nullable ValueExpr value, ColumnMetadata column) {
    if (!(value instanceof ValueExpr.Parameter parameter)) {
      return false;
    }
    Object plain = item.setters().get(parameter.index()).plainValue();
    return switch (column.jdbcType()) {
      case Types.SMALLINT, Types.INTEGER, Types.BIGINT ->
          plain instanceof Integer || plain instanceof Long || plain instanceof Short;
      case Types.VARCHAR -> plain instanceof String && column.collation().isEmpty();
      default -> false;
    };
  }

  private @Nullable Keys keysOfRow(BoundParameters item, List<@Nullable ValueExpr> row) {
    List<ColumnMetadata> key = execution.table().key();
    Keys keys = Keys.GIVEN;
    for (int i = 0; i < row.size(); i++) {
      ValueExpr value = row.get(i);
      if (isGiven(item, value, key.get(i))) {
        continue;
      }
      if (!key.get(i).autoIncrement() || key.size() > 1 || isOpaque(value)) {
        return null;
      }
      keys = Keys.GENERATED;
    }
    return keys;
  }

  /** An expression, whose value is not known. */
  private static boolean isOpaque(@Nullable ValueExpr value) {
    return value instanceof ValueExpr.Expression;
  }

  /** Whether a row can be found by the value: no NULL, no zero of AUTO_INCREMENT, no wrong type. */
  private boolean isGiven(BoundParameters item, @Nullable ValueExpr value, ColumnMetadata column) {
    if (value instanceof ValueExpr.Literal literal) {
      String text = literal.slice().of(plan.statement().sql());
      boolean quoted = text.indexOf('\'') >= 0 || text.indexOf('"') >= 0;
      return column.autoIncrement() ? !isZero(text) : quoted || column.collation().isEmpty();
    }
    if (value instanceof ValueExpr.Parameter parameter) {
      Object plain = item.setters().get(parameter.index()).plainValue();
      return plain != null
          && !(column.autoIncrement() && isZero(plain.toString()))
          && !(plain instanceof Number && !column.collation().isEmpty());
    }
    return false;
  }

  private static boolean isZero(String text) {
    return text.chars().allMatch(c -> "0.+-'\" eE".indexOf(c) >= 0);
  }

  private boolean isMariaDbDriver() throws SQLException {
    return execution
        .connection()
        .getMetaData()
        .getDriverName()
        .toLowerCase(Locale.ROOT)
        .contains("mariadb");
  }

  /** Prepares the application's statement so that keys are reported where they are needed. */
  private PreparedStatement insert(Keys keys) throws SQLException {
    String sql = plan.statement().sql();
    if (keys == Keys.GIVEN) {
      return execution.application(sql);
    }
    if (!execution.dialect().images().support().namedKeys()
        || execution.settings().returnGeneratedKeys()) {
      return execution.announced(
          execution.connection().prepareStatement(sql, Statement.RETURN_GENERATED_KEYS));
    }
    return execution.announced(execution.connection().prepareStatement(sql, keyNames()));
  }

  /** What the application asked for, then the key. */
  private String[] keyNames() {
    StatementRequest.Settings settings = execution.settings();
    Set<String> names = new LinkedHashSet<>();
    String[] asked = settings.keyColumnNames();
    if (asked != null) {
      names.addAll(Arrays.asList(asked));
    }
    int[] indexes = settings.keyColumnIndexes();
    if (indexes != null) {
      for (int index : indexes) {
        names.add(execution.table().columns().get(index - 1).name());
      }
    }
    execution.table().key().forEach(column -> names.add(column.name()));
    return names.toArray(String[]::new);
  }

  private List<ImagedRow> inserted(
      PreparedStatement insert, Keys keys, List<BoundParameters> items, int expected)
      throws SQLException {
    List<ImagedRow> rows =
        keys == Keys.GIVEN ? readByValues(items) : readByKey(reported(insert, expected));
    if (rows.size() != expected) {
      throw execution.unprotected(
          expected + " rows were inserted, but " + rows.size() + " are found by their keys");
    }
    return rows;
  }

  private List<ImagedRow> readByValues(List<BoundParameters> items) throws SQLException {
    List<ImagedRow> rows = new ArrayList<>();
    int chunk = Math.max(1, execution.limits().chunkRows() / plan.givenKeys().size());
    for (int from = 0; from < items.size(); from += chunk) {
      List<BoundParameters> part = items.subList(from, Math.min(items.size(), from + chunk));
      try (PreparedStatement query = execution.query(plan.byValues(part.size()))) {
        int index = 1;
        for (BoundParameters item : part) {
          for (List<@Nullable ValueExpr> row : plan.givenKeys()) {
            for (ValueExpr value : row) {
              index = value == null ? index : item.bind(query, value.slice(), index);
            }
          }
        }
        collect(query, rows);
      }
    }
    return rows;
  }

  private List<ImagedRow> readByKey(List<List<ColumnValue>> keys) throws SQLException {
    List<ImagedRow> rows = new ArrayList<>(keys.size());
    int chunk = execution.limits().chunkRows();
    for (int from = 0; from < keys.size(); from += chunk) {
      List<List<ColumnValue>> part = keys.subList(from, Math.min(keys.size(), from + chunk));
      int slots = plan.condition().slots(part.size());
      try (PreparedStatement query = execution.query(plan.byKey(slots))) {
        plan.condition().bind(query, 1, part, slots);
        collect(query, rows);
      }
    }
    return rows;
  }

  private void collect(PreparedStatement query, List<ImagedRow> rows) throws SQLException {
    try (ResultSet found = query.executeQuery()) {
      while (found.next()) {
        ImagedRow row = plan.layout().read(found, 1);
        execution.budget().take(ImageBudget.bytesOf(row.image()));
        rows.add(row);
      }
    }
  }

  /** The keys that the driver reports, one per row. */
  private List<List<ColumnValue>> reported(PreparedStatement insert, int expected)
      throws SQLException {
    List<List<ColumnValue>> keys = new ArrayList<>(expected);
    boolean named = execution.dialect().images().support().namedKeys();
    try (ResultSet rows = insert.getGeneratedKeys()) {
      int[] places = named ? places(rows.getMetaData()) : new int[] {1};
      // MySQL's driver counts the rows that a REPLACE removed as keys behind the real one.
      boolean onlyFirst = expected == 1 && plan.replaces();
      while (rows.next() && !(onlyFirst && keys.size() == 1)) {
        List<ColumnValue> key = new ArrayList<>(places.length);
        for (int i = 0; i < places.length; i++) {
          UndoColumn column = plan.layout().keyColumns().get(i);
          key.add(execution.dialect().images().read(rows, places[i], column));
        }
        keys.add(key);
        if (named && execution.wantsKeys()) {
          reported.addRow(rows);
        }
      }
    }
    if (keys.size() != expected) {
      throw execution.unprotected(
          expected + " rows were inserted, but the driver reports " + keys.size() + " keys");
    }
    return keys;
  }

  private int[] places(ResultSetMetaData reported) throws SQLException {
    List<ColumnMetadata> key = execution.table().key();
    int[] places = new int[key.size()];
    for (int i = 0; i < key.size(); i++) {
      for (int c = 1; c <= reported.getColumnCount(); c++) {
        if (reported.getColumnName(c).equals(key.get(i).name())) {
          places[i] = c;
        }
      }
      if (places[i] == 0) {
        throw execution.unprotected("the driver does not report key " + key.get(i).name());
      }
    }
    return places;
  }
}
