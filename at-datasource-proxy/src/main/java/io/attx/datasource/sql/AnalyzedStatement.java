package io.attx.datasource.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one SQL text is, as far as a branch must know. Immutable; cached by text and flags. */
public sealed interface AnalyzedStatement {
  /** The original text. */
  String sql();

  /** How many placeholders it has. */
  int parameterCount();

  /** Changes nothing and needs no lock: executed as it is. */
  record PassThrough(String sql, int parameterCount) implements AnalyzedStatement {}

  /** Transaction control as text, mapped to the JDBC call or refused by the connection. */
  record TransactionControl(String sql, Kind kind, String argument) implements AnalyzedStatement {
    @Override
    public int parameterCount() {
      return 0;
    }

    /** What it controls. */
    public enum Kind {
      /** BEGIN, START TRANSACTION. */
      BEGIN,
      /** COMMIT. */
      COMMIT,
      /** ROLLBACK. */
      ROLLBACK,
      /** SAVEPOINT name; the argument is the name. */
      SAVEPOINT,
      /** ROLLBACK TO name; the argument is the name. */
      ROLLBACK_TO,
      /** RELEASE SAVEPOINT name; the argument is the name. */
      RELEASE,
      /** SET autocommit; the argument is "true" or "false". */
      AUTOCOMMIT
    }
  }

  /**
   * Must not execute inside a global transaction.
   *
   * @param reason why it cannot be undone
   * @param remedy what to do instead
   */
  record Refused(String sql, int parameterCount, String reason, String remedy)
      implements AnalyzedStatement {}

  /**
   * The application asked for it by a leading comment {@code attx:unprotected}: executed as it is,
   * never undone, and loudly logged.
   */
  record Unprotected(String sql, int parameterCount) implements AnalyzedStatement {}

  /** A statement on exactly one table whose rows are imaged or locked. */
  sealed interface TableStatement extends AnalyzedStatement {
    /** The table. */
    TableRef table();

    /**
     * The statement from its first to its last token: without a semicolon or a comment at its end,
     * so that a clause can be appended. Holds all placeholders.
     */
    SqlSlice body();
  }

  /** A statement that finds its rows by a condition. */
  sealed interface Filtered extends TableStatement {
    /** The condition behind WHERE, or null for all rows. */
    @Nullable SqlSlice where();

    /** From ORDER BY to before LIMIT, with the words; or null. */
    @Nullable SqlSlice orderBy();

    /** From LIMIT (or FETCH FIRST) on, with the words; or null. */
    @Nullable SqlSlice limit();

    /**
     * When the condition is nothing but column = value joined by AND, those pairs; otherwise empty.
     * With all columns of the key among them and no other, the statement names one row, provided
     * that each value has the type of its column: a number compared with a text column matches
     * several rows on MySQL and MariaDB.
     */
    List<Equality> equalities();

    /** When the condition is nothing but column IN (value, …), that list; otherwise null. */
    @Nullable InList inList();

    /**
     * Whether a query (SELECT, TABLE or VALUES) stands inside the condition, the assignments or the
     * order, so that a repeated slice reads other rows.
     */
    boolean subquery();
  }

  /**
   * column = value.
   *
   * @param column the column
   * @param value a placeholder or a literal
   */
  record Equality(Identifier column, ValueExpr value) {}

  /**
   * column IN (value, …).
   *
   * @param column the column
   * @param values placeholders and literals, at least one
   */
  record InList(Identifier column, List<ValueExpr> values) {
    /** Copies the list. */
    public InList {
      values = List.copyOf(values);
    }
  }

  /**
   * column = expression in SET.
   *
   * @param column the column
   * @param value what is assigned
   */
  record Assignment(Identifier column, ValueExpr value) {}

  /**
   * INSERT … VALUES on one table.
   *
   * @param columns as listed; empty when the statement lists none
   * @param rows the values of each row, all of the same number: as many as columns where those are
   *     listed, else for the first columns of the table (PostgreSQL allows fewer than it has); a
   *     row without any value takes the default of each column (DEFAULT VALUES)
   * @param returning its own RETURNING clause with the word, at the end of the body; or null
   */
  record Insert(
      String sql,
      int parameterCount,
      TableRef table,
      List<Identifier> columns,
      List<List<ValueExpr>> rows,
      @Nullable SqlSlice returning,
      SqlSlice body)
      implements TableStatement {}

  /**
   * UPDATE of one table.
   *
   * @param assignments what is set
   * @param set the text between SET and the next clause
   */
  record Update(
      String sql,
      int parameterCount,
      TableRef table,
      List<Assignment> assignments,
      SqlSlice set,
      @Nullable SqlSlice where,
      @Nullable SqlSlice orderBy,
      @Nullable SqlSlice limit,
      List<Equality> equalities,
      @Nullable InList inList,
      boolean subquery,
      SqlSlice body)
      implements Filtered {}

  /** DELETE from one table. */
  record Delete(
      String sql,
      int parameterCount,
      TableRef table,
      @Nullable SqlSlice where,
      @Nullable SqlSlice orderBy,
      @Nullable SqlSlice limit,
      List<Equality> equalities,
      @Nullable InList inList,
      boolean subquery,
      SqlSlice body)
      implements Filtered {}

  /** SELECT … FOR UPDATE on one table, without grouping, distinct, sets or waiting options. */
  record LockingSelect(
      String sql,
      int parameterCount,
      TableRef table,
      @Nullable SqlSlice where,
      @Nullable SqlSlice orderBy,
      @Nullable SqlSlice limit,
      List<Equality> equalities,
      @Nullable InList inList,
      boolean subquery,
      SqlSlice body)
      implements Filtered {}
}
