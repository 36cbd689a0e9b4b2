package io.attx.datasource.sql;

import io.attx.datasource.sql.References.Item;
import io.attx.datasource.sql.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads table references: tables, joins, nested queries, functions. For one statement. */
final class ReferenceParser {
  private static final Set<String> JOIN_WORDS =
      Set.of("NATURAL", "INNER", "CROSS", "LEFT", "RIGHT", "FULL", "OUTER", "JOIN");

  private final StatementText text;
  private final Cursor cursor;
  private final Set<String> commonTables;
  private boolean merged;

  /**
   * At the first reference.
   *
   * @param commonTables the names of the WITH clause, folded
   */
  ReferenceParser(StatementText text, Cursor cursor, Set<String> commonTables) {
    this.text = text;
    this.cursor = cursor;
    this.commonTables = commonTables;
  }

  /** Reads them all. */
  References parse() {
    int from = cursor.index();
    List<Item> items = list();
    return new References(text.slice(from, cursor.index()), items, merged);
  }

  private List<Item> list() {
    List<Item> items = new ArrayList<>(joined());
    while (cursor.acceptChar(',')) {
      items.addAll(joined());
    }
    return items;
  }

  private List<Item> joined() {
    List<Item> group = factor();
    while (true) {
      boolean natural = cursor.accept("NATURAL");
      merged |= natural;
      String kind = joinKind();
      if (kind.isEmpty()) {
        if (natural) {
          throw cursor.unexpected();
        }
        return group;
      }
      List<Item> right = factor();
      boolean leftMissing = kind.equals("RIGHT") || kind.equals("FULL");
      boolean rightMissing = kind.equals("LEFT") || kind.equals("FULL");
      List<Item> both = new ArrayList<>(leftMissing ? missing(group) : group);
      both.addAll(rightMissing ? missing(right) : right);
      group = both;
      joinCondition();
    }
  }

  /** The kind of a join that begins here, behind its words; empty where none does. */
  private String joinKind() {
    if (cursor.accept("STRAIGHT_JOIN") || cursor.accept("JOIN")) {
      return "INNER";
    }
    for (String kind : List.of("INNER", "CROSS", "LEFT", "RIGHT", "FULL")) {
      if (cursor.accept(kind, "JOIN") || cursor.accept(kind, "OUTER", "JOIN")) {
        return kind;
      }
    }
    return "";
  }

  private static List<Item> missing(List<Item> items) {
    return items.stream().map(item -> new Item(item.name(), item.table(), true)).toList();
  }

  private void joinCondition() {
    if (cursor.accept("ON")) {
      cursor.joinCondition();
    } else if (cursor.accept("USING")) {
      merged = true;
      brackets();
      if (cursor.accept("AS")) {
        cursor.name();
      }
    }
  }

  /** Whether a join begins at an index, so that an expression ends there. */
  static boolean isJoin(StatementText text, int index) {
    if (text.is(index, "STRAIGHT_JOIN") || text.is(index, "JOIN")) {
      return true;
    }
    return index + 1 < text.size()
        && JOIN_WORDS.contains(text.get(index).keyword())
        && JOIN_WORDS.contains(text.get(index + 1).keyword());
  }

  private List<Item> factor() {
    cursor.accept("LATERAL");
    if (text.isChar(cursor.index(), '{')) {
      throw new Refusal(
          "The JDBC escape {oj …} stands among the tables.", "Write the join as plain SQL.");
    }
    if (text.isChar(cursor.index(), '(')) {
      return isQuery(cursor.index()) ? List.of(derived()) : nested();
    }
    if (isFunction()) {
      return List.of(function());
    }
    return List.of(table());
  }

  private List<Item> nested() {
    cursor.expectChar('(');
    List<Item> items = list();
    cursor.expectChar(')');
    if (!cursor.atEnd() && (cursor.sees("AS") || cursor.seesTableName())) {
      throw new Refusal("A join in brackets has an alias.", "Leave the alias out.");
    }
    return items;
  }

  /** Whether a query is inside these brackets, possibly inside more of them. */
  private boolean isQuery(int open) {
    int i = open;
    while (text.isChar(i, '(')) {
      i++;
    }
    return i < text.size() && (Clauses.isQuery(text.get(i)) || text.is(i, "WITH"));
  }

  private Item derived() {
    brackets();
    return new Item(aliasWithColumns(), null, false);
  }

  private boolean isFunction() {
    if (text.is(cursor.index(), "ROWS") && text.is(cursor.index() + 1, "FROM")) {
      return true;
    }
    int i = cursor.index();
    while (i < text.size() && text.get(i).isName() && text.isKind(i + 1, Kind.DOT)) {
      i += 2;
    }
    return i < text.size() && text.get(i).isName() && text.isChar(i + 1, '(');
  }

  private Item function() {
    Identifier name = null;
    if (!cursor.accept("ROWS", "FROM")) {
      do {
        name = cursor.name();
      } while (cursor.acceptChar('.'));
    }
    brackets();
    cursor.accept("WITH", "ORDINALITY");
    Identifier alias = aliasWithColumns();
    return new Item(alias == null ? name : alias, null, false);
  }

  private Item table() {
    TableRef table = cursor.table(true);
    boolean columnsRenamed = text.isChar(cursor.index(), '(');
    if (columnsRenamed) {
      brackets();
    }
    if (cursor.sees("TABLESAMPLE")) {
      throw new Refusal("TABLESAMPLE chooses rows by chance.", "Choose them by a condition.");
    }
    Identifier alias = table.alias();
    boolean common = table.qualifiers().isEmpty() && commonTables.contains(folded(table.name()));
    return new Item(
        alias == null ? table.name() : alias, common || columnsRenamed ? null : table, false);
  }

  private String folded(Identifier name) {
    return Names.folded(name, text.flags().syntax()).toLowerCase(Locale.ROOT);
  }

  private @Nullable Identifier aliasWithColumns() {
    Identifier alias = cursor.alias();
    if (alias != null && text.isChar(cursor.index(), '(')) {
      brackets();
    }
    return alias;
  }

  private void brackets() {
    if (!text.isChar(cursor.index(), '(')) {
      throw cursor.unexpected();
    }
    cursor.moveTo(text.closingOf(cursor.index()) + 1);
  }
}
