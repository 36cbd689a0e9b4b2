package io.attx.datasource.sql;

import io.attx.datasource.sql.References.Item;
import io.attx.datasource.sql.SqlFlags.Syntax;
import java.util.ArrayList;
import java.util.List;

/** Columns and tables that a statement changes. */
final class Targets {
  private Targets() {}

  /** One column, with the table in front where the database allows it. */
  static Identifier column(StatementText text, Cursor cursor, TableRef table) {
    Identifier name = cursor.name();
    if (!cursor.acceptChar('.')) {
      return name;
    }
    if (text.isFor(Syntax.POSTGRESQL)) {
      throw new Refusal(
          "A part of a composite value is assigned (" + name.text() + ".…).",
          "Assign the whole column, without the table's name in front.");
    }
    if (!Names.qualifies(name, table)) {
      throw new Refusal(
          "The column behind '" + name.text() + ".' may be of another table.",
          "Write the column without a qualifier.");
    }
    return cursor.name();
  }

  /** The table in front of a column that is assigned in a join; moves to the column. */
  static TableRef qualifiedTable(StatementText text, Cursor cursor, References references) {
    List<Identifier> names = new ArrayList<>(2);
    while (text.isKind(cursor.index() + 1, Token.Kind.DOT)) {
      names.add(cursor.name());
      cursor.expectChar('.');
    }
    if (names.isEmpty()) {
      throw new Refusal(
          "In a join, a column is assigned without saying of which table ("
              + cursor.name().text()
              + ").",
          "Write the table's name or alias and a dot in front of it.");
    }
    return table(names, references);
  }

  /** The table among the references that a name with qualifiers surely means. */
  static TableRef table(List<Identifier> names, References references) {
    Identifier name = names.get(names.size() - 1);
    List<Identifier> qualifiers = names.subList(0, names.size() - 1);
    TableRef found = null;
    for (Item item : references.items()) {
      if (means(name, qualifiers, item)) {
        if (found != null || item.table() == null) {
          throw notOne(name);
        }
        found = item.table();
      }
    }
    if (found == null) {
      throw notOne(name);
    }
    return found;
  }

  private static Refusal notOne(Identifier name) {
    return new Refusal(
        "'" + name.text() + "' does not surely mean one of the joined tables.",
        "Give the table an alias, and write this alias in front of its columns.");
  }

  private static boolean means(Identifier name, List<Identifier> qualifiers, Item item) {
    Identifier called = item.name();
    TableRef table = item.table();
    boolean same = called != null && called.text().equalsIgnoreCase(name.text());
    if (!same || qualifiers.isEmpty()) {
      return same;
    }
    return table != null && table.alias() == null && sameTexts(table.qualifiers(), qualifiers);
  }

  private static boolean sameTexts(List<Identifier> one, List<Identifier> other) {
    return one.stream()
        .map(Identifier::text)
        .toList()
        .equals(other.stream().map(Identifier::text).toList());
  }
}
