package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.metadata.TableMetadata.UniqueIndex;
import io.attx.datasource.sql.AnalyzedStatement.Conflict;
import io.attx.datasource.sql.AnalyzedStatement.Insert;
import io.attx.datasource.sql.Identifier;
import io.attx.undolog.UndoColumn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An INSERT of values whose rows can be sent one by one: upserts of MySQL, MariaDB and H2, and
 * inserts whose keys come from several sources. Immutable but for texts made on demand.
 */
final class RowWisePlan implements ItemPlan {
  private final Conflict.@Nullable Action action;
  private final ImageLayout layout;
  private final Set<String> changeable;
  private final RowsByKey rowsByKey;
  private final boolean verifiesColumns;
  private final @Nullable SplicedText computation;
  private final @Nullable Part whole;
  private final List<Row> rows;

  /**
   * For one statement.
   *
   * @param changeable the columns that a row that is there can change
   * @param verifiesColumns whether rows that are there can go, so that every column must be known
   * @param maxKeys the most keys in one text
   */
  RowWisePlan(
      AtDialect dialect,
      Insert insert,
      ImageLayout layout,
      Set<String> changeable,
      boolean verifiesColumns,
      int maxKeys) {
    Conflict conflict = insert.conflict();
    TableMetadata table = layout.table();
    this.action = conflict == null ? null : conflict.action();
    this.layout = layout;
    this.changeable = changeable;
    this.verifiesColumns = verifiesColumns;
    this.rowsByKey = new RowsByKey(dialect, layout, verifiesColumns, maxKeys);
    InsertTexts texts = new InsertTexts(dialect, table, insert, InsertTexts.uniqueColumns(table));
    this.computation = texts.computation();
    List<List<ColumnMetadata>> indexes = indexes(dialect, table, conflict);
    List<Row> all = new ArrayList<>();
    int count = insert.rows().size();
    for (int r = 0; r < count; r++) {
      Part plain = part(dialect, texts.plain(r, r + 1), maxKeys);
      Part own = conflict == null ? plain : part(dialect, texts.own(r, r + 1), maxKeys);
      all.add(new Row(plain, own, probes(dialect, insert, texts, r, indexes)));
    }
    this.rows = List.copyOf(all);
    boolean skips = action == Conflict.Action.SKIP;
    this.whole =
        count == 1
            ? null
            : part(dialect, skips ? texts.own(0, count) : texts.plain(0, count), maxKeys);
  }

  private Part part(AtDialect dialect, InsertTexts.Single single, int maxKeys) {
    return new Part(new InsertPlan(dialect, single.statement(), layout, maxKeys), single.text());
  }

  /** The columns of each unique index by which a row can be in the way. */
  private static List<List<ColumnMetadata>> indexes(
      AtDialect dialect, TableMetadata table, @Nullable Conflict conflict) {
    List<List<ColumnMetadata>> indexes = new ArrayList<>();
    if (conflict != null && conflict.action() == Conflict.Action.MERGE) {
      List<ColumnMetadata> key = new ArrayList<>();
      for (Identifier column : conflict.key()) {
        key.add(Objects.requireNonNull(Names.column(dialect, table, column)));
      }
      indexes.add(key.isEmpty() ? table.key() : key);
      return indexes;
    }
    indexes.add(table.key());
    for (UniqueIndex index : table.uniqueIndexes()) {
      List<ColumnMetadata> columns =
          index.columns().stream().map(table::column).filter(Objects::nonNull).toList();
      if (!columns.isEmpty() && columns.size() == index.columns().size()) {
        indexes.add(columns);
      }
    }
    return indexes;
  }

  private @Nullable Probes probes(
      AtDialect dialect,
      Insert insert,
      InsertTexts texts,
      int row,
      List<List<ColumnMetadata>> indexes) {
    SplicedText.Builder exists = new SplicedText.Builder(insert.sql());
    List<SplicedText> locking = new ArrayList<>();
    String table = dialect.metadata().quote(layout.table().name());
    for (List<ColumnMetadata> index : indexes) {
      SplicedText.Builder lock =
          new SplicedText.Builder(insert.sql())
              .words(RowsByKey.head(dialect, layout, verifiesColumns));
      if (texts.condition(lock, row, index)) {
        locking.add(lock.words(" " + dialect.images().lockClause()).build());
        exists.words(exists.length() == 0 ? "" : " UNION ALL ");
        exists.words("SELECT 1 FROM " + table + " WHERE ");
        texts.condition(exists, row, index);
      }
    }
    return locking.isEmpty() ? null : new Probes(exists.build(), locking);
  }

  @Override
  public StatementOutcome run(Execution execution, BoundParameters parameters) throws SQLException {
    return new RowWiseRun(execution, this, parameters).run();
  }

  Conflict.@Nullable Action action() {
    return action;
  }

  ImageLayout layout() {
    return layout;
  }

  RowsByKey rowsByKey() {
    return rowsByKey;
  }

  boolean verifiesColumns() {
    return verifiesColumns;
  }

  /** The columns of an undo entry of rows that changed and kept their keys. */
  List<UndoColumn> changedColumns() {
    return layout.columns().stream()
        .filter(
            column -> column.role() == UndoColumn.Role.KEY || changeable.contains(column.name()))
        .toList();
  }

  @Nullable SplicedText computation() {
    return computation;
  }

  /** All rows in one statement; null where there is only one. */
  @Nullable Part whole() {
    return whole;
  }

  List<Row> rows() {
    return rows;
  }

  /** A statement and its parameters. */
  record Part(InsertPlan plan, SplicedText text) {}

  /**
   * One row.
   *
   * @param plain as an INSERT that fails where a row is there
   * @param own by the verb and with the clause of the statement
   * @param probes finds rows in its way; null where none can be
   */
  record Row(Part plain, Part own, @Nullable Probes probes) {}

  /**
   * Finds rows that are in the way of one row.
   *
   * @param exists whether there are any, without a lock
   * @param locking locks and reads them, index by index
   */
  record Probes(SplicedText exists, List<SplicedText> locking) {}
}
