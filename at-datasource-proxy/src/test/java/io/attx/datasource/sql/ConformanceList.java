package io.attx.datasource.sql;

import io.attx.datasource.sql.SqlFlags.Syntax;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the lists of statements and verdicts beside this class. */
final class ConformanceList {
  /** One statement on one database with its verdict. */
  record Case(String sql, SqlFlags flags, String verdict) {
    @Override
    public String toString() {
      return flags.syntax() + ": " + sql.replace("\n", "⏎");
    }
  }

  private ConformanceList() {}

  static SqlFlags flags(Syntax syntax) {
    boolean mysql = syntax == Syntax.MYSQL || syntax == Syntax.MARIADB;
    return new SqlFlags(syntax, mysql, !mysql);
  }

  static List<Case> of(Syntax syntax) {
    List<Case> cases = new ArrayList<>(read("common.txt", syntax));
    boolean mysql = syntax == Syntax.MYSQL || syntax == Syntax.MARIADB;
    cases.addAll(read(mysql ? "mysql.txt" : syntax.name().toLowerCase() + ".txt", syntax));
    return cases;
  }

  static List<Case> all() {
    List<Case> cases = new ArrayList<>();
    for (Syntax syntax : Syntax.values()) {
      cases.addAll(of(syntax));
    }
    return cases;
  }

  private static List<Case> read(String file, Syntax syntax) {
    List<Case> cases = new ArrayList<>();
    SqlFlags flags = flags(syntax);
    String sql = null;
    for (String line : lines(file)) {
      if (line.startsWith("#! flags")) {
        flags = new SqlFlags(syntax, line.contains("backslash=on"), line.contains("ansi=on"));
      } else if (line.startsWith("=> ")) {
        verdict(cases, sql, flags, line.substring(3));
      } else if (!line.startsWith("#!")) {
        sql = line.replace("⏎", "\n").replace("␣", "\u00a0");
      }
    }
    return cases;
  }

  /** A verdict for one database replaces the general one. */
  private static void verdict(List<Case> cases, String sql, SqlFlags flags, String verdict) {
    for (Syntax syntax : Syntax.values()) {
      if (verdict.startsWith(syntax + " ")) {
        if (syntax == flags.syntax()) {
          cases.removeIf(c -> c.sql().equals(sql) && c.flags().equals(flags));
          cases.add(new Case(sql, flags, verdict.substring(syntax.name().length() + 1)));
        }
        return;
      }
    }
    cases.add(new Case(sql, flags, verdict));
  }

  private static List<String> lines(String file) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                ConformanceList.class.getResourceAsStream(file), StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
