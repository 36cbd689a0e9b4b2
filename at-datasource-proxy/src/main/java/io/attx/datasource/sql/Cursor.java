package io.attx.datasource.sql;

import io.attx.datasource.sql.SqlFlags.Syntax;
import io.attx.datasource.sql.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one statement from left to right; throws {@link Refusal} where it is of no known form. */
final class Cursor {
  private final StatementText text;
  private final String form;
  private int at;

  /**
   * At the beginning.
   *
   * @param form what is being read, for messages
   */
  Cursor(StatementText text, String form) {
    this.text = text;
    this.form = form;
  }

  int index() {
    return at;
  }

  boolean atEnd() {
    return at >= text.size();
  }

  boolean sees(String keyword) {
    return text.is(at, keyword);
  }

  boolean accept(String... keywords) {
    if (!text.startsWith(at, keywords)) {
      return false;
    }
    at += keywords.length;
    return true;
  }

  boolean acceptChar(char c) {
    if (!text.isChar(at, c)) {
      return false;
    }
    at++;
    return true;
  }

  void expect(String keyword) {
    if (!accept(keyword)) {
      throw unexpected();
    }
  }

  void expectChar(char c) {
    if (!acceptChar(c)) {
      throw unexpected();
    }
  }

  void expectEnd() {
    if (!atEnd()) {
      throw unexpected();
    }
  }

  Refusal unexpected() {
    return text.unexpected(at, "in " + form);
  }

  void skip() {
    at++;
  }

  void moveTo(int index) {
    at = index;
  }

  /** Moves behind the bracket that closes the one here. */
  void skipBrackets() {
    at = text.closingOf(at) + 1;
  }

  /** Moves to the end of an expression that a word of this depth ends. */
  void expressionBefore(String word) {
    int from = at;
    int depth = atEnd() ? 0 : text.get(at).depth();
    while (!atEnd() && !(sees(word) && text.get(at).depth() == depth)) {
      at++;
    }
    if (at == from || atEnd()) {
      throw unexpected();
    }
  }

  // ---- names

  Identifier name() {
    if (atEnd() || !text.get(at).isName()) {
      throw unexpected();
    }
    return Names.identifier(text, at++);
  }

  boolean seesTableName() {
    return !atEnd()
        && text.get(at).isName()
        && !Words.NOT_A_TABLE_NAME.contains(text.get(at).keyword());
  }

  /**
   * A table with its qualifiers; with an alias where one may stand, and then also with ONLY, a list
   * of partitions and index hints.
   */
  TableRef table(boolean aliasAllowed) {
    int from = at;
    if (aliasAllowed && text.isFor(Syntax.POSTGRESQL)) {
      accept("ONLY");
    }
    List<Identifier> names = new ArrayList<>(2);
    do {
      if (!seesTableName()) {
        throw unexpected();
      }
      names.add(name());
    } while (acceptChar('.'));
    int maxNames = text.mysqlFamily() ? 2 : 3;
    if (names.size() > maxNames) {
      throw new Refusal(
          "The table at character " + (text.get(from).start() + 1) + " has too many qualifiers.",
          "Name it by schema and table.");
    }
    Identifier alias = aliasAllowed ? decorated() : null;
    return new TableRef(
        names.subList(0, names.size() - 1),
        names.get(names.size() - 1),
        alias,
        text.slice(from, at));
  }

  /** The alias with what may stand around it. */
  private @Nullable Identifier decorated() {
    if (text.isFor(Syntax.POSTGRESQL) && text.isChar(at, '*')) {
      at++;
    }
    if (text.mysqlFamily() && sees("PARTITION") && text.isChar(at + 1, '(')) {
      at = text.closingOf(at + 1) + 1;
    }
    Identifier alias = seesIndexHint() ? null : alias();
    while (seesIndexHint()) {
      while (!atEnd() && !text.isChar(at, '(')) {
        at++;
      }
      at = atEnd() ? at : text.closingOf(at) + 1;
    }
    return alias;
  }

  private boolean seesIndexHint() {
    return text.mysqlFamily()
        && (sees("USE") || sees("FORCE") || sees("IGNORE"))
        && (text.is(at + 1, "INDEX") || text.is(at + 1, "KEY"));
  }

  /** An alias with or without AS, or null. */
  @Nullable Identifier alias() {
    if (accept("AS")) {
      if (!seesTableName()) {
        throw unexpected();
      }
      return name();
    }
    return seesTableName() ? name() : null;
  }

  // ---- expressions

  /**
   * Moves to the end of an expression: to a clause word, or to a comma or closing bracket of its
   * own level where commas end it.
   */
  void expression(boolean commaEnds) {
    expression(commaEnds, false);
  }

  /** Moves to the end of the condition of a join. */
  void joinCondition() {
    expression(true, true);
  }

  private void expression(boolean commaEnds, boolean joinEnds) {
    int from = at;
    if (atEnd()) {
      throw unexpected();
    }
    int depth = text.get(at).depth();
    while (!atEnd()
        && !endsExpression(depth, commaEnds)
        && !(joinEnds && text.get(at).depth() == depth && ReferenceParser.isJoin(text, at))) {
      at++;
    }
    if (at == from || isOpenEnded(text.get(at - 1))) {
      throw unexpected();
    }
  }

  /**
   * Moves to the end of a query: to a clause of the INSERT around it, or to the end of the text or
   * of the brackets around.
   */
  void query() {
    int from = at;
    int depth = text.get(at).depth();
    while (!atEnd() && text.get(at).depth() >= depth) {
      boolean outer = text.get(at).depth() == depth;
      if (outer && (sees("RETURNING") || isConflict())) {
        break;
      }
      at++;
    }
    if (at == from || isOpenEnded(text.get(at - 1))) {
      throw unexpected();
    }
  }

  private boolean isConflict() {
    return text.startsWith(at, "ON", "DUPLICATE", "KEY", "UPDATE")
        || text.startsWith(at, "ON", "CONFLICT");
  }

  /**
   * An operand is missing. Such a slice could also begin a comment together with what follows it in
   * another statement: {@code a --} and a WHERE.
   */
  private static boolean isOpenEnded(Token last) {
    return last.kind() == Kind.OPERATOR || last.kind() == Kind.DOT;
  }

  private boolean endsExpression(int depth, boolean commaEnds) {
    Token token = text.get(at);
    if (token.depth() < depth) {
      return true;
    }
    if (token.depth() > depth) {
      return false;
    }
    if (token.kind() == Kind.COMMA) {
      return commaEnds;
    }
    if (token.is("OFFSET")) {
      return !text.isFor(Syntax.MYSQL);
    }
    if (token.is("LOCK")) {
      return text.startsWith(at, "LOCK", "IN", "SHARE");
    }
    if (token.is("VALUES") && text.mysqlFamily() && text.isChar(at + 1, '(')) {
      return false; // the function of ON DUPLICATE KEY UPDATE
    }
    if (token.is("WHEN")) {
      return text.is(at + 1, "MATCHED") || text.startsWith(at + 1, "NOT", "MATCHED");
    }
    if (!Words.ENDS_EXPRESSION.contains(token.keyword())) {
      return false;
    }
    boolean partOfOperator =
        (token.is("FROM") && text.is(at - 1, "DISTINCT"))
            || (token.is("FOR") && text.is(at - 1, "VALUE") && text.is(at - 2, "NEXT"));
    return !partOfOperator;
  }
}
