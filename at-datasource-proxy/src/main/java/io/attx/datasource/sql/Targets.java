package io.attx.datasource.sql;

import io.attx.datasource.sql.SqlFlags.Syntax;

/** Columns that a statement assigns. */
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
}
