package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;
import io.attx.datasource.restored.Column.Kind;
import io.attx.datasource.support.types.H2Types;
import io.attx.datasource.support.types.MySqlTypes;
import io.attx.datasource.support.types.PostgreSqlTypes;
import io.attx.datasource.support.types.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes random tables of one database. */
final class TableFactory {
  private static final int LONGEST_LITERAL = 200;
  private static final int MORE_TEXTS = 100;

  private final DatabaseKind kind;
  private final List<SqlType> types;

  TableFactory(DatabaseKind kind) {
    this.kind = kind;
    this.types =
        switch (kind) {
          case H2 -> H2Types.all();
          case MYSQL -> MySqlTypes.mySql();
          case MARIADB -> MySqlTypes.mariaDb();
          case POSTGRESQL -> PostgreSqlTypes.all();
        };
  }

  DatabaseKind kind() {
    return kind;
  }

  /** What a fresh database needs first. */
  List<String> preparation() {
    return switch (kind) {
      case POSTGRESQL -> PostgreSqlTypes.preparation();
      case MYSQL, MARIADB -> List.of("SET sql_mode = 'ALLOW_INVALID_DATES'");
      case H2 -> List.of();
    };
  }

  /** Types that the proxy takes, so that a table is not refused as a whole. */
  List<SqlType> types() {
    return types;
  }

  /**
   * One table.
   *
   * @param parent a table to refer to, or null
   */
  RandomTable make(String name, @Nullable RandomTable parent, Random random) {
    List<Column> key = key(random);
    List<Column> columns = new ArrayList<>(key);
    columns.add(number("n", "", 20, true));
    columns.add(text("s", "", true));
    int more = random.nextInt(5);
    for (int i = 0; i < more; i++) {
      columns.add(any("c" + i, RandomTable.pick(types, random)));
    }
    addSpecials(columns, random);
    List<String> constraints = new ArrayList<>();
    constraints.add("PRIMARY KEY (" + names(key) + ")");
    if (parent != null && parent.key().size() == 1 && parent.key().get(0).name().equals("id")) {
      columns.add(reference(parent.key().get(0)));
      constraints.add("FOREIGN KEY (p) REFERENCES " + parent.name() + " (id)" + action(random));
    }
    if (random.nextInt(4) == 0) {
      constraints.add("UNIQUE (n, s)");
    }
    String create =
        "CREATE TABLE "
            + name
            + " ("
            + Stream.concat(
                    columns.stream().map(c -> c.name() + " " + c.definition()),
                    constraints.stream())
                .collect(Collectors.joining(", "))
            + ")";
    return new RandomTable(
        name,
        List.copyOf(columns),
        key,
        List.of(create),
        dump(name, columns),
        parent == null ? null : parent.name());
  }

  /** H2 lets children slip in while they cascade, so there it is refused and tried rarely. */
  private String action(Random random) {
    if (random.nextInt(kind == DatabaseKind.H2 ? 12 : 2) > 0) {
      return "";
    }
    return random.nextBoolean() ? " ON DELETE CASCADE" : " ON DELETE SET NULL";
  }

  private Column reference(Column id) {
    String type = id.definition().startsWith("BIGINT") ? "BIGINT" : "INT";
    Column number = number("p", "", 8, true);
    return new Column("p", type, number.judge(), number.values(), true, Kind.NUMBER);
  }

  private TableRestored.Dump dump(String table, List<Column> columns) {
    String query =
        kind == DatabaseKind.POSTGRESQL
            ? "SELECT encode(record_send(r), 'hex') FROM " + table + " r"
            : "SELECT "
                + columns.stream().map(Column::judge).collect(Collectors.joining(", "))
                + " FROM "
                + table;
    return new TableRestored.Dump(table, query);
  }

  private List<Column> key(Random random) {
    boolean standard = kind == DatabaseKind.POSTGRESQL || kind == DatabaseKind.H2;
    return switch (random.nextInt(8)) {
      case 0, 1 -> List.of(number("id", " NOT NULL", 150, false));
      case 2 -> List.of(identity(standard && random.nextBoolean()));
      case 3 -> List.of(text("k", " NOT NULL", false));
      case 4 -> List.of(binary());
      case 5 -> List.of(number("k1", " NOT NULL", 20, false), text("k2", " NOT NULL", false));
      case 6 -> List.of(text("k2", " NOT NULL", false), number("k1", " NOT NULL", 20, false));
      default -> {
        List<SqlType> keys = types.stream().filter(SqlType::isKey).toList();
        Column any = any("k1", RandomTable.pick(keys, random));
        Column required =
            new Column(
                "k1", any.definition() + " NOT NULL", any.judge(), any.values(), false, Kind.ANY);
        yield List.of(required, number("k2", " NOT NULL", 40, false));
      }
    };
  }

  private void addSpecials(List<Column> columns, Random random) {
    boolean mySqlFamily = kind == DatabaseKind.MYSQL || kind == DatabaseKind.MARIADB;
    if (random.nextInt(3) == 0) {
      columns.add(number("u", " UNIQUE", 200, true));
    }
    if (random.nextInt(4) == 0) {
      columns.add(text("ut", " UNIQUE", true));
    }
    if (random.nextInt(3) == 0) {
      columns.add(number("d", " DEFAULT 7", 9, true));
    }
    if (random.nextInt(3) == 0) {
      boolean stored = kind == DatabaseKind.POSTGRESQL || (mySqlFamily && random.nextBoolean());
      String how = stored ? " STORED" : mySqlFamily ? " VIRTUAL" : "";
      columns.add(
          new Column(
              "g",
              "INT GENERATED ALWAYS AS (n + 1)" + how,
              judgeOfNumber("g"),
              List.of(),
              true,
              Kind.GENERATED));
    }
    if (mySqlFamily && random.nextInt(3) == 0) {
      columns.add(
          new Column(
              "ts",
              "TIMESTAMP(6) NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP(6)",
              "UNIX_TIMESTAMP(ts)",
              List.of(Value.of("'2024-10-27 01:30:00.000001'", p -> p)),
              true,
              Kind.ANY));
    }
    if (mySqlFamily && random.nextInt(4) == 0) {
      columns.add(
          new Column(
              "dt",
              "DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3)",
              "CAST(dt AS CHAR)",
              List.of(Value.of("'2024-10-27 01:30:00.125'", p -> p)),
              true,
              Kind.ANY));
    }
  }

  private Column number(String name, String more, int many, boolean nullable) {
    List<Value> values =
        IntStream.rangeClosed(1, many).mapToObj(i -> Value.of("" + i, p -> p)).toList();
    return new Column(name, "INT" + more, judgeOfNumber(name), values, nullable, Kind.NUMBER);
  }

  private String judgeOfNumber(String name) {
    return kind == DatabaseKind.H2 ? name : "CAST(" + name + " AS CHAR)";
  }

  /** Among the values are some that a case-insensitive or padding collation holds to be equal. */
  private Column text(String name, String more, boolean nullable) {
    List<Value> values = new ArrayList<>();
    for (String text : List.of("a", "A", "a ", "b", "ä", "", "x y", "😀", "ß", "ss", "1", "01")) {
      values.add(Value.of("'" + text + "'", p -> p));
    }
    for (int i = 0; i < MORE_TEXTS; i++) {
      values.add(Value.of("'t" + i + "'", p -> p));
    }
    String judge = kind == DatabaseKind.H2 ? "RAWTOHEX(" + name + ")" : "HEX(" + name + ")";
    return new Column(name, "VARCHAR(40)" + more, judge, List.copyOf(values), nullable, Kind.TEXT);
  }

  private Column identity(boolean always) {
    List<Value> values =
        IntStream.rangeClosed(1, 25).mapToObj(i -> Value.of("" + i, p -> p)).toList();
    boolean standard = kind == DatabaseKind.POSTGRESQL || kind == DatabaseKind.H2;
    String definition =
        standard
            ? "BIGINT GENERATED " + (always ? "ALWAYS" : "BY DEFAULT") + " AS IDENTITY"
            : "BIGINT NOT NULL AUTO_INCREMENT";
    return new Column(
        "id",
        definition,
        judgeOfNumber("id"),
        values,
        false,
        always ? Kind.IDENTITY_ALWAYS : Kind.IDENTITY);
  }

  private Column binary() {
    List<Value> values = new ArrayList<>();
    List<String> texts =
        new ArrayList<>(
            List.of("00", "00FF", "20", "2020", "5C27", "61", "41", "C3A4", "FFFE", "0A"));
    for (int i = 0; i < MORE_TEXTS; i++) {
      texts.add("E0%02X".formatted(i));
    }
    for (String hex : texts) {
      values.add(
          switch (kind) {
            case POSTGRESQL ->
                new Value(
                    "'\\x" + hex + "'",
                    "?",
                    (s, i) -> s.setBytes(i, java.util.HexFormat.of().parseHex(hex)));
            case H2 -> Value.of("X'" + hex + "'", p -> p);
            case MYSQL, MARIADB -> Value.of("0x" + hex, p -> p);
          });
    }
    String definition = kind == DatabaseKind.POSTGRESQL ? "BYTEA" : "VARBINARY(16)";
    String judge = kind == DatabaseKind.H2 ? "RAWTOHEX(k)" : "HEX(k)";
    return new Column("k", definition + " NOT NULL", judge, List.copyOf(values), false, Kind.ANY);
  }

  private Column any(String name, SqlType type) {
    List<Value> values = new ArrayList<>();
    for (String literal : type.literals()) {
      if (literal.length() <= LONGEST_LITERAL && !literal.contains("30000")) {
        values.add(Value.of(literal, placeholder -> placeholder(placeholder, type)));
      }
    }
    return new Column(
        name, type.definition(), type.judge(name), List.copyOf(values), true, Kind.ANY);
  }

  /** Types that are refused as a whole. */
  List<SqlType> refusedTypes() {
    return switch (kind) {
      case POSTGRESQL -> PostgreSqlTypes.refused();
      case H2 -> H2Types.refused();
      case MYSQL, MARIADB -> List.of();
    };
  }

  /** How a text becomes a value of the type. */
  private @Nullable String placeholder(String placeholder, SqlType type) {
    return switch (kind) {
      case POSTGRESQL ->
          "CAST(" + placeholder + " AS " + type.definition().replaceFirst(" COLLATE.*", "") + ")";
      case H2 -> type.definition().contains("CHAR") ? placeholder : null;
      case MYSQL, MARIADB -> placeholder;
    };
  }

  private static String names(List<Column> columns) {
    return columns.stream().map(Column::name).collect(Collectors.joining(", "));
  }
}
