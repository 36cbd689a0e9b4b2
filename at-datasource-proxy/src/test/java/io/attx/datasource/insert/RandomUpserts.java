package io.attx.datasource.insert;

import io.attx.databases.DatabaseKind;
import io.attx.datasource.insert.InsertFixture.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;

/** Random upserts of table u, whose few values make rows of one statement cross each other. */
final class RandomUpserts {
  private final DatabaseKind kind;
  private final Random random;
  private final List<Object> values = new ArrayList<>();

  RandomUpserts(DatabaseKind kind, Random random) {
    this.kind = kind;
    this.random = random;
  }

  Call next() {
    values.clear();
    String sql =
        switch (kind) {
          case MYSQL, MARIADB -> mySql();
          case POSTGRESQL -> random.nextInt(3) == 0 ? merge() : onConflict();
          case H2 -> random.nextBoolean() ? merge() : mergeByKey();
        };
    return new Call(sql, values.toArray());
  }

  private String mySql() {
    String rows = "u (a, b, v, w) VALUES " + rows(true);
    return switch (random.nextInt(3)) {
      case 0 -> "INSERT IGNORE INTO " + rows;
      case 1 -> "REPLACE INTO " + rows;
      default ->
          "INSERT INTO "
              + rows
              + " ON DUPLICATE KEY UPDATE "
              + pick(
                  "x = u.x + 1",
                  "x = VALUES(v)",
                  "v = VALUES(v), x = 7",
                  "w = NULL",
                  "w = CONCAT('w', 1 + u.x % 4)",
                  "v = u.v");
    };
  }

  private String onConflict() {
    String insert = "INSERT INTO u (a, b, v, w) VALUES " + rows(true) + " ON CONFLICT ";
    String target = pick("(a, b)", "(v)", "(w)", "ON CONSTRAINT u_pkey");
    return switch (random.nextInt(3)) {
      case 0 -> insert + "DO NOTHING";
      case 1 -> insert + target + " DO NOTHING";
      default ->
          insert
              + target
              + " DO UPDATE SET "
              + pick(
                  "x = u.x + 1",
                  "x = excluded.v",
                  "(v, x) = (excluded.v, 7)",
                  "w = NULL",
                  "w = 'w' || (1 + u.x % 4)")
              + pick("", " WHERE u.x > 1", " WHERE excluded.v IS NOT NULL");
    };
  }

  private String mergeByKey() {
    return "MERGE INTO u (a, b, v, w) KEY (a, b) VALUES " + rows(true);
  }

  private String merge() {
    String on = pick("u.a = y.a AND u.b = y.b", "u.v = y.v", "u.w = y.w");
    String matched =
        pick("UPDATE SET x = u.x + 1", "UPDATE SET v = y.v, x = 7", "UPDATE SET w = y.w", "DELETE");
    StringJoiner clauses = new StringJoiner(" ");
    int which = random.nextInt(3);
    if (which > 0) {
      clauses.add("WHEN MATCHED" + pick("", " AND u.x > 1") + " THEN " + matched);
    }
    if (which < 2) {
      clauses.add("WHEN NOT MATCHED THEN INSERT (a, b, v, w) VALUES (y.a, y.b, y.v, y.w)");
    }
    return "MERGE INTO u USING (VALUES "
        + rows(false)
        + ") y (a, b, v, w) ON "
        + on
        + " "
        + clauses;
  }

  private String rows(boolean parameters) {
    StringJoiner rows = new StringJoiner(", ");
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      StringJoiner row = new StringJoiner(", ", "(", ")");
      row.add(value(1 + random.nextInt(5), "INT", parameters));
      row.add(value(pick("p", "q", "r"), "VARCHAR(10)", parameters));
      row.add(value(random.nextInt(4) == 0 ? null : 100 * random.nextInt(6), "INT", parameters));
      row.add(
          value(
              random.nextInt(4) == 0 ? null : "w" + random.nextInt(6), "VARCHAR(10)", parameters));
      rows.add(row.toString());
    }
    return rows.toString();
  }

  private String value(Object value, String type, boolean parameters) {
    if (parameters && value != null && random.nextBoolean()) {
      values.add(value);
      return "?";
    }
    String literal = value instanceof String text ? "'" + text + "'" : String.valueOf(value);
    return parameters ? literal : "CAST(" + literal + " AS " + type + ")";
  }

  private String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
