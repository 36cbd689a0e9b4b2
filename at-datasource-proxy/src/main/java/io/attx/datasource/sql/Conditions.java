package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.Equality;
import io.attx.datasource.sql.AnalyzedStatement.InList;
import io.attx.datasource.sql.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Recognises conditions that name rows by value. Whatever is not exactly of the form gives nothing.
 */
final class Conditions {
  private final StatementText text;
  private final TableRef table;

  Conditions(StatementText text, TableRef table) {
    this.text = text;
    this.table = table;
  }

  /** The pairs of {@code column = value AND …} between two tokens; otherwise none. */
  List<Equality> equalities(int from, int to) {
    int start = from;
    int end = to;
    while (isBracketed(start, end)) {
      start++;
      end--;
    }
    List<Equality> result = new ArrayList<>(2);
    int depth = text.get(start).depth();
    int conjunct = start;
    for (int i = start; i <= end; i++) {
      if (i == end || (text.get(i).depth() == depth && text.is(i, "AND"))) {
        Equality equality = equality(conjunct, i);
        if (equality == null) {
          return List.of();
        }
        result.add(equality);
        conjunct = i + 1;
      }
    }
    return List.copyOf(result);
  }

  /** The list of {@code column IN (value, …)} between two tokens; otherwise null. */
  @Nullable InList inList(int from, int to) {
    int start = from;
    int end = to;
    while (isBracketed(start, end)) {
      start++;
      end--;
    }
    int in = endOfColumn(start);
    if (in < 0
        || !text.is(in, "IN")
        || !text.isChar(in + 1, '(')
        || text.closingOf(in + 1) != end - 1) {
      return null;
    }
    List<ValueExpr> values = new ArrayList<>();
    int depth = text.get(in).depth() + 1;
    int valueFrom = in + 2;
    for (int i = valueFrom; i < end; i++) {
      boolean separator = text.get(i).depth() == depth && text.isKind(i, Kind.COMMA);
      if (separator || i == end - 1) {
        if (valueFrom == i) {
          return null;
        }
        ValueExpr value = Values.of(text, valueFrom, i);
        if (!Values.isConstant(value)) {
          return null;
        }
        values.add(value);
        valueFrom = i + 1;
      }
    }
    return values.isEmpty() ? null : new InList(Names.identifier(text, in - 1), values);
  }

  private boolean isBracketed(int from, int to) {
    return to - from > 2 && text.isChar(from, '(') && text.closingOf(from) == to - 1;
  }

  private @Nullable Equality equality(int from, int to) {
    int start = from;
    int end = to;
    while (isBracketed(start, end)) {
      start++;
      end--;
    }
    int behind = endOfColumn(start);
    if (behind > 0 && text.isChar(behind, '=') && behind + 1 < end) {
      return equality(behind, behind + 1, end);
    }
    for (int i = start + 1; i < end - 1; i++) {
      if (text.isChar(i, '=') && endOfColumn(i + 1) == end) {
        return equality(end, start, i);
      }
    }
    return null;
  }

  private @Nullable Equality equality(int behindColumn, int valueFrom, int valueTo) {
    ValueExpr value = Values.of(text, valueFrom, valueTo);
    return Values.isConstant(value)
        ? new Equality(Names.identifier(text, behindColumn - 1), value)
        : null;
  }

  /** The index behind a column of the table that begins at an index, or -1. */
  private int endOfColumn(int at) {
    if (!isColumnName(at)) {
      return -1;
    }
    if (!text.isKind(at + 1, Kind.DOT)) {
      return at + 1;
    }
    boolean ours =
        isColumnName(at + 2)
            && !text.isKind(at + 3, Kind.DOT)
            && Names.qualifies(Names.identifier(text, at), table);
    return ours ? at + 3 : -1;
  }

  private boolean isColumnName(int at) {
    if (at >= text.size() || !text.get(at).isName()) {
      return false;
    }
    char first = text.sql().charAt(text.get(at).start());
    boolean escaped = text.isKind(at, Kind.QUOTED) && first != '"' && first != '`';
    return !escaped && !Words.NOT_A_COLUMN.contains(text.get(at).keyword());
  }
}
