package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.PassThrough;
import io.attx.datasource.sql.AnalyzedStatement.TransactionControl;
import io.attx.datasource.sql.SqlFlags.Syntax;
import io.attx.datasource.sql.Token.Kind;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** SET, RESET and USE: harmless where they neither commit nor change how a text is read. */
final class Settings implements StatementForm {
  /** What H2 sets without committing the open transaction. Found by trying each. */
  private static final Set<String> H2_HARMLESS =
      Set.of("SCHEMA", "SCHEMA_SEARCH_PATH", "LOCK_TIMEOUT", "QUERY_TIMEOUT", "TIME", "CATALOG");

  /** Settings under which a text means something else, images miss rows, or COMMIT does more. */
  private static final Set<String> DANGEROUS =
      Set.of(
          "client_encoding",
          "sql_mode",
          "sql_select_limit",
          "completion_type",
          "standard_conforming_strings",
          "autocommit");

  @Override
  public boolean begins(StatementText text) {
    return text.is(0, "SET") || text.is(0, "RESET") || text.is(0, "USE");
  }

  @Override
  public AnalyzedStatement recognise(StatementText text) {
    if (text.is(0, "SET") && !text.isFor(Syntax.POSTGRESQL)) {
      TransactionControl autocommit = autocommit(text);
      if (autocommit != null) {
        return autocommit;
      }
    }
    refuseDangerous(text);
    refuseEncoding(text);
    if (text.isFor(Syntax.H2)) {
      refuseCommitting(text);
    } else if (text.mysqlFamily()) {
      refuseAccounts(text);
      refuseReset(text);
    } else if (text.startsWith(0, "RESET", "ALL")) {
      throw changesMeaning("ALL");
    }
    HiddenEffects.refuse(text, 1, text.size());
    return new PassThrough(text.sql(), text.parameterCount());
  }

  /** RESET MASTER and its like are maintenance here, and commit. */
  private static void refuseReset(StatementText text) {
    if (text.is(0, "RESET")) {
      throw new Refusal(
          "RESET is maintenance of the server and may commit.",
          "Run it outside the global transaction.");
    }
  }

  static Refusal changesMeaning(String setting) {
    return new Refusal(
        "The setting " + setting + " changes what statements mean or when they commit.",
        "Set it in the connection URL or when the pool opens the connection.");
  }

  private static void refuseDangerous(StatementText text) {
    for (int i = 1; i < text.size(); i++) {
      String name = setting(text, i);
      if (DANGEROUS.contains(name)
          && !(name.equals("autocommit") && text.isFor(Syntax.POSTGRESQL))) {
        throw changesMeaning(name);
      }
    }
  }

  /**
   * A server that expects another encoding than the driver sends finds backslashes and spaces
   * inside characters.
   */
  private static void refuseEncoding(StatementText text) {
    for (int i = 1; i < text.size(); i++) {
      boolean named =
          text.is(i, "NAMES")
              || text.is(i, "CHARSET")
              || text.startsWith(i, "CHARACTER", "SET")
              || setting(text, i).equals("character_set_client");
      if (named && (text.isFor(Syntax.POSTGRESQL) || !isHarmlessEncoding(text, i + 1))) {
        throw changesMeaning("of the character set");
      }
    }
  }

  private static boolean isHarmlessEncoding(StatementText text, int at) {
    int i = at;
    while (text.is(i, "SET") || text.isKind(i, Kind.OPERATOR)) {
      i++;
    }
    String value = i < text.size() ? unquoted(text.text(i)) : "";
    return value.startsWith("utf8");
  }

  private static String unquoted(String literal) {
    return literal.toLowerCase(Locale.ROOT).replace("'", "").replace("\"", "");
  }

  /** A word, quoted name or system variable without its scope, in lower case. */
  private static String setting(StatementText text, int i) {
    Token token = text.get(i);
    if (!token.isName() && token.kind() != Kind.VARIABLE) {
      return "";
    }
    if (token.kind() == Kind.QUOTED && text.sql().charAt(token.start() + 1) == '&') {
      throw changesMeaning(token.shortText(text.sql()));
    }
    String name = unquoted(text.text(i)).replace("`", "");
    return token.kind() == Kind.VARIABLE && name.startsWith("@@")
        ? name.substring(Math.max(1, name.lastIndexOf('.')) + 1)
        : name;
  }

  private static void refuseCommitting(StatementText text) {
    boolean harmless =
        text.is(0, "USE")
            || text.isKind(1, Kind.VARIABLE)
            || (text.size() > 1 && H2_HARMLESS.contains(text.get(1).keyword()));
    if (!harmless) {
      throw new Refusal(
          "H2 may commit the open transaction at this SET.",
          "Set it before the global transaction, or in the connection URL.");
    }
  }

  private static void refuseAccounts(StatementText text) {
    if (text.is(1, "PASSWORD") || text.is(1, "DEFAULT") || text.is(1, "STATEMENT")) {
      throw new Refusal(
          "SET " + text.get(1).keyword() + " commits, or runs another statement.",
          "Run it outside the global transaction.");
    }
  }

  // ---- autocommit

  private static @Nullable TransactionControl autocommit(StatementText text) {
    int at = 1;
    if (text.is(at, "SESSION") || text.is(at, "LOCAL")) {
      at++;
    }
    if (at >= text.size() || !setting(text, at).equals("autocommit")) {
      return null;
    }
    if (setsGlobal(text, at)) {
      return null;
    }
    at++;
    if (text.isKind(at, Kind.OPERATOR) && (text.isChar(at, '=') || text.text(at).equals(":="))) {
      at++;
    }
    if (at != text.size() - 1) {
      return null;
    }
    return switch (unquoted(text.text(at))) {
      case "1", "on", "true" -> control(text, "true");
      case "0", "off", "false" -> control(text, "false");
      default -> null;
    };
  }

  private static boolean setsGlobal(StatementText text, int at) {
    return text.text(at).toLowerCase(Locale.ROOT).contains("global");
  }

  private static TransactionControl control(StatementText text, String value) {
    return new TransactionControl(text.sql(), TransactionControl.Kind.AUTOCOMMIT, value);
  }
}
