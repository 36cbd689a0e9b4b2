package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.Conflict;
import io.attx.datasource.sql.AnalyzedStatement.Delete;
import io.attx.datasource.sql.AnalyzedStatement.Equality;
import io.attx.datasource.sql.AnalyzedStatement.Filtered;
import io.attx.datasource.sql.AnalyzedStatement.InList;
import io.attx.datasource.sql.AnalyzedStatement.Insert;
import io.attx.datasource.sql.AnalyzedStatement.LockingSelect;
import io.attx.datasource.sql.AnalyzedStatement.Merge;
import io.attx.datasource.sql.AnalyzedStatement.MergeClause;
import io.attx.datasource.sql.AnalyzedStatement.PassThrough;
import io.attx.datasource.sql.AnalyzedStatement.Refused;
import io.attx.datasource.sql.AnalyzedStatement.TransactionControl;
import io.attx.datasource.sql.AnalyzedStatement.Unprotected;
import io.attx.datasource.sql.AnalyzedStatement.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** One line of text for a verdict, as the conformance lists write it. */
final class Verdicts {
  private Verdicts() {}

  static String describe(AnalyzedStatement statement) {
    List<String> parts = new ArrayList<>();
    if (statement instanceof PassThrough) {
      parts.add("PASS");
    } else if (statement instanceof Unprotected) {
      parts.add("UNPROTECTED");
    } else if (statement instanceof Refused refused) {
      return "REFUSED " + refused.reason();
    } else if (statement instanceof AnalyzedStatement.Several several) {
      parts.add(
          "SEVERAL "
              + several.parts().stream()
                  .map(Verdicts::describe)
                  .collect(Collectors.joining(" | ")));
    } else if (statement instanceof TransactionControl control) {
      return ("TX " + control.kind() + " " + control.argument()).trim();
    } else if (statement instanceof Insert insert) {
      insert(insert, parts);
    } else if (statement instanceof Merge merge) {
      merge(merge, parts);
    } else if (statement instanceof AnalyzedStatement.WritableCte cte) {
      for (AnalyzedStatement.WritableCte.Part part : cte.parts()) {
        String change = part.change() == null ? "query" : describe(part.change());
        String name = part.name() == null ? "last" : part.name().of(cte.sql());
        parts.add(name + " {" + change + "} " + part.returned());
      }
    } else if (statement instanceof Filtered filtered) {
      filtered(filtered, parts);
    }
    if (statement.parameterCount() > 0) {
      parts.add("params " + statement.parameterCount());
    }
    return String.join("; ", parts);
  }

  private static void insert(Insert insert, List<String> parts) {
    parts.add("INSERT " + insert.table().slice().of(insert.sql()));
    if (!insert.columns().isEmpty()) {
      parts.add(
          "columns "
              + insert.columns().stream().map(Identifier::text).collect(Collectors.joining(",")));
    }
    insert.rows().forEach(row -> parts.add("row " + (row.isEmpty() ? "-" : values(row))));
    if (insert.query() != null) {
      parts.add("query [" + insert.query().of(insert.sql()) + "]");
    }
    Conflict conflict = insert.conflict();
    if (conflict != null) {
      String clause =
          conflict.clause() == null ? "" : " [" + conflict.clause().of(insert.sql()) + "]";
      parts.add("conflict " + conflict.action() + clause);
      if (conflict.clause() != null && !conflict.assigned().isEmpty()) {
        parts.add("assign " + names(conflict.assigned()));
      }
      if (!conflict.key().isEmpty()) {
        parts.add("key " + names(conflict.key()));
      }
    }
    if (insert.returning() != null) {
      parts.add("returning [" + insert.returning().of(insert.sql()) + "]");
    }
  }

  private static String names(List<Identifier> columns) {
    return columns.stream().map(Identifier::text).collect(Collectors.joining(","));
  }

  private static void merge(Merge merge, List<String> parts) {
    parts.add("MERGE " + merge.table().slice().of(merge.sql()));
    parts.add("source [" + merge.source().of(merge.sql()) + "]");
    for (MergeClause clause : merge.clauses()) {
      parts.add(
          clause.effect()
              + (clause.matched() ? " matched" : " not matched")
              + (clause.condition() == null ? "" : " [" + clause.condition().of(merge.sql()) + "]")
              + (clause.assigned().isEmpty() ? "" : " assign " + names(clause.assigned())));
    }
    if (merge.returning() != null) {
      parts.add("returning [" + merge.returning().of(merge.sql()) + "]");
    }
  }

  private static void filtered(Filtered filtered, List<String> parts) {
    String verb =
        filtered instanceof Update ? "UPDATE" : filtered instanceof Delete ? "DELETE" : "LOCK";
    parts.add(verb + " " + filtered.table().slice().of(filtered.sql()));
    if (filtered instanceof Delete delete) {
      delete.others().forEach(other -> parts.add("and " + other.slice().of(delete.sql())));
    }
    sources(filtered, parts);
    if (filtered instanceof Update update) {
      parts.add("set [" + update.set().of(update.sql()) + "]");
      parts.add(
          "assign "
              + update.assignments().stream()
                  .map(a -> a.column().text() + ":" + kind(a.value()))
                  .collect(Collectors.joining(",")));
    }
    slice("where", filtered.where(), filtered, parts);
    slice("order", filtered.orderBy(), filtered, parts);
    slice("limit", filtered.limit(), filtered, parts);
    if (!filtered.equalities().isEmpty()) {
      parts.add(
          "eq "
              + filtered.equalities().stream()
                  .map(Verdicts::describe)
                  .collect(Collectors.joining(",")));
    }
    InList in = filtered.inList();
    if (in != null) {
      parts.add("in " + in.column().text() + ":(" + values(in.values()) + ")");
    }
    if (filtered.returning() != null) {
      slice("returning", filtered.returning().slice(), filtered, parts);
    }
    if (!filtered.sources().queries().isEmpty()) {
      parts.add("subquery");
    }
    if (filtered instanceof LockingSelect select) {
      lock(select, parts);
    }
  }

  private static void sources(Filtered filtered, List<String> parts) {
    slice("with", filtered.sources().with(), filtered, parts);
    References references = filtered.sources().references();
    boolean alone =
        references != null && references.isOneTable() && filtered.sources().includesTable();
    if (references != null && !alone) {
      slice("from", references.slice(), filtered, parts);
    }
    boolean ignore =
        (filtered instanceof Update update && update.ignore())
            || (filtered instanceof Delete delete && delete.ignore());
    if (ignore) {
      parts.add("ignore");
    }
  }

  private static void lock(LockingSelect select, List<String> parts) {
    select.others().forEach(other -> parts.add("and " + other.slice().of(select.sql())));
    if (select.grouped()) {
      parts.add("grouped");
    }
    String lock = select.lock().slice().of(select.sql()).toLowerCase();
    if (!lock.equals("for update")) {
      parts.add("by [" + lock + "]");
    }
  }

  private static void slice(String name, SqlSlice slice, Filtered of, List<String> parts) {
    if (slice != null) {
      parts.add(name + " [" + slice.of(of.sql()) + "]");
    }
  }

  private static String describe(Equality equality) {
    return equality.column().text() + ":" + kind(equality.value());
  }

  private static String values(List<ValueExpr> values) {
    return values.stream().map(Verdicts::kind).collect(Collectors.joining(","));
  }

  private static String kind(ValueExpr value) {
    if (value instanceof ValueExpr.Parameter parameter) {
      return "?" + parameter.index();
    }
    if (value instanceof ValueExpr.Expression) {
      return "expr";
    }
    return value.getClass().getSimpleName().toLowerCase();
  }

  /** Every slice of a statement. */
  static List<SqlSlice> slices(AnalyzedStatement statement) {
    List<SqlSlice> result = new ArrayList<>();
    if (statement instanceof AnalyzedStatement.TableStatement table) {
      result.add(table.body());
      if (!(statement instanceof AnalyzedStatement.WritableCte)) {
        result.add(table.table().slice());
      }
    }
    if (statement instanceof Insert insert) {
      insert.rows().forEach(row -> row.forEach(value -> result.add(value.slice())));
      if (insert.query() != null) {
        result.add(insert.query());
      }
      Conflict conflict = insert.conflict();
      if (conflict != null && conflict.clause() != null) {
        result.add(conflict.clause());
      }
      if (insert.returning() != null) {
        result.add(insert.returning());
      }
    }
    if (statement instanceof Merge merge) {
      result.add(merge.source());
      for (MergeClause clause : merge.clauses()) {
        result.add(clause.slice());
        result.add(clause.action());
        if (clause.condition() != null) {
          result.add(clause.condition());
        }
      }
      if (merge.returning() != null) {
        result.add(merge.returning());
      }
    }
    if (statement instanceof Update update) {
      result.add(update.set());
      update.assignments().forEach(a -> result.add(a.value().slice()));
    }
    if (statement instanceof Filtered filtered) {
      if (filtered.where() != null) {
        result.add(filtered.where());
      }
      if (filtered.orderBy() != null) {
        result.add(filtered.orderBy());
      }
      if (filtered.limit() != null) {
        result.add(filtered.limit());
      }
      if (filtered.sources().with() != null) {
        result.add(filtered.sources().with());
      }
      if (filtered.sources().references() != null) {
        result.add(filtered.sources().references().slice());
      }
      if (filtered.returning() != null) {
        result.add(filtered.returning().slice());
      }
      filtered.equalities().forEach(e -> result.add(e.value().slice()));
      if (filtered.inList() != null) {
        filtered.inList().values().forEach(v -> result.add(v.slice()));
      }
    }
    return result;
  }
}
