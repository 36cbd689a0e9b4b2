package io.attx.dataaccess;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;

/** Everything in the database but the undo tables and id generators. */
final class Tables {

  private final JdbcTemplate jdbc;

  Tables(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** The rows of each table, in no order that matters. */
  SortedMap<String, List<String>> rows() {
    SortedMap<String, List<String>> all = new TreeMap<>();
    for (String table : names()) {
      RowMapper<String> text =
          (row, number) -> {
            List<String> values = new ArrayList<>();
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
              Object value = row.getObject(i);
              values.add(value instanceof byte[] bytes ? Arrays.toString(bytes) : "" + value);
            }
            return String.join("|", values);
          };
      List<String> rows = new ArrayList<>(jdbc.query("SELECT * FROM " + table, text));
      Collections.sort(rows);
      all.put(table, rows);
    }
    return all;
  }

  /** How many undo rows are there. */
  int undoRows() {
    return jdbc.queryForObject("SELECT COUNT(*) FROM undo_log", Integer.class);
  }

  private List<String> names() {
    return jdbc
        .queryForList(
            "SELECT table_name FROM information_schema.tables WHERE table_type LIKE 'BASE TABLE'"
                + " AND table_schema IN (SELECT "
                + (isMySql() ? "DATABASE()" : "CURRENT_SCHEMA")
                + ")",
            String.class)
        .stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .filter(name -> !name.startsWith("undo_log") && !GENERATORS.contains(name))
        .collect(Collectors.toList());
  }

  private boolean isMySql() {
    return jdbc.execute(
        (Connection connection) ->
            connection.getMetaData().getDatabaseProductName().equals("MySQL"));
  }

  /** The id generators that Hibernate keeps in tables; they take no part. */
  static final List<String> GENERATORS = List.of("ids", "sequenced_seq");
}
