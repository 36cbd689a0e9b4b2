package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.Insert;
import io.attx.datasource.sql.AnalyzedStatement.PassThrough;
import io.attx.datasource.sql.AnalyzedStatement.Refused;
import io.attx.datasource.sql.AnalyzedStatement.TableStatement;
import io.attx.datasource.sql.AnalyzedStatement.WritableCte;
import io.attx.datasource.sql.AnalyzedStatement.WritableCte.Part;
import io.attx.datasource.sql.SqlFlags.Syntax;
import io.attx.datasource.sql.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * PostgreSQL: a WITH clause of which parts change rows, or in front of an INSERT. Each part is
 * analysed by itself.
 */
final class WritableCtes implements StatementForm {
  private static final String REMEDY = "Send the parts as statements of their own.";

  private final SqlAnalyzer analyzer;

  /**
   * As one of the forms of an analyzer.
   *
   * @param analyzer for the parts
   */
  WritableCtes(SqlAnalyzer analyzer) {
    this.analyzer = analyzer;
  }

  @Override
  public boolean begins(StatementText text) {
    if (!text.isFor(Syntax.POSTGRESQL) || WithClause.of(text).end() == 0) {
      return false;
    }
    if (WithClause.verb(text).equals("INSERT")) {
      return true;
    }
    for (int i = 1; i < WithClause.of(text).end(); i++) {
      boolean opens = text.get(i).depth() == 0 && text.isChar(i, '(');
      if (opens && Words.CHANGING.contains(text.get(i + 1).keyword())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public AnalyzedStatement recognise(StatementText text) {
    WithClause with = WithClause.of(text);
    if (text.is(1, "RECURSIVE")) {
      throw new Refusal("A part of a WITH RECURSIVE changes rows.", REMEDY);
    }
    List<Part> parts = new ArrayList<>();
    int at = 1;
    while (at < with.end()) {
      int open = text.isChar(at + 1, '(') ? text.closingOf(at + 1) + 1 : at + 1;
      while (!text.isChar(open, '(')) {
        open++; // AS [NOT] MATERIALIZED
      }
      int close = text.closingOf(open);
      parts.add(part(text, at, open + 1, close));
      at = close + 2;
    }
    parts.add(part(text, -1, with.end(), text.size()));
    refuseNames(text, with, parts);
    return new WritableCte(text.sql(), text.parameterCount(), parts, text.body());
  }

  private Part part(StatementText text, int nameAt, int from, int to) {
    SqlSlice slice = text.slice(from, to);
    SqlSlice name = nameAt < 0 ? null : text.slice(nameAt, nameAt + 1);
    SqlSlice columns =
        nameAt >= 0 && text.isChar(nameAt + 1, '(')
            ? text.slice(nameAt + 1, text.closingOf(nameAt + 1) + 1)
            : null;
    AnalyzedStatement analyzed = analyzer.analyze(slice.of(text.sql()), text.flags());
    if (analyzed instanceof Refused refused) {
      throw new Refusal("In a part of the WITH clause: " + refused.reason(), refused.remedy());
    }
    boolean change =
        analyzed instanceof TableStatement statement
            && statement.tables().size() == 1
            && !(statement instanceof AnalyzedStatement.LockingSelect)
            && !(statement instanceof AnalyzedStatement.Merge)
            && !(statement instanceof WritableCte)
            && !(statement instanceof Insert insert && insert.conflict() != null);
    if (!change && !(analyzed instanceof PassThrough)) {
      throw new Refusal(
          "A part of the WITH clause locks rows, merges them, or decides about conflicts.", REMEDY);
    }
    return change
        ? new Part(name, columns, slice, (TableStatement) analyzed, returned(text, from, to))
        : new Part(name, columns, slice, null, List.of());
  }

  /** The names of what a part returns, as they are written; a star alone as it is. */
  private static List<String> returned(StatementText text, int from, int to) {
    int depth = text.get(from).depth();
    int at = from;
    while (at < to && !(text.is(at, "RETURNING") && text.get(at).depth() == depth)) {
      at++;
    }
    List<String> names = new ArrayList<>();
    int item = at + 1;
    for (int i = item; at < to && i <= to; i++) {
      if (i == to || (text.isKind(i, Kind.COMMA) && text.get(i).depth() == depth)) {
        names.add(nameOf(text, item, i));
        item = i + 1;
      }
    }
    return names;
  }

  private static String nameOf(StatementText text, int from, int to) {
    int last = to - 1;
    boolean star = last == from && text.isChar(from, '*');
    boolean alias = last > from && text.is(last - 1, "AS") && text.get(last).isName();
    boolean column = text.get(last).isName() && (last == from || text.isKind(last - 1, Kind.DOT));
    if (star || alias || column) {
      return text.text(last);
    }
    throw new Refusal(
        "A part of the WITH clause returns something without a plain name ("
            + text.slice(from, to).of(text.sql())
            + ").",
        "Give it an alias by AS.");
  }

  /** Each part has a table of its own, whose name no part of the clause has. */
  private static void refuseNames(StatementText text, WithClause with, List<Part> parts) {
    Set<String> seen = new HashSet<>();
    for (Part part : parts) {
      TableStatement change = part.change();
      if (change != null) {
        with.refuseBefore(change.table(), text);
        if (!seen.add(Names.folded(change.table().name(), Syntax.POSTGRESQL))) {
          throw new Refusal("Two parts of the statement change one table.", REMEDY);
        }
      }
    }
  }
}
