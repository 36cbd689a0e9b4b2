package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.Conflict;
import io.attx.datasource.sql.AnalyzedStatement.Insert;
import io.attx.datasource.sql.AnalyzedStatement.Merge;
import io.attx.datasource.sql.AnalyzedStatement.MergeClause;
import io.attx.datasource.sql.SqlFlags.Syntax;
import java.util.ArrayList;
import java.util.List;

/** MERGE INTO … USING of PostgreSQL and H2, and MERGE INTO … KEY of H2. */
final class Merges implements StatementForm {
  @Override
  public boolean begins(StatementText text) {
    return text.is(0, "MERGE") && !text.mysqlFamily();
  }

  @Override
  public AnalyzedStatement recognise(StatementText text) {
    Cursor cursor = new Cursor(text, "a MERGE");
    cursor.skip();
    cursor.expect("INTO");
    int target = cursor.index();
    TableRef table = cursor.table(true);
    return cursor.sees("USING") ? using(text, cursor, table) : byKey(text, cursor, table, target);
  }

  // ---- MERGE … KEY

  private static AnalyzedStatement byKey(
      StatementText text, Cursor cursor, TableRef table, int target) {
    if (!text.isFor(Syntax.H2) || table.alias() != null) {
      throw cursor.unexpected();
    }
    Inserts.InsertedRows rows = new Inserts.InsertedRows(text, cursor, table);
    rows.columnList();
    List<Identifier> key = new ArrayList<>();
    if (cursor.accept("KEY")) {
      cursor.expectChar('(');
      do {
        key.add(Targets.column(text, cursor, table));
      } while (cursor.acceptChar(','));
      cursor.expectChar(')');
    }
    rows.source();
    rows.refuseMismatch(!rows.columns().isEmpty());
    cursor.expectEnd();
    HiddenEffects.refuseInTableStatement(text, target, text.size());
    return new Insert(
        text.sql(),
        text.parameterCount(),
        table,
        rows.columns(),
        rows.rows(),
        rows.query(),
        new Conflict(Conflict.Action.MERGE, null, rows.columns(), key),
        null,
        text.body());
  }

  // ---- MERGE … USING

  private static AnalyzedStatement using(StatementText text, Cursor cursor, TableRef table) {
    int source = cursor.index();
    int clause = nextClause(text, source);
    HiddenEffects.refuseInTableStatement(text, source, clause);
    if (clause == text.size()) {
      throw text.unexpected(clause, "in a MERGE");
    }
    requireJoin(text, source, clause);
    int end = returning(text, clause);
    List<MergeClause> clauses = new ArrayList<>();
    for (int at = clause; at < end; ) {
      int next = Math.min(end, nextClause(text, at + 1));
      clauses.add(clause(text, table, at, next));
      at = next;
    }
    if (end < text.size()) {
      HiddenEffects.refuse(text, end + 1, text.size());
    }
    return new Merge(
        text.sql(),
        text.parameterCount(),
        table,
        List.copyOf(clauses),
        text.slice(source, clause),
        end == text.size() ? null : text.slice(end, text.size()),
        text.body());
  }

  /** USING is followed by a source, and that by ON and a condition. */
  private static void requireJoin(StatementText text, int source, int end) {
    for (int i = source + 2; i < end - 1; i++) {
      if (text.get(i).depth() == 0 && text.is(i, "ON")) {
        return;
      }
    }
    throw text.unexpected(end, "in a MERGE without ON");
  }

  private static int nextClause(StatementText text, int from) {
    for (int i = from; i < text.size(); i++) {
      boolean begins =
          text.startsWith(i, "WHEN", "MATCHED") || text.startsWith(i, "WHEN", "NOT", "MATCHED");
      if (begins && text.get(i).depth() == 0) {
        return i;
      }
    }
    return text.size();
  }

  private static int returning(StatementText text, int from) {
    for (int i = from; i < text.size(); i++) {
      if (text.get(i).depth() == 0 && text.is(i, "RETURNING")) {
        if (!text.isFor(Syntax.POSTGRESQL) || i + 1 == text.size()) {
          throw text.unexpected(i, "in a MERGE");
        }
        return i;
      }
    }
    return text.size();
  }

  private static MergeClause clause(StatementText text, TableRef table, int from, int to) {
    boolean not = text.is(from + 1, "NOT");
    int at = from + (not ? 3 : 2);
    boolean bySource = text.startsWith(at, "BY", "SOURCE");
    if (bySource || text.startsWith(at, "BY", "TARGET")) {
      at += 2;
    }
    int then = then(text, at, to);
    SqlSlice condition = null;
    if (then > at) {
      if (!text.is(at, "AND") || then == at + 1) {
        throw text.unexpected(at, "in a MERGE");
      }
      condition = text.slice(at + 1, then);
      HiddenEffects.refuseInTableStatement(text, at + 1, then);
    }
    Action action = action(text, table, then + 1, to);
    boolean matched = !not || bySource;
    if (matched == (action.effect == MergeClause.Effect.INSERT)
        && action.effect != MergeClause.Effect.NOTHING) {
      throw text.unexpected(then + 1, "in a MERGE");
    }
    return new MergeClause(
        action.effect,
        action.assigned,
        matched,
        condition,
        text.slice(then, to),
        text.slice(from, to));
  }

  /** The THEN of the clause, not one of a CASE in its condition. */
  private static int then(StatementText text, int from, int to) {
    int cases = 0;
    for (int i = from; i < to; i++) {
      if (text.get(i).depth() > 0) {
        continue;
      }
      if (text.is(i, "CASE")) {
        cases++;
      } else if (text.is(i, "END")) {
        cases--;
      } else if (text.is(i, "THEN") && cases == 0) {
        return i;
      }
    }
    throw text.unexpected(to, "in a MERGE");
  }

  private record Action(MergeClause.Effect effect, List<Identifier> assigned) {}

  private static Action action(StatementText text, TableRef table, int from, int to) {
    Cursor cursor = new Cursor(text, "a MERGE");
    cursor.moveTo(from);
    List<Identifier> assigned = List.of();
    MergeClause.Effect effect;
    if (cursor.accept("UPDATE", "SET")) {
      effect = MergeClause.Effect.UPDATE;
      assigned = Conflicts.assignments(text, cursor, table);
    } else if (cursor.accept("DELETE")) {
      effect = MergeClause.Effect.DELETE;
    } else if (text.isFor(Syntax.POSTGRESQL) && cursor.accept("DO", "NOTHING")) {
      effect = MergeClause.Effect.NOTHING;
    } else {
      cursor.expect("INSERT");
      effect = MergeClause.Effect.INSERT;
      insert(text, cursor, table);
    }
    if (cursor.index() != to) {
      throw cursor.unexpected();
    }
    return new Action(effect, assigned);
  }

  private static void insert(StatementText text, Cursor cursor, TableRef table) {
    int from = cursor.index();
    Inserts.InsertedRows rows = new Inserts.InsertedRows(text, cursor, table);
    boolean columnList = rows.columnList();
    rows.source();
    rows.refuseMismatch(columnList);
    if (rows.rows().size() != 1) {
      throw cursor.unexpected();
    }
    HiddenEffects.refuseInTableStatement(text, from, cursor.index());
  }
}
