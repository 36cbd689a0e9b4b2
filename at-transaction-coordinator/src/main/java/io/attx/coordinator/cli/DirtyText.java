package io.attx.coordinator.cli;

import java.io.PrintWriter;
import java.util.List;

/** A branch in quarantine as text for people. */
final class DirtyText {
  private static final int SHORT_ROW = 12;

  private DirtyText() {}

  static void print(PrintWriter out, JsonTree branch) {
    String name = branch.text("xid") + " " + branch.text("branch");
    String description = branch.text("description");
    line(
        out,
        "branch "
            + name
            + " of "
            + branch.text("application")
            + " on "
            + branch.text("resource")
            + (description.isEmpty() ? "" : " (" + description + ")"));
    line(out, "  transaction:  " + branch.text("transaction"));
    line(out, "  rolls back:   " + branch.text("cause"));
    line(out, "  held because: " + branch.text("detail"));
    line(
        out,
        "  since "
            + branch.text("since")
            + ", report "
            + branch.text("report")
            + "; row locks: "
            + branch.text("locks")
            + "; applications that can undo it: "
            + branch.text("servers"));
    JsonTree running = branch.object("running");
    if (branch.has("running")) {
      line(
          out,
          "  decision "
              + running.text("resolution")
              + " of "
              + running.text("operator")
              + " is being carried out "
              + running.text("obstacle"));
    }
    for (JsonTree row : branch.objects("cases")) {
      row(out, row);
    }
    if (branch.number("casesLeftOut") > 0) {
      line(out, "and " + branch.text("casesLeftOut") + " more rows");
    }
    out.println();
    line(
        out,
        branch.objects("cases").isEmpty()
            ? "decide: dirty resolve " + name + " retry|keep --why …"
            : "decide: dirty resolve " + name + " restore|keep|merge|retry [--row ROW] --why …");
  }

  private static void row(PrintWriter out, JsonTree row) {
    String decided = row.text("decided");
    out.println();
    line(
        out,
        row.text("table")
            + "  "
            + row.text("key")
            + "  row "
            + shortRow(row.text("row"))
            + "  "
            + row.text("kind")
            + "  policy "
            + row.text("policy")
            + (decided.isEmpty() ? "" : "  decided: " + decided));
    TextTable columns = new TextTable("  ", "", "COLUMN", "TYPE", "BEFORE", "BRANCH LEFT", "NOW");
    for (JsonTree column : row.objects("columns")) {
      boolean branch = column.is("changedByBranch");
      boolean others = column.is("changedByOthers");
      columns.line(
          branch && others ? "both" : branch ? "branch" : others ? "others" : "",
          column.text("name"),
          column.text("type"),
          value(column.object("before")),
          value(column.object("after")),
          value(column.object("now")));
    }
    out.print(columns);
    if (row.number("columnsLeftOut") > 0) {
      line(out, "  and " + row.text("columnsLeftOut") + " more columns");
    }
  }

  private static String value(JsonTree value) {
    return switch (value.text("kind")) {
      case "absent" -> "(no row)";
      case "null" -> "NULL";
      default ->
          value.has("sha256")
              ? TextTable.cell(value.text("text")).substring(0, 20)
                  + "… ("
                  + value.text("length")
                  + " characters, sha256 "
                  + value.text("sha256").substring(0, 8)
                  + ")"
              : value.text("text");
    };
  }

  private static String shortRow(String row) {
    return row.length() <= SHORT_ROW ? row : row.substring(0, SHORT_ROW);
  }

  /** The whole name of the row whose name begins so. */
  static String row(JsonTree branch, String beginning) throws CommandFailedException {
    List<String> found =
        branch.objects("cases").stream()
            .map(row -> row.text("row"))
            .filter(row -> row.startsWith(beginning))
            .toList();
    if (found.size() != 1) {
      throw new CommandFailedException(
          ExitCode.NOT_FOUND, found.size() + " dirty rows are called " + beginning);
    }
    return found.get(0);
  }

  static void line(PrintWriter out, String text) {
    out.println(TextTable.plain(text));
  }
}
