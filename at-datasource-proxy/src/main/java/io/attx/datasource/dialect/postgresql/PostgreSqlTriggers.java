package io.attx.datasource.dialect.postgresql;

import io.attx.datasource.dialect.TextRows;
import io.attx.datasource.dialect.TextRows.Row;
import io.attx.datasource.metadata.TriggerMetadata;
import io.attx.datasource.metadata.TriggerMetadata.Event;
import io.attx.datasource.sql.SqlFlags;
import io.attx.datasource.sql.TriggerBody;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The triggers of a table, from pg_trigger and the source of their functions. */
final class PostgreSqlTriggers {
  /** Triggers of the server itself that change at most the row that they fire for. */
  private static final Set<String> OWN_ROW =
      Set.of(
          "tsvector_update_trigger",
          "tsvector_update_trigger_column",
          "suppress_redundant_updates_trigger");

  private static final int ROW = 1;
  private static final int BEFORE = 2;
  private static final int INSERT = 4;
  private static final int DELETE = 8;
  private static final int UPDATE = 16;

  private static final String QUERY =
      "SELECT g.tgname, g.tgtype, l.lanname, p.proname, p.prosrc,"
          + " coalesce(substring(pg_catalog.pg_get_triggerdef(g.oid)"
          + " from ' WHEN \\((.*)\\) EXECUTE '), '')"
          + " FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid"
          + " JOIN pg_catalog.pg_language l ON l.oid = p.prolang"
          + " WHERE g.tgrelid = CAST(? AS oid) AND NOT g.tgisinternal"
          + " AND g.tgenabled NOT IN ('D', 'R') ORDER BY g.tgname";

  private PostgreSqlTriggers() {}

  static List<TriggerMetadata> of(Connection connection, String oid) throws SQLException {
    List<TriggerMetadata> triggers = new ArrayList<>();
    for (Row row : TextRows.query(connection, QUERY, oid)) {
      int type = Integer.parseInt(row.get(1));
      TriggerBody body = body(row);
      Set<Event> events = EnumSet.noneOf(Event.class);
      addIf((type & INSERT) != 0, Event.INSERT, events);
      addIf((type & UPDATE) != 0, Event.UPDATE, events);
      addIf((type & DELETE) != 0, Event.DELETE, events);
      boolean changesRow = (type & ROW) != 0 && (type & BEFORE) != 0;
      triggers.add(
          new TriggerMetadata(
              row.get(0), events, changesRow, body.mayFail(), body.writes(), body.mentioned()));
    }
    return triggers;
  }

  private static void addIf(boolean fires, Event event, Set<Event> events) {
    if (fires) {
      events.add(event);
    }
  }

  private static TriggerBody body(Row row) {
    String language = row.get(2);
    if (language.equals("internal") && OWN_ROW.contains(row.get(3))) {
      return new TriggerBody(null, false, Set.of());
    }
    if (!language.equals("plpgsql")) {
      return TriggerBody.unknown("its function is written in " + language);
    }
    return TriggerBody.read(
        row.get(4) + "\n" + row.get(5), new SqlFlags(SqlFlags.Syntax.POSTGRESQL, false, true));
  }
}
