package io.attx.datasource.image;

import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.MetadataCache;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.sql.AnalyzedStatement.Delete;
import io.attx.datasource.sql.AnalyzedStatement.Insert;
import io.attx.datasource.sql.AnalyzedStatement.TableStatement;
import io.attx.datasource.sql.AnalyzedStatement.Update;
import io.attx.datasource.sql.AnalyzedStatement.WritableCte;
import io.attx.datasource.sql.AnalyzedStatement.WritableCte.Part;
import io.attx.datasource.sql.SqlSlice;
import io.attx.undolog.UndoEntry;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The text of one statement whose WITH clause changes rows: each part that does returns its images
 * behind its own columns, under a name of ours; its own name stands for its own columns. The last
 * query gives the rows of the application and, behind them, those of the images. Immutable.
 */
final class WritableCtePlan {
  private final String text;
  private final List<Piece> pieces;
  private final List<Change> changes;
  private final List<Integer> order;
  private final boolean query;

  private WritableCtePlan(Assembly assembly, List<Integer> order, boolean query) {
    this.text = assembly.text.toString();
    this.pieces = List.copyOf(assembly.pieces);
    this.changes = List.copyOf(assembly.changes);
    this.order = List.copyOf(order);
    this.query = query;
  }

  /**
   * A part that changes rows.
   *
   * @param name of ours
   * @param first the first column of its images in the result, 1-based, counted behind the columns
   *     of the application; its marker stands in front of it
   */
  record Change(String name, UndoEntry.Kind kind, ImageLayout layout, int first) {
    int width() {
      return layout.width() * (kind == UndoEntry.Kind.UPDATE ? 2 : 1);
    }
  }

  /** A text with placeholders, and where its parameters stand among those of the statement. */
  private record Piece(ComposedSql sql, int firstParameter) {}

  static WritableCtePlan of(Execution execution, MetadataCache tables, WritableCte cte)
      throws SQLException {
    Assembly assembly = new Assembly(execution, tables, cte);
    List<Part> parts = cte.parts();
    for (Part part : parts.subList(0, parts.size() - 1)) {
      assembly.definition(part);
    }
    Part last = parts.get(parts.size() - 1);
    if (last.change() == null) {
      assembly.lastQuery(last);
    } else {
      assembly.lastChange(last);
    }
    return new WritableCtePlan(assembly, order(execution, assembly.changes), last.change() == null);
  }

  /** A parent is inserted before its children, and deleted behind them. */
  private static List<Integer> order(Execution execution, List<Change> changes)
      throws SQLException {
    List<Integer> left = new ArrayList<>();
    for (int i = 0; i < changes.size(); i++) {
      left.add(i);
    }
    List<Integer> order = new ArrayList<>();
    while (!left.isEmpty()) {
      int found = -1;
      for (int i : left) {
        boolean free = left.stream().noneMatch(o -> isBefore(changes.get(o), changes.get(i)));
        found = found < 0 && free ? i : found;
      }
      if (found < 0) {
        throw execution.refused(
            "the parts of its WITH clause change tables that refer to each other in a circle.",
            "send the parts as statements of their own.");
      }
      left.remove((Integer) found);
      order.add(found);
    }
    return order;
  }

  private static boolean isBefore(Change one, Change other) {
    boolean refers = refers(one.layout(), other.layout());
    boolean isReferredTo = refers(other.layout(), one.layout());
    return !one.equals(other)
        && ((isReferredTo && one.kind() == UndoEntry.Kind.INSERT)
            || (refers && other.kind() == UndoEntry.Kind.DELETE));
  }

  private static boolean refers(ImageLayout child, ImageLayout parent) {
    return child.table().foreignKeys().stream()
        .anyMatch(key -> key.parent().equals(parent.table().name()));
  }

  String text() {
    return text;
  }

  List<Change> changes() {
    return changes;
  }

  /** In which order the changes could have been made one after the other, by their positions. */
  List<Integer> order() {
    return order;
  }

  /** Whether the statement behind the clause is a query. */
  boolean isQuery() {
    return query;
  }

  void bind(PreparedStatement statement, BoundParameters parameters) throws SQLException {
    int index = 1;
    for (Piece piece : pieces) {
      int from = piece.firstParameter;
      List<BoundParameters.Setter> all = parameters.setters();
      index = piece.sql.bind(statement, new BoundParameters(all.subList(from, all.size())), index);
    }
  }

  /** Puts the text together. Used once. */
  private static final class Assembly {
    final StringBuilder text = new StringBuilder();
    final List<Piece> pieces = new ArrayList<>();
    final List<Change> changes = new ArrayList<>();
    private final Execution execution;
    private final MetadataCache tables;
    private final WritableCte cte;
    private int nextImage = 1;

    Assembly(Execution execution, MetadataCache tables, WritableCte cte) {
      this.execution = execution;
      this.tables = tables;
      this.cte = cte;
    }

    private void separator() {
      text.append(text.isEmpty() ? "WITH " : ", ");
    }

    void definition(Part part) throws SQLException {
      if (part.change() == null) {
        separator();
        head(part);
        query(part.slice());
        text.append(')');
        return;
      }
      String ours = change(part);
      if (!part.returned().isEmpty()) {
        separator();
        head(part);
        text.append("SELECT ").append(ownColumns(part, ours));
        text.append(" FROM ").append(ours).append(')');
      }
    }

    private void head(Part part) {
      SqlSlice name = part.name();
      SqlSlice columns = part.columns();
      text.append(name == null ? "" : name.of(cte.sql()))
          .append(columns == null ? "" : columns.of(cte.sql()))
          .append(" AS (");
    }

    private void query(SqlSlice slice) {
      text.append(slice.of(cte.sql()));
      pieces.add(new Piece(new ComposedSql("", List.of(slice)), 0));
    }

    /** The part with its images, under a name of ours, which is returned. */
    private String change(Part part) throws SQLException {
      TableStatement statement = part.change();
      if (statement == null) {
        throw new IllegalArgumentException("a query changes nothing: " + part);
      }
      TableMetadata table = tables.table(execution.connection(), statement.table());
      Planned planned = planned(execution.on(table), statement);
      String name = "attx_p" + changes.size();
      Change change = new Change(name, planned.kind(), planned.layout(), nextImage + 1);
      changes.add(change);
      nextImage += change.width() + 1;
      separator();
      text.append(name).append('(');
      for (int i = 0; i < names(part, table).size(); i++) {
        text.append("attx_c").append(i).append(", ");
      }
      for (int i = 0; i < change.width(); i++) {
        text.append("attx_v").append(i).append(", ");
      }
      text.append("attx_x) AS (").append(planned.text().with("")).append(", true)");
      pieces.add(new Piece(planned.text().head(), part.slice().firstParameter()));
      return name;
    }

    private record Planned(ReturningRun.Text text, UndoEntry.Kind kind, ImageLayout layout) {}

    private Planned planned(Execution own, TableStatement statement) throws SQLException {
      StatementPlans plans = new StatementPlans(own, tables);
      if (statement instanceof Insert insert) {
        InsertPlan plain = plans.insert(insert).plain();
        if (plain != null && plain.returning() != null) {
          return new Planned(plain.returning(), UndoEntry.Kind.INSERT, plain.layout());
        }
      } else {
        boolean update = statement instanceof Update;
        StatementPlans.Filtered plan =
            statement instanceof Update changed
                ? plans.update(changed)
                : plans.delete((Delete) statement, statement.table());
        if (plan.returning() != null) {
          return new Planned(
              plan.returning(),
              update ? UndoEntry.Kind.UPDATE : UndoEntry.Kind.DELETE,
              plan.plan().layout());
        }
      }
      throw execution.refused(
          "a part of its WITH clause changes "
              + own.table().name()
              + " in a form that needs more"
              + " than one statement.",
          "send the parts as statements of their own.");
    }

    /** The names of the columns that a part returns, as they are to be shown. */
    private List<String> names(Part part, TableMetadata table) throws SQLException {
      List<String> names = new ArrayList<>();
      for (String returned : part.returned()) {
        if (!returned.equals("*")) {
          names.add(returned);
          continue;
        }
        boolean joined =
            (part.change() instanceof Update update && update.sources().references() != null)
                || (part.change() instanceof Delete delete
                    && delete.sources().references() != null);
        if (joined) {
          throw execution.refused(
              "a part of its WITH clause returns * of a join.", "name the columns.");
        }
        for (ColumnMetadata column : table.columns()) {
          names.add(execution.dialect().metadata().quote(column.name()));
        }
      }
      return names;
    }

    private String ownColumns(Part part, String ours) throws SQLException {
      TableStatement statement = part.change();
      if (statement == null) {
        throw new IllegalArgumentException("a query has no columns of ours: " + part);
      }
      TableMetadata table = tables.table(execution.connection(), statement.table());
      StringBuilder list = new StringBuilder();
      int next = 0;
      for (String name : names(part, table)) {
        list.append(next == 0 ? "" : ", ").append(ours).append(".attx_c").append(next++);
        list.append(" AS ").append(name);
      }
      return list.toString();
    }

    /** The rows of a query, numbered so that they come first. */
    void lastQuery(Part last) {
      text.append(" SELECT attx_q.*, ").append(images());
      text.append(" FROM (SELECT attx_m.*, row_number() OVER () AS attx_n FROM (");
      query(last.slice());
      text.append(") attx_m) attx_q");
      for (Change change : changes) {
        text.append(" FULL JOIN ").append(change.name()).append(" ON false");
      }
      text.append(" ORDER BY attx_q.attx_n NULLS LAST");
    }

    /** The rows that the last change returns, or none of its columns. */
    void lastChange(Part last) throws SQLException {
      String ours = change(last);
      String own = last.returned().isEmpty() ? "" : ownColumns(last, ours);
      text.append(" SELECT ").append(own).append(own.isEmpty() ? "" : ", ").append(images());
      text.append(" FROM ").append(ours);
      for (Change change : changes) {
        if (!change.name().equals(ours)) {
          text.append(" FULL JOIN ").append(change.name()).append(" ON false");
        }
      }
      text.append(" ORDER BY ").append(ours).append(".attx_x NULLS LAST");
    }

    private String images() {
      List<String> columns = new ArrayList<>();
      for (Change change : changes) {
        columns.add(change.name() + ".attx_x");
        for (int i = 0; i < change.width(); i++) {
          columns.add(change.name() + ".attx_v" + i);
        }
      }
      return String.join(", ", columns);
    }
  }
}
