package io.attx.datasource.sql;

import java.util.ArrayList;
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
   * Several statements in one text, none of which is refused or controls the transaction.
   *
   * @param parts in order, each with a text and parameters of its own
   */
  record Several(String sql, int parameterCount, List<AnalyzedStatement> parts)
      implements AnalyzedStatement {
    /** Copies the list. */
    public Several {
      parts = List.copyOf(parts);
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

  /** A statement on tables whose rows are imaged or locked. */
  sealed interface TableStatement extends AnalyzedStatement {
    /** The table; the first of them where it changes or locks rows of several. */
    TableRef table();

    /** All tables whose rows it changes or locks. */
    default List<TableRef> tables() {
      return List.of(table());
    }

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

    /** What it reads besides its table. */
    Sources sources();

    /** Its own RETURNING clause; or null. */
    @Nullable Returning returning();
  }

  /**
   * What a statement reads besides its table.
   *
   * @param with the WITH clause in front, with the word; or null
   * @param references the table references, or null for a statement on its table alone
   * @param includesTable whether the statement's own table stands among these references (MySQL and
   *     MariaDB, and every SELECT) or in front of them (FROM and USING of PostgreSQL)
   * @param queries the queries in brackets, anywhere in the text, in the order of their ends
   */
  record Sources(
      @Nullable SqlSlice with,
      @Nullable References references,
      boolean includesTable,
      List<NestedQuery> queries) {
    /** Copies the list. */
    public Sources {
      queries = List.copyOf(queries);
    }
  }

  /**
   * A query in brackets.
   *
   * @param start index of its first character
   * @param end index after its last character, where a locking clause can stand
   * @param lockable whether a locking clause there is about all of it: no set operation joins it
   *     with others, and it is no TABLE or VALUES
   */
  record NestedQuery(int start, int end, boolean lockable) {}

  /**
   * RETURNING of an UPDATE or DELETE.
   *
   * @param slice with the word
   * @param stars where a {@code *} alone stands in it: index of the character in the text
   */
  record Returning(SqlSlice slice, List<Integer> stars) {
    /** Copies the list. */
    public Returning {
      stars = List.copyOf(stars);
    }
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
   * @param whole whether the whole column gets this value: not one of several columns at once, and
   *     not an element or field
   */
  record Assignment(Identifier column, ValueExpr value, boolean whole) {}

  /**
   * INSERT or REPLACE of rows into one table, or H2's MERGE of rows by key.
   *
   * @param columns as listed; empty when the statement lists none
   * @param rows the values of each row, all of the same number: as many as columns where those are
   *     listed, else for the first columns of the table (PostgreSQL allows fewer than it has); a
   *     row without any value takes the default of each column (DEFAULT VALUES); no row where a
   *     query gives them
   * @param query the query that gives the rows; or null
   * @param conflict what it does about rows that are there already; null when that is an error
   * @param returning its own RETURNING clause with the word, at the end of the body; or null
   */
  record Insert(
      String sql,
      int parameterCount,
      TableRef table,
      List<Identifier> columns,
      List<List<ValueExpr>> rows,
      @Nullable SqlSlice query,
      @Nullable Conflict conflict,
      @Nullable SqlSlice returning,
      SqlSlice body)
      implements TableStatement {}

  /**
   * What an INSERT does about rows that are there already.
   *
   * @param action what it does
   * @param clause the clause that says so, behind the rows; null where the verb says it
   * @param assigned the columns that it sets in a row that is there
   * @param key the columns that H2's MERGE names as KEY; empty elsewhere
   */
  record Conflict(
      Action action, @Nullable SqlSlice clause, List<Identifier> assigned, List<Identifier> key) {
    /** Copies the lists. */
    public Conflict {
      assigned = List.copyOf(assigned);
      key = List.copyOf(key);
    }

    /** What is done. */
    public enum Action {
      /** INSERT IGNORE, ON CONFLICT DO NOTHING: the new row is dropped. */
      SKIP,
      /** ON DUPLICATE KEY UPDATE, ON CONFLICT DO UPDATE: the row that is there changes. */
      UPDATE,
      /** REPLACE: rows that are there go. */
      REPLACE,
      /** MERGE … KEY of H2: the row that is there takes the values of the new one. */
      MERGE
    }
  }

  /**
   * MERGE … USING on one table.
   *
   * @param clauses its WHEN clauses, in order
   * @param source from USING to before the first WHEN
   * @param returning its own RETURNING clause with the word, at the end of the body; or null
   */
  record Merge(
      String sql,
      int parameterCount,
      TableRef table,
      List<MergeClause> clauses,
      SqlSlice source,
      @Nullable SqlSlice returning,
      SqlSlice body)
      implements TableStatement {
    /** Whether any clause does this. */
    public boolean has(MergeClause.Effect effect) {
      return clauses.stream().anyMatch(clause -> clause.effect() == effect);
    }
  }

  /**
   * One WHEN clause.
   *
   * @param effect what it does
   * @param assigned the columns that an UPDATE sets
   * @param matched whether it is for rows of the target that are there
   * @param condition the condition behind AND; or null
   * @param action from THEN on
   * @param slice all of it
   */
  record MergeClause(
      Effect effect,
      List<Identifier> assigned,
      boolean matched,
      @Nullable SqlSlice condition,
      SqlSlice action,
      SqlSlice slice) {
    /** What is done. */
    public enum Effect {
      /** New rows. */
      INSERT,
      /** Changed rows. */
      UPDATE,
      /** Rows that go. */
      DELETE,
      /** DO NOTHING. */
      NOTHING
    }
  }

  /**
   * UPDATE of one table, possibly through a join.
   *
   * @param assignments what is set
   * @param set the text between SET and the next clause
   * @param ignore whether it is UPDATE IGNORE, which leaves out rows that it cannot change
   */
  record Update(
      String sql,
      int parameterCount,
      TableRef table,
      List<Assignment> assignments,
      SqlSlice set,
      boolean ignore,
      @Nullable SqlSlice where,
      @Nullable SqlSlice orderBy,
      @Nullable SqlSlice limit,
      List<Equality> equalities,
      @Nullable InList inList,
      Sources sources,
      @Nullable Returning returning,
      SqlSlice body)
      implements Filtered {}

  /**
   * DELETE from one table or several, possibly through a join.
   *
   * @param table the first table that loses rows
   * @param others the other tables that do
   * @param ignore whether it is DELETE IGNORE, which leaves out rows that it cannot delete
   */
  record Delete(
      String sql,
      int parameterCount,
      TableRef table,
      List<TableRef> others,
      boolean ignore,
      @Nullable SqlSlice where,
      @Nullable SqlSlice orderBy,
      @Nullable SqlSlice limit,
      List<Equality> equalities,
      @Nullable InList inList,
      Sources sources,
      @Nullable Returning returning,
      SqlSlice body)
      implements Filtered {
    /** Copies the list. */
    public Delete {
      others = List.copyOf(others);
    }

    @Override
    public List<TableRef> tables() {
      List<TableRef> all = new ArrayList<>(others);
      all.add(0, table);
      return all;
    }
  }

  /**
   * SELECT with a locking clause at its end.
   *
   * @param table the first table whose rows it locks
   * @param others the other tables whose rows it locks
   * @param grouped whether a row of the result can stand for several rows of the tables, so that
   *     LIMIT does not count these
   * @param lock how it locks
   */
  record LockingSelect(
      String sql,
      int parameterCount,
      TableRef table,
      List<TableRef> others,
      boolean grouped,
      Lock lock,
      @Nullable SqlSlice where,
      @Nullable SqlSlice orderBy,
      @Nullable SqlSlice limit,
      List<Equality> equalities,
      @Nullable InList inList,
      Sources sources,
      SqlSlice body)
      implements Filtered {
    /** Copies the list. */
    public LockingSelect {
      others = List.copyOf(others);
    }

    @Override
    public List<TableRef> tables() {
      List<TableRef> all = new ArrayList<>(others);
      all.add(0, table);
      return all;
    }

    @Override
    public @Nullable Returning returning() {
      return null;
    }
  }

  /**
   * A locking clause.
   *
   * @param slice with all its words
   * @param strength what it keeps others from
   * @param waiting what to do about a row that somebody else has locked
   */
  record Lock(SqlSlice slice, Strength strength, Waiting waiting) {
    /** What a lock keeps others from. */
    public enum Strength {
      /** Any lock. */
      UPDATE,
      /** Any lock but FOR KEY SHARE. */
      NO_KEY_UPDATE,
      /** Changes. */
      SHARE,
      /** Changes of the key, and deletion. */
      KEY_SHARE
    }

    /** What to do about a locked row. */
    public enum Waiting {
      /** Wait for it. */
      WAIT,
      /** Fail at once. */
      NOWAIT,
      /** Leave it out. */
      SKIP_LOCKED
    }
  }

  /**
   * PostgreSQL: a statement with parts in its WITH clause that change rows, each of another table.
   *
   * @param parts those of the WITH clause in their order, and last the statement behind it
   */
  record WritableCte(String sql, int parameterCount, List<Part> parts, SqlSlice body)
      implements TableStatement {
    /** Copies the list. */
    public WritableCte {
      parts = List.copyOf(parts);
    }

    /**
     * One part.
     *
     * @param name its name; null for the statement behind the clause
     * @param columns its list of column names with brackets; or null
     * @param slice its text
     * @param change what it is as a statement of its own, whose slices are of {@code slice}'s text;
     *     null for a query
     * @param returned the names of what its RETURNING gives, as they are written, or {@code *}
     */
    public record Part(
        @Nullable SqlSlice name,
        @Nullable SqlSlice columns,
        SqlSlice slice,
        @Nullable TableStatement change,
        List<String> returned) {
      /** Copies the list. */
      public Part {
        returned = List.copyOf(returned);
      }
    }

    @Override
    public TableRef table() {
      return tables().get(0);
    }

    @Override
    public List<TableRef> tables() {
      List<TableRef> tables = new ArrayList<>();
      for (Part part : parts) {
        if (part.change() != null) {
          tables.add(part.change().table());
        }
      }
      return tables;
    }

    /** Whether its answer is rows and not a count. */
    public boolean givesRows() {
      Part last = parts.get(parts.size() - 1);
      return last.change() == null || !last.returned().isEmpty();
    }
  }
}
