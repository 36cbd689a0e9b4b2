package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.Conflict;
import io.attx.datasource.sql.SqlFlags.Syntax;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands behind the rows of an INSERT about rows that are there already. */
final class Conflicts {
  private Conflicts() {}

  /**
   * Reads the clause, up to RETURNING or the end.
   *
   * @param byVerb what the verb of the statement says already
   */
  static @Nullable Conflict parse(
      StatementText text, Cursor cursor, TableRef table, @Nullable Conflict byVerb) {
    int from = cursor.index();
    Conflict conflict = byVerb;
    if (text.mysqlFamily() && (cursor.sees("AS") || cursor.sees("ON"))) {
      conflict = onDuplicateKey(text, cursor, table, byVerb);
    } else if (text.isFor(Syntax.POSTGRESQL) && cursor.sees("ON")) {
      conflict = onConflict(text, cursor, table);
    } else if (cursor.sees("ON")) {
      throw new Refusal(
          "INSERT … ON exists in the compatibility modes of H2 only, where it is not supported.",
          "Use MERGE INTO … KEY.");
    }
    if (conflict == null || cursor.index() == from) {
      return conflict;
    }
    SqlSlice clause = text.slice(from, cursor.index());
    return new Conflict(conflict.action(), clause, conflict.assigned(), conflict.key());
  }

  private static Conflict onDuplicateKey(
      StatementText text, Cursor cursor, TableRef table, @Nullable Conflict byVerb) {
    if (cursor.accept("AS")) {
      cursor.name();
      if (cursor.acceptChar('(')) {
        do {
          cursor.name();
        } while (cursor.acceptChar(','));
        cursor.expectChar(')');
      }
    }
    if (!cursor.accept("ON", "DUPLICATE", "KEY", "UPDATE")) {
      throw cursor.unexpected();
    }
    if (byVerb != null) {
      throw new Refusal(
          text.get(0).keyword() + " with both IGNORE and ON DUPLICATE KEY UPDATE.",
          "Use one of the two.");
    }
    List<Identifier> assigned = assignments(text, cursor, table);
    return new Conflict(Conflict.Action.UPDATE, null, assigned, List.of());
  }

  private static Conflict onConflict(StatementText text, Cursor cursor, TableRef table) {
    int from = cursor.index();
    if (!cursor.accept("ON", "CONFLICT")) {
      throw cursor.unexpected();
    }
    if (text.isChar(cursor.index(), '(')) {
      cursor.skipBrackets();
      if (cursor.accept("WHERE")) {
        cursor.expressionBefore("DO");
      }
    } else if (cursor.accept("ON", "CONSTRAINT")) {
      cursor.name();
    }
    if (cursor.accept("DO", "NOTHING")) {
      HiddenEffects.refuse(text, from, cursor.index());
      return new Conflict(Conflict.Action.SKIP, null, List.of(), List.of());
    }
    if (!cursor.accept("DO", "UPDATE", "SET")) {
      throw cursor.unexpected();
    }
    List<Identifier> assigned = assignments(text, cursor, table);
    if (cursor.accept("WHERE")) {
      int condition = cursor.index();
      cursor.expression(false);
      HiddenEffects.refuse(text, condition, cursor.index());
    }
    return new Conflict(Conflict.Action.UPDATE, null, assigned, List.of());
  }

  /** Reads {@code column = value, …} and {@code (column, …) = …}; the columns. */
  static List<Identifier> assignments(StatementText text, Cursor cursor, TableRef table) {
    int from = cursor.index();
    List<Identifier> assigned = new ArrayList<>();
    do {
      if (!text.mysqlFamily() && cursor.acceptChar('(')) {
        do {
          assigned.add(Targets.column(text, cursor, table));
        } while (cursor.acceptChar(','));
        cursor.expectChar(')');
      } else {
        assigned.add(Targets.column(text, cursor, table));
      }
      cursor.expectChar('=');
      cursor.expression(true);
    } while (cursor.acceptChar(','));
    HiddenEffects.refuseInTableStatement(text, from, cursor.index());
    return List.copyOf(assigned);
  }
}
