package io.attx.datasource.sql;

import java.util.Locale;

/** Names as written, and whether two of them mean the same table. */
final class Names {
  private Names() {}

  /** The name that a token is. */
  static Identifier identifier(StatementText text, int index) {
    Token token = text.get(index);
    String raw = text.text(index);
    if (token.kind() == Token.Kind.WORD) {
      return new Identifier(raw, false);
    }
    char quote = raw.charAt(0);
    if (quote != '"' && quote != '`') {
      throw new Refusal(
          "The name " + token.shortText(text.sql()) + " is written with unicode escapes.",
          "Write the characters themselves.");
    }
    String inner = raw.substring(1, raw.length() - 1);
    String doubled = String.valueOf(quote).repeat(2);
    return new Identifier(inner.replace(doubled, String.valueOf(quote)), true);
  }

  /** Whether a qualifier in front of a column surely means the table. */
  static boolean qualifies(Identifier qualifier, TableRef table) {
    Identifier alias = table.alias();
    Identifier target = alias == null ? table.name() : alias;
    if (qualifier.quoted() == target.quoted()) {
      return qualifier.quoted()
          ? qualifier.text().equals(target.text())
          : qualifier.text().equalsIgnoreCase(target.text());
    }
    return qualifier.text().equals(target.text());
  }

  /** A name as the database folds it, for names that exist in the session only. */
  static String folded(Identifier name, SqlFlags.Syntax syntax) {
    return switch (syntax) {
      case MYSQL, MARIADB -> name.text().toLowerCase(Locale.ROOT);
      case POSTGRESQL -> name.quoted() ? name.text() : name.text().toLowerCase(Locale.ROOT);
      case H2 -> name.quoted() ? name.text() : name.text().toUpperCase(Locale.ROOT);
    };
  }
}
