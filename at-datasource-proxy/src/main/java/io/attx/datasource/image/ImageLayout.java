package io.attx.datasource.image;

import io.attx.RowLockKey;
import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dialect.ImageDialect;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an image query of one statement selects, and how a row of it is read: the imaged columns
 * with the key first, then expressions that only lock keys need, then the identity of the table.
 * Immutable.
 */
final class ImageLayout {
  private final AtDialect dialect;
  private final TableMetadata table;
  private final List<UndoColumn> columns;
  private final int keySize;
  private final List<LockSource> sources;
  private final List<Extra> extras;
  private final boolean wholeRow;

  ImageLayout(
      AtDialect dialect,
      TableMetadata table,
      List<UndoColumn> columns,
      List<LockSource> sources,
      List<Extra> extras,
      boolean wholeRow) {
    this.dialect = dialect;
    this.table = table;
    this.columns = List.copyOf(columns);
    this.keySize = table.key().size();
    this.sources = List.copyOf(sources);
    this.extras = List.copyOf(extras);
    this.wholeRow = wholeRow;
  }

  TableMetadata table() {
    return table;
  }

  /** The imaged columns, the key first. */
  List<UndoColumn> columns() {
    return columns;
  }

  List<UndoColumn> keyColumns() {
    return columns.subList(0, keySize);
  }

  List<LockSource> sources() {
    return sources;
  }

  /** How many columns {@link #selectList} has. */
  int width() {
    return columns.size() + extras.size() + (table.identity().isEmpty() ? 0 : 1);
  }

  /** The select list, with the qualifier (a name and a dot, or empty) before each column. */
  String selectList(String qualifier) {
    return String.join(", ", expressions(qualifier));
  }

  /** The expressions of the select list. */
  List<String> expressions(String qualifier) {
    ImageDialect images = dialect.images();
    List<String> list = new ArrayList<>(width());
    for (UndoColumn column : columns) {
      list.add(images.readExpression(qualifier + quote(column.name()), column));
    }
    for (Extra extra : extras) {
      list.add(extra.expression(dialect, qualifier));
    }
    String identity =
        images.identityExpression(qualifier, table.partitioned(), wholeRow ? table.identity() : "");
    if (identity != null && !table.identity().isEmpty()) {
      list.add(identity);
    }
    return list;
  }

  private String quote(String column) {
    return dialect.metadata().quote(column);
  }

  /** Reads one row whose first column of this layout has the 1-based index {@code first}. */
  ImagedRow read(ResultSet rows, int first) throws SQLException {
    ImageDialect images = dialect.images();
    List<ColumnValue> values = new ArrayList<>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      values.add(images.read(rows, first + i, columns.get(i)));
    }
    RowImage image = new RowImage(values);
    List<@Nullable RowLockKey> keys = new ArrayList<>(sources.size());
    for (LockSource source : sources) {
      keys.add(lockKey(source, image, rows, first + columns.size()));
    }
    return new ImagedRow(image, image.values().subList(0, keySize), keys);
  }

  /** Whether the row just read comes from the table that the metadata describes. */
  boolean isSameTable(ResultSet rows, int first) throws SQLException {
    if (table.identity().isEmpty()) {
      return true;
    }
    String now = rows.getString(first + columns.size() + extras.size());
    return now != null
        && (wholeRow ? table.identity().equals(now) : table.identity().startsWith(now + ":"));
  }

  private @Nullable RowLockKey lockKey(
      LockSource source, RowImage image, ResultSet rows, int firstExtra) throws SQLException {
    RowLockKey.Builder key = source.builder();
    for (LockSource.Part part : source.parts()) {
      if (part.imagePosition() >= 0) {
        ColumnValue value = image.values().get(part.imagePosition());
        if (value instanceof ColumnValue.Text text) {
          key.text(text.value());
        } else if (value instanceof ColumnValue.Bytes bytes) {
          key.bytes(bytes.value());
        } else {
          return null;
        }
      } else if (!appendExtra(key, part, rows, firstExtra)) {
        return null;
      }
    }
    return key.build();
  }

  private boolean appendExtra(
      RowLockKey.Builder key, LockSource.Part part, ResultSet rows, int firstExtra)
      throws SQLException {
    Extra extra = extras.get(part.extraPosition());
    int index = firstExtra + part.extraPosition();
    if (extra.asRead()) {
      ColumnValue value = dialect.images().read(rows, index, extra.undoColumn(dialect));
      if (value instanceof ColumnValue.Text text) {
        key.text(text.value());
      } else if (value instanceof ColumnValue.Bytes bytes) {
        key.bytes(bytes.value());
      } else {
        return false;
      }
      return true;
    }
    String text = rows.getString(index);
    if (text == null) {
      return false;
    }
    ColumnMetadata equality = part.equality();
    key.text(equality == null ? text : dialect.images().normalizeEquality(text, equality));
    return true;
  }

  /**
   * An expression that only lock keys need.
   *
   * @param column the column of this table
   * @param equality the column whose equality counts: itself, or the parent's
   * @param asRead whether the equality is that of the exact value
   */
  record Extra(ColumnMetadata column, ColumnMetadata equality, boolean asRead) {
    UndoColumn undoColumn(AtDialect dialect) {
      return dialect.images().undoColumn(column, UndoColumn.Role.VALUE);
    }

    String expression(AtDialect dialect, String qualifier) {
      String quoted = qualifier + dialect.metadata().quote(column.name());
      if (asRead) {
        return dialect.images().readExpression(quoted, undoColumn(dialect));
      }
      String expression =
          dialect
              .images()
              .equalityExpression(dialect.images().asParent(quoted, column, equality), equality);
      if (expression == null) {
        throw new IllegalStateException("unknown equality has no expression: " + equality);
      }
      return expression;
    }
  }
}
