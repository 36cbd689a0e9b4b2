package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.sql.AnalyzedStatement.Conflict;
import io.attx.datasource.sql.AnalyzedStatement.Insert;
import io.attx.datasource.sql.SqlSlice;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * ON CONFLICT DO UPDATE on a partitioned table of PostgreSQL, which does not tell inserted rows
 * from updated ones: inserted by DO NOTHING, or updated where all rows that it touches were there.
 * Immutable.
 */
final class PartitionedUpsertPlan implements ItemPlan {
  private static final Pattern ACTION = Pattern.compile("(?i)\\bDO\\s+UPDATE\\s+SET\\b");

  private final Insert insert;
  private final ReturningRun.@Nullable Text inserting;
  private final CoveredPlan updating;

  PartitionedUpsertPlan(
      AtDialect dialect, Insert insert, ImageLayout layout, Set<String> changeable, int maxKeys) {
    this.insert = insert;
    this.updating =
        new CoveredPlan(
            dialect, insert, layout, "'UPDATE'", insert.returning(), changeable, maxKeys);
    this.inserting = inserting(dialect, layout);
  }

  /** The statement with DO NOTHING for its DO UPDATE; null where that cannot be written. */
  private ReturningRun.@Nullable Text inserting(AtDialect dialect, ImageLayout layout) {
    Conflict conflict = Objects.requireNonNull(insert.conflict());
    SqlSlice clause = Objects.requireNonNull(conflict.clause());
    Matcher action = ACTION.matcher(clause.of(insert.sql()));
    if (!action.find() || clause.of(insert.sql()).substring(0, action.start()).contains("?")) {
      return null;
    }
    int end = clause.start() + action.start();
    SqlSlice body = insert.body();
    SqlSlice head = new SqlSlice(body.start(), end, 0, clause.firstParameter());
    ComposedSql.Builder text = new ComposedSql.Builder(insert.sql()).add(head).add("DO NOTHING ");
    SqlSlice own = insert.returning();
    if (own == null) {
      text.add("RETURNING ");
    } else {
      text.add(own).add(", ");
    }
    return new ReturningRun.Text(
        text.build(), layout.selectList(Names.qualifier(dialect, insert.table())));
  }

  @Override
  public StatementOutcome run(Execution execution, BoundParameters parameters) throws SQLException {
    if (inserting == null) {
      throw execution.refused(
          "its conflict target holds a parameter, and the table is partitioned.",
          "write the conflict target without parameters.");
    }
    return new CoveredRun(execution, updating).onPartitions(parameters, insert, inserting);
  }
}
