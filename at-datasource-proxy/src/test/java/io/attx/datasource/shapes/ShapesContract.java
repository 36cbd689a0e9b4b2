package io.attx.datasource.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.Xid;
import io.attx.client.GlobalTransactionContext;
import io.attx.databases.DatabaseKind;
import io.attx.datasource.support.RealDatabase;
import io.attx.datasource.support.TestDatabase;
import io.attx.protocol.BranchResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Statements of every shape: each has the same result and the same effect as on the bare
 * connection, and its rollback restores all tables.
 */
abstract class ShapesContract {
  private static final List<String> TABLES =
      List.of("t", "s", "p", "n", "pt", "j", "dk", "q", "parent", "child");

  private final DatabaseKind kind;
  private final List<String> lists;
  private final List<String> tables = new ArrayList<>();
  RealDatabase db;
  private Connection observer;
  private Connection bare;
  private Connection wrapped;

  ShapesContract(DatabaseKind kind, String... lists) {
    this.kind = kind;
    this.lists = List.of(lists);
  }

  @BeforeEach
  void open() throws SQLException {
    db = RealDatabase.on(kind);
    db.execute(
        "create table t (id int primary key, a int, b varchar(10) default 'd', u int unique)",
        "create table s (id int primary key, tid int, v int)",
        "create table p (k int, l int, w int, primary key (k, l))",
        "create table n (name varchar(20) primary key, v int)",
        "insert into t values (1,10,'a',1),(2,20,'b',2),(3,30,'c',3),(4,null,null,null),(5,50,'a',5)",
        "insert into s values (1,1,100),(2,1,101),(3,3,300),(4,5,50),(5,null,7)",
        "insert into p values (1,1,1),(1,2,2),(2,1,3),(3,3,4),(5,4,5)",
        "insert into n values ('ann',1),('Bob',2),('carl',3)");
    db.execute(more());
    observer = db.address().connect();
    bare = db.address().connect();
    wrapped = db.wrapped().getConnection();
    for (String table : TABLES) {
      if (exists(table)) {
        tables.add(table);
      }
    }
  }

  /** Tables that only this database has. */
  String[] more() {
    return new String[0];
  }

  private boolean exists(String table) {
    try {
      db.rows("select * from " + table);
      return true;
    } catch (SQLException missing) {
      return false;
    }
  }

  @AfterEach
  void close() throws SQLException {
    observer.close();
    bare.close();
    wrapped.close();
    db.close();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_REPEATABLE_READ})
  void every_shape_does_what_the_bare_statement_does_and_is_undone(int isolation) throws Exception {
    for (Connection connection : List.of(bare, wrapped)) {
      connection.setTransactionIsolation(isolation);
      connection.setAutoCommit(false);
    }
    List<String> failures = new ArrayList<>();
    List<String> untouched = everything();
    int compared = 0;
    for (Shape shape : shapes()) {
      String failure = check(shape, untouched);
      if (failure != null) {
        failures.add(shape.sql() + "\n      " + failure);
      }
      compared++;
    }
    assertThat(failures).as(String.join("\n", failures)).isEmpty();
    assertThat(compared).isGreaterThan(40);
  }

  private @Nullable String check(Shape shape, List<String> untouched) throws Exception {
    Effect expected;
    try {
      expected = effect(bare, shape);
    } catch (SQLException refused) {
      return "bare: " + refused.getMessage();
    } finally {
      bare.rollback();
    }
    Xid xid = db.begin();
    Effect actual;
    try (var scope = GlobalTransactionContext.join(xid)) {
      actual = effect(wrapped, shape);
      wrapped.commit();
    } catch (SQLException refused) {
      wrapped.rollback();
      return "wrapped: " + refused;
    }
    List<String> committed = everything();
    String undone = undone(xid);
    assertThat(everything()).as(shape.sql()).isEqualTo(untouched);
    if (!actual.equals(expected)) {
      return "bare " + expected + "\n   wrapped " + actual;
    }
    return committed.equals(expected.content()) ? undone : "committed " + committed;
  }

  private @Nullable String undone(Xid xid) throws Exception {
    for (BranchResult result : db.rollback(xid)) {
      if (result.outcome() != BranchResult.Outcome.UNDONE) {
        return "rollback: " + result;
      }
    }
    return null;
  }

  private Effect effect(Connection connection, Shape shape) throws SQLException {
    List<String> answer;
    try (PreparedStatement statement = connection.prepareStatement(shape.sql())) {
      for (int i = 0; i < shape.parameters().size(); i++) {
        statement.setObject(i + 1, shape.parameters().get(i));
      }
      if (statement.execute()) {
        try (ResultSet rows = statement.getResultSet()) {
          answer = new ArrayList<>(TestDatabase.lines(rows));
          answer.add(0, rows.getMetaData().getColumnCount() + " columns");
        }
        if (!shape.sql().contains("order by")) {
          answer.sort(null);
        }
      } else {
        answer = List.of("count " + statement.getUpdateCount());
      }
    }
    return new Effect(answer, everything(connection));
  }

  /** What a statement answers, and all rows afterwards. */
  private record Effect(List<String> answer, List<String> content) {}

  List<String> everything() throws SQLException {
    return everything(observer);
  }

  private List<String> everything(Connection connection) throws SQLException {
    List<String> all = new ArrayList<>();
    for (String table : tables) {
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("select * from " + table + " order by 1")) {
        TestDatabase.lines(rows).forEach(row -> all.add(table + ": " + row));
      }
    }
    return all;
  }

  /** One statement of a list. */
  record Shape(String sql, List<Object> parameters) {
    static Shape of(String line) {
      String[] parts = line.split(" ## ", 2);
      List<Object> parameters = new ArrayList<>();
      if (parts.length > 1) {
        for (String value : parts[1].split(", ")) {
          parameters.add(
              value.startsWith("'")
                  ? value.substring(1, value.length() - 1)
                  : (Object) Integer.valueOf(value));
        }
      }
      return new Shape(parts[0], parameters);
    }
  }

  List<Shape> shapes() throws IOException {
    List<Shape> shapes = new ArrayList<>();
    for (String list : lists) {
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(
                  ShapesContract.class.getResourceAsStream(list + ".txt"),
                  StandardCharsets.UTF_8))) {
        reader
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .forEach(line -> shapes.add(Shape.of(line)));
      }
    }
    return shapes;
  }
}
