package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.Assignment;
import io.attx.datasource.sql.AnalyzedStatement.Delete;
import io.attx.datasource.sql.AnalyzedStatement.Filtered;
import io.attx.datasource.sql.AnalyzedStatement.Insert;
import io.attx.datasource.sql.AnalyzedStatement.Lock;
import io.attx.datasource.sql.AnalyzedStatement.LockingSelect;
import io.attx.datasource.sql.AnalyzedStatement.Merge;
import io.attx.datasource.sql.AnalyzedStatement.TableStatement;
import io.attx.datasource.sql.AnalyzedStatement.Update;
import io.attx.datasource.sql.AnalyzedStatement.WritableCte;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import net.sf.jsqlparser.expression.Alias;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.schema.Column;
import net.sf.jsqlparser.schema.Table;
import net.sf.jsqlparser.statement.Statement;
import net.sf.jsqlparser.statement.select.PlainSelect;
import net.sf.jsqlparser.statement.update.UpdateSet;
import net.sf.jsqlparser.statement.upsert.Upsert;
import org.jspecify.annotations.Nullable;

/**
 * Compares what was recognised with what the other parser read: kind, table, columns, rows, and
 * which clauses there are. Expressions are not compared, except for the conditions that name rows
 * by value ({@link ConditionComparison}). For one comparison.
 */
final class StructureComparison {
  private final TableStatement recognised;
  private @Nullable String difference;

  StructureComparison(TableStatement recognised) {
    this.recognised = recognised;
  }

  /** The first difference in words ("it sees …"), or null. */
  @Nullable String difference(Statement read) {
    if (recognised instanceof Update ours
        && read instanceof net.sf.jsqlparser.statement.update.Update theirs) {
      update(ours, theirs);
    } else if (recognised instanceof Delete ours
        && read instanceof net.sf.jsqlparser.statement.delete.Delete theirs) {
      delete(ours, theirs);
    } else if (recognised instanceof Insert ours
        && read instanceof net.sf.jsqlparser.statement.insert.Insert theirs) {
      new InsertComparison(this).insert(ours, theirs);
    } else if (recognised instanceof Insert ours && read instanceof Upsert theirs) {
      new InsertComparison(this).replace(ours, theirs);
    } else if (recognised instanceof Merge ours
        && read instanceof net.sf.jsqlparser.statement.merge.Merge theirs) {
      new InsertComparison(this).merge(ours, theirs);
    } else if (recognised instanceof LockingSelect ours && read instanceof PlainSelect theirs) {
      lockingSelect(ours, theirs);
    } else if (!(recognised instanceof WritableCte)) { // its parts have been compared by themselves
      same("statement", kind(recognised), read.getClass().getSimpleName());
    }
    return difference;
  }

  private static String kind(TableStatement statement) {
    return statement instanceof LockingSelect
        ? "PlainSelect"
        : statement.getClass().getSimpleName();
  }

  // ---- statements

  private void update(Update ours, net.sf.jsqlparser.statement.update.Update theirs) {
    boolean joins = notEmpty(theirs.getStartJoins()) || notEmpty(theirs.getJoins());
    if (!ours.sources().includesTable()) {
      table(ours.table(), theirs.getTable());
      same("a join", false, notEmpty(theirs.getStartJoins()));
      same("FROM", ours.sources().references() != null, theirs.getFromItem() != null);
    } else {
      same("a join", true, joins);
    }
    assignments(ours.assignments(), theirs.getUpdateSets());
    clauses(ours, theirs.getWhere(), theirs.getOrderByElements(), theirs.getLimit() != null);
    same("WITH", ours.sources().with() != null, notEmpty(theirs.getWithItemsList()));
    same("RETURNING", ours.returning() != null, theirs.getReturningClause() != null);
    absent("OUTPUT", theirs.getOutputClause());
    absent("FOR PORTION", theirs.getForPortionClause());
    absent("PREFERRING", theirs.getPreferringClause());
    absent("OPTION", theirs.getOption());
    same("IGNORE", ours.ignore(), theirs.isModifierIgnore());
  }

  private void delete(Delete ours, net.sf.jsqlparser.statement.delete.Delete theirs) {
    if (!ours.sources().includesTable()) {
      table(ours.table(), theirs.getTable());
      absent("a table before FROM", theirs.getTables());
      absent("a join", theirs.getJoins());
      same("USING", ours.sources().references() != null, notEmpty(theirs.getUsingFromItemList()));
    }
    clauses(ours, theirs.getWhere(), theirs.getOrderByElements(), theirs.getLimit() != null);
    same("WITH", ours.sources().with() != null, notEmpty(theirs.getWithItemsList()));
    same("RETURNING", ours.returning() != null, theirs.getReturningClause() != null);
    absent("OUTPUT", theirs.getOutputClause());
    absent("FOR PORTION", theirs.getForPortionClause());
    absent("PREFERRING", theirs.getPreferringClause());
    absent("OPTION", theirs.getOption());
    same("IGNORE", ours.ignore(), theirs.isModifierIgnore());
  }

  private void lockingSelect(LockingSelect ours, PlainSelect theirs) {
    References references = ours.sources().references();
    boolean oneTable = references == null || references.isOneTable();
    if (theirs.getFromItem() instanceof Table table && oneTable) {
      table(ours.table(), table);
    } else if (oneTable) {
      same("source of rows", "a table", "something else");
    }
    same("a join", !oneTable, notEmpty(theirs.getJoins()));
    boolean limited =
        theirs.getLimit() != null || theirs.getOffset() != null || theirs.getFetch() != null;
    clauses(ours, theirs.getWhere(), theirs.getOrderByElements(), limited);
    same("lock", ours.lock().strength().name(), String.valueOf(theirs.getForMode()));
    String lock = ours.lock().slice().of(ours.sql()).toUpperCase(Locale.ROOT);
    same("OF", lock.matches("(?s).*\\bOF\\b.*"), theirs.getForUpdateTables() != null);
    same("NOWAIT", ours.lock().waiting() == Lock.Waiting.NOWAIT, theirs.isNoWait());
    same("SKIP LOCKED", ours.lock().waiting() == Lock.Waiting.SKIP_LOCKED, theirs.isSkipLocked());
    absent("WAIT", theirs.getWait());
    same("WITH", ours.sources().with() != null, notEmpty(theirs.getWithItemsList()));
    absent("LATERAL VIEW", theirs.getLateralViews());
    absent("INTO", theirs.getIntoTables());
    absent("INTO", theirs.getMySqlSelectIntoClause());
    if (!ours.grouped()) {
      absent("DISTINCT", theirs.getDistinct());
      absent("GROUP BY", theirs.getGroupBy());
      absent("HAVING", theirs.getHaving());
    }
    absent("QUALIFY", theirs.getQualify());
    absent("WINDOW", theirs.getWindowDefinitions());
    absent("TOP", theirs.getTop());
    absent("FIRST", theirs.getFirst());
    absent("SKIP", theirs.getSkip());
  }

  // ---- parts

  void table(TableRef ours, Table theirs) {
    List<String> names = new ArrayList<>();
    ours.qualifiers().forEach(qualifier -> names.add(remains(qualifier)));
    names.add(remains(ours.name()));
    List<String> read = new ArrayList<>();
    theirs.getNameParts().forEach(part -> read.add(part == null ? "" : remains(part)));
    Collections.reverse(read);
    same("table", names, read);
    if (ours.slice().of(recognised.sql()).endsWith(")")) {
      return; // partitions and index hints, which the other parser takes for an alias
    }
    Identifier alias = ours.alias();
    Alias readAlias = theirs.getAlias();
    same(
        "alias",
        alias == null ? "" : remains(alias),
        readAlias == null ? "" : remains(readAlias.getName()));
    absent("an index hint", theirs.getIndexHint());
    absent("a sample", theirs.getSampleClause());
    absent("PIVOT", theirs.getPivot());
    absent("UNPIVOT", theirs.getUnPivot());
  }

  private void assignments(List<Assignment> ours, @Nullable List<UpdateSet> theirs) {
    if (ours.stream().allMatch(Assignment::whole)) {
      setColumns(ours.stream().map(Assignment::column).toList(), theirs);
    }
  }

  void setColumns(List<Identifier> ours, @Nullable List<UpdateSet> theirs) {
    List<Column> read = new ArrayList<>();
    for (UpdateSet set : theirs == null ? List.<UpdateSet>of() : theirs) {
      if (set.getColumns().size() != 1) {
        same("number of columns in one assignment", 1, set.getColumns().size());
      }
      read.addAll(set.getColumns());
    }
    columns(ours, read);
  }

  void columns(List<Identifier> ours, @Nullable List<Column> theirs) {
    List<Column> read = theirs == null ? List.of() : theirs;
    same(
        "columns",
        ours.stream().map(StructureComparison::remains).toList(),
        read.stream().map(column -> remains(column.getColumnName())).toList());
  }

  private void clauses(
      Filtered ours, @Nullable Expression where, @Nullable Collection<?> orderBy, boolean limited) {
    same("WHERE", ours.where() != null, where != null);
    same("ORDER BY", ours.orderBy() != null, orderBy != null);
    same("LIMIT", ours.limit() != null, limited);
    if (difference == null && where != null) {
      difference = ConditionComparison.difference(ours, where);
    }
  }

  static String remains(Identifier name) {
    return MaskedText.remains(name.text(), name.quoted());
  }

  static String remains(String name) {
    return MaskedText.remains(name, true);
  }

  private static boolean notEmpty(@Nullable Collection<?> some) {
    return some != null && !some.isEmpty();
  }

  void absent(String what, @Nullable Object theirs) {
    boolean empty = theirs instanceof Collection<?> some && some.isEmpty();
    if (difference == null && theirs != null && !empty) {
      difference = "it sees " + what;
    }
  }

  void same(String what, Object ours, @Nullable Object theirs) {
    if (difference == null && !Objects.equals(ours, theirs)) {
      difference = "the " + what + " it sees: " + theirs + ", not " + ours;
    }
  }
}
