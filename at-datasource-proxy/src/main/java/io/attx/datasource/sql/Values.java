package io.attx.datasource.sql;

import io.attx.datasource.sql.Token.Kind;

/** Tells what a value is by its tokens. */
final class Values {
  private Values() {}

  /** Classifies the expression between two tokens. */
  static ValueExpr of(StatementText text, int from, int to) {
    SqlSlice slice = text.slice(from, to);
    Token first = text.get(from);
    if (to - from == 1) {
      return single(first, slice);
    }
    if (to - from == 2 && isLiteralPair(text, from)) {
      return new ValueExpr.Literal(slice);
    }
    return new ValueExpr.Expression(slice);
  }

  /** Whether it is a placeholder or a literal. */
  static boolean isConstant(ValueExpr value) {
    return value instanceof ValueExpr.Parameter || value instanceof ValueExpr.Literal;
  }

  private static ValueExpr single(Token token, SqlSlice slice) {
    return switch (token.kind()) {
      case PARAMETER -> new ValueExpr.Parameter(slice);
      case NUMBER, STRING -> new ValueExpr.Literal(slice);
      case WORD ->
          switch (token.keyword()) {
            case "NULL" -> new ValueExpr.Null(slice);
            case "DEFAULT" -> new ValueExpr.Default(slice);
            case "TRUE", "FALSE" -> new ValueExpr.Literal(slice);
            default -> new ValueExpr.Expression(slice);
          };
      default -> new ValueExpr.Expression(slice);
    };
  }

  private static boolean isLiteralPair(StatementText text, int from) {
    Token first = text.get(from);
    if (text.isKind(from + 1, Kind.NUMBER)) {
      return first.isChar(text.sql(), '-') || first.isChar(text.sql(), '+');
    }
    return text.isKind(from + 1, Kind.STRING)
        && (first.is("DATE") || first.is("TIME") || first.is("TIMESTAMP"));
  }
}
