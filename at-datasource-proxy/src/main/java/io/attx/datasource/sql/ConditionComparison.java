package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.Equality;
import io.attx.datasource.sql.AnalyzedStatement.Filtered;
import io.attx.datasource.sql.AnalyzedStatement.InList;
import java.util.ArrayList;
import java.util.List;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.operators.conditional.AndExpression;
import net.sf.jsqlparser.expression.operators.relational.EqualsTo;
import net.sf.jsqlparser.expression.operators.relational.ExpressionList;
import net.sf.jsqlparser.expression.operators.relational.InExpression;
import net.sf.jsqlparser.expression.operators.relational.ParenthesedExpressionList;
import net.sf.jsqlparser.schema.Column;
import org.jspecify.annotations.Nullable;

/**
 * Compares conditions that were recognised as naming rows by value, because such a statement may
 * run unchanged. All other conditions are free.
 */
final class ConditionComparison {
  private ConditionComparison() {}

  /** How the other parser reads such a condition differently, or null. */
  static @Nullable String difference(Filtered ours, Expression where) {
    InList inList = ours.inList();
    if (!ours.equalities().isEmpty()) {
      return equalities(ours.equalities(), where);
    }
    return inList == null ? null : inList(inList, where);
  }

  private static @Nullable String equalities(List<Equality> ours, Expression where) {
    List<Expression> conjuncts = new ArrayList<>();
    conjuncts(where, conjuncts);
    if (conjuncts.size() != ours.size()) {
      return "it sees " + conjuncts.size() + " conditions joined by AND, not " + ours.size();
    }
    for (int i = 0; i < ours.size(); i++) {
      Identifier column = ours.get(i).column();
      if (!(conjuncts.get(i) instanceof EqualsTo equals) || !compares(equals, column)) {
        return "it sees no comparison of " + column.text() + " for equality";
      }
    }
    return null;
  }

  /** Some names are expressions of their own for that parser; such a comparison is not doubted. */
  private static boolean compares(EqualsTo equals, Identifier column) {
    Expression left = withoutBrackets(equals.getLeftExpression());
    Expression right = withoutBrackets(equals.getRightExpression());
    boolean anyColumn = left instanceof Column || right instanceof Column;
    return !anyColumn || isColumn(left, column) || isColumn(right, column);
  }

  private static @Nullable String inList(InList ours, Expression where) {
    boolean same =
        withoutBrackets(where) instanceof InExpression in
            && !in.isNot()
            && (!(in.getLeftExpression() instanceof Column)
                || isColumn(in.getLeftExpression(), ours.column()))
            && in.getRightExpression() instanceof ExpressionList<?> values
            && values.size() == ours.values().size();
    return same
        ? null
        : "it sees no "
            + ours.column().text()
            + " IN a list of "
            + ours.values().size()
            + " values";
  }

  /** From left to right. The tree leans to the left, and is as deep there as there are ANDs. */
  private static void conjuncts(Expression from, List<Expression> result) {
    List<Expression> open = new ArrayList<>();
    open.add(from);
    while (!open.isEmpty()) {
      Expression next = withoutBrackets(open.remove(open.size() - 1));
      if (next instanceof AndExpression and) {
        open.add(and.getRightExpression());
        open.add(and.getLeftExpression());
      } else {
        result.add(next);
      }
    }
  }

  private static Expression withoutBrackets(Expression bracketed) {
    Expression inner = bracketed;
    while (inner instanceof ParenthesedExpressionList<?> list && list.size() == 1) {
      inner = list.get(0);
    }
    return inner;
  }

  private static boolean isColumn(Expression side, Identifier column) {
    return side instanceof Column read
        && StructureComparison.remains(read.getColumnName())
            .equals(StructureComparison.remains(column));
  }
}
