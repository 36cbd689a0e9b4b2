package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.Lock;
import io.attx.datasource.sql.AnalyzedStatement.LockingSelect;
import io.attx.datasource.sql.AnalyzedStatement.NestedQuery;
import io.attx.datasource.sql.AnalyzedStatement.Sources;
import io.attx.datasource.sql.References.Item;
import io.attx.datasource.sql.SqlFlags.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** SELECT with a locking clause at its end, on tables or joins of tables. */
final class LockingSelects {
  private static final String REMEDY =
      "Lock the rows by SELECT … FROM tables WHERE … FOR UPDATE, with the locking clause at the"
          + " end.";
  private static final Set<String> GROUPING =
      Set.of("DISTINCT", "DISTINCTROW", "UNIQUE", "OVER", "GROUP", "HAVING");

  /**
   * Recognises it.
   *
   * @param lockAt where its first locking clause begins
   */
  AnalyzedStatement recognise(StatementText text, int lockAt) {
    WithClause with = WithClause.of(text);
    if (!text.is(with.end(), "SELECT")) {
      throw new Refusal("A locking clause does not belong to one query here.", REMEDY);
    }
    int from = fromClause(text, with.end() + 1, lockAt);
    Cursor cursor = new Cursor(text, "a locking SELECT");
    cursor.moveTo(from + 1);
    References references = new ReferenceParser(text, cursor, with.names()).parse();
    boolean plain = references.isOneTable();
    Clauses clauses = Clauses.parse(text, cursor, plain ? references.items().get(0).table() : null);
    boolean grouped = isGrouped(text, with.end() + 1, lockAt);
    SqlSlice orderBy = clauses.orderBy();
    SqlSlice limit = clauses.limit();
    if (cursor.sees("GROUP") || cursor.sees("HAVING")) {
      skipGrouping(text, cursor);
      orderBy = Clauses.orderBy(text, cursor);
      limit = Clauses.limit(text, cursor);
    }
    if (cursor.index() != lockAt) {
      throw cursor.unexpected();
    }
    List<TableRef> locked = new ArrayList<>();
    Lock lock = new LockClause(text, cursor, references).parse(locked);
    if (lock.waiting() == Lock.Waiting.SKIP_LOCKED && (!plain || grouped)) {
      throw new Refusal(
          "SKIP LOCKED does not say which rows it leaves out of a join or a group.",
          "Use it on one table, without grouping.");
    }
    HiddenEffects.refuseInTableStatement(text, 0, lockAt);
    return new LockingSelect(
        text.sql(),
        text.parameterCount(),
        locked.get(0),
        locked.subList(1, locked.size()),
        grouped,
        lock,
        clauses.where(),
        orderBy,
        limit,
        clauses.equalities(),
        clauses.inList(),
        new Sources(with.slice(text), references, true, NestedQueries.of(text)),
        text.body());
  }

  /** The index of FROM behind the select list. */
  private static int fromClause(StatementText text, int begin, int lockAt) {
    for (int i = begin; i < lockAt; i++) {
      Token token = text.get(i);
      if (token.depth() == 0 && token.is("FROM") && !text.is(i - 1, "DISTINCT")) {
        return i;
      }
      if (token.is("INTO") || (token.is("TOP") && text.isFor(Syntax.H2))) {
        throw new Refusal(
            "A locking clause together with " + token.keyword() + " is not supported.", REMEDY);
      }
    }
    throw new Refusal("A locking clause without a table locks nothing.", REMEDY);
  }

  /** Whether a row of the result may stand for several rows of the tables. */
  private static boolean isGrouped(StatementText text, int begin, int lockAt) {
    List<NestedQuery> nested = NestedQueries.of(text);
    for (int i = begin; i < lockAt; i++) {
      Token token = text.get(i);
      if (nested.stream().anyMatch(q -> q.start() <= token.start() && token.end() <= q.end())) {
        continue;
      }
      boolean comparison = token.is("DISTINCT") && text.is(i + 1, "FROM");
      boolean aggregate = Words.AGGREGATES.contains(token.keyword()) && text.isChar(i + 1, '(');
      if (aggregate || (GROUPING.contains(token.keyword()) && !comparison)) {
        return true;
      }
    }
    return false;
  }

  private static void skipGrouping(StatementText text, Cursor cursor) {
    if (cursor.accept("GROUP")) {
      cursor.expect("BY");
      cursor.expression(false);
      if (cursor.accept("WITH")) {
        cursor.expect("ROLLUP");
      }
    }
    if (cursor.accept("HAVING")) {
      cursor.expression(false);
    }
    if (!cursor.atEnd() && text.is(cursor.index(), "WINDOW")) {
      throw cursor.unexpected();
    }
  }

  /** Reads the locking clause and finds the tables that it locks. For one statement. */
  private static final class LockClause {
    private final StatementText text;
    private final Cursor cursor;
    private final References references;

    LockClause(StatementText text, Cursor cursor, References references) {
      this.text = text;
      this.cursor = cursor;
      this.references = references;
    }

    Lock parse(List<TableRef> locked) {
      int from = cursor.index();
      Lock.Strength strength = strength();
      if (!text.isFor(Syntax.MARIADB) && cursor.accept("OF")) {
        of(locked);
      } else {
        all(locked);
      }
      Lock.Waiting waiting = waiting();
      if (!cursor.atEnd()) {
        throw new Refusal(
            "The locking clause is followed by "
                + text.get(cursor.index()).shortText(text.sql())
                + ".",
            REMEDY);
      }
      return new Lock(text.slice(from, cursor.index()), strength, waiting);
    }

    private Lock.Strength strength() {
      if (cursor.accept("FOR", "UPDATE")) {
        return Lock.Strength.UPDATE;
      }
      boolean postgresql = text.isFor(Syntax.POSTGRESQL);
      if (postgresql && cursor.accept("FOR", "NO", "KEY", "UPDATE")) {
        return Lock.Strength.NO_KEY_UPDATE;
      }
      if (postgresql && cursor.accept("FOR", "KEY", "SHARE")) {
        return Lock.Strength.KEY_SHARE;
      }
      if (text.mysqlFamily() && cursor.accept("LOCK", "IN", "SHARE", "MODE")) {
        return Lock.Strength.SHARE;
      }
      boolean known = postgresql || text.isFor(Syntax.MYSQL);
      if (known && cursor.accept("FOR", "SHARE")) {
        return Lock.Strength.SHARE;
      }
      throw new Refusal("This database does not have this kind of row lock.", REMEDY);
    }

    private Lock.Waiting waiting() {
      if (cursor.accept("NOWAIT")) {
        return Lock.Waiting.NOWAIT;
      }
      return cursor.accept("SKIP", "LOCKED") ? Lock.Waiting.SKIP_LOCKED : Lock.Waiting.WAIT;
    }

    private void of(List<TableRef> locked) {
      do {
        locked.add(Targets.table(List.of(cursor.name()), references));
      } while (cursor.acceptChar(','));
      refuseOnH2();
    }

    private void all(List<TableRef> locked) {
      for (Item item : references.items()) {
        if (item.table() != null) {
          locked.add(item.table());
        } else if (text.isFor(Syntax.POSTGRESQL)) {
          throw new Refusal(
              "The locking clause reaches into a nested query, function or common table"
                  + " expression.",
              "Name the tables to be locked: FOR UPDATE OF …");
        }
      }
      if (locked.isEmpty()) {
        throw new Refusal("The locking clause locks no table.", REMEDY);
      }
      refuseOnH2();
    }

    /** H2 locks nothing behind nested queries and on the nullable side of a join. */
    private void refuseOnH2() {
      boolean whole =
          references.items().stream()
              .allMatch(item -> item.table() != null && !item.mayBeMissing());
      if (text.isFor(Syntax.H2) && !whole) {
        throw new Refusal(
            "H2 does not lock the rows of outer joins and nested queries.",
            "Lock the rows of one table, then read the rest.");
      }
    }
  }
}
