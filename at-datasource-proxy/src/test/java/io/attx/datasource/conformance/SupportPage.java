package io.attx.datasource.conformance;

import io.attx.databases.DatabaseKind;
import io.attx.datasource.conformance.SupportList.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The page of the documentation that shows the lists of all databases side by side. */
public final class SupportPage {
  private static final String HEAD =
      """
      # SQL inside a global transaction

      Generated: do not edit. It shows `conditions.md` and, side by side, the lists beside it in
      `at-datasource-proxy/src/test/resources/io/attx/datasource/conformance`, whose statements the
      tests execute on the real servers. **undone** changes rows, and a rollback of the global
      transaction restored every table; **runs** changes nothing; a refusal comes before anything
      executes, with a part of its message. An empty cell: not a statement of that database, or not
      listed for it.
      """;

  private static final List<DatabaseKind> KINDS =
      List.of(DatabaseKind.MYSQL, DatabaseKind.MARIADB, DatabaseKind.POSTGRESQL, DatabaseKind.H2);

  private SupportPage() {}

  /** Writes the page into the directory of the project. */
  public static void main(String[] arguments) throws IOException {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), text());
  }

  /** Where the page is, from any directory inside the project. */
  static Path file() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("ARCHITECTURE.md"))) {
      directory = directory.getParent();
    }
    return directory.resolve("docs/SQL_SUPPORT.md");
  }

  static String text() {
    Map<String, Map<String, Map<DatabaseKind, Entry>>> sections = new LinkedHashMap<>();
    for (DatabaseKind kind : KINDS) {
      for (Entry entry : SupportList.of(kind)) {
        sections
            .computeIfAbsent(entry.section(), ignored -> new LinkedHashMap<>())
            .computeIfAbsent(entry.sql(), ignored -> new EnumMap<>(DatabaseKind.class))
            .put(kind, entry);
      }
    }
    StringBuilder page = new StringBuilder(HEAD);
    page.append("\n## Forms and their conditions\n\n").append(SupportList.read("conditions.md"));
    sections.forEach((section, statements) -> section(page, section, statements));
    return page.toString();
  }

  private static void section(
      StringBuilder page, String section, Map<String, Map<DatabaseKind, Entry>> statements) {
    page.append("\n## ").append(section).append("\n\n");
    page.append(
        "| Statement | MySQL | MariaDB | PostgreSQL | H2 |\n| --- | --- | --- | --- | --- |\n");
    statements.forEach(
        (sql, verdicts) -> {
          page.append("| `` ").append(escaped(sql)).append(" ``");
          for (DatabaseKind kind : KINDS) {
            page.append(" | ").append(cell(verdicts.get(kind)));
          }
          page.append(" |\n");
        });
  }

  private static String cell(Entry entry) {
    if (entry == null) {
      return "";
    }
    return switch (entry.verdict()) {
      case UNDONE -> "**undone**";
      case RUNS -> "runs";
      case REFUSED -> "refused: " + escaped(entry.reason());
    };
  }

  private static String escaped(String text) {
    return text.replace("|", "\\|");
  }
}
