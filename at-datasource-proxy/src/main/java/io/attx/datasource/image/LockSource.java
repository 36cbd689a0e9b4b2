package io.attx.datasource.image;

import io.attx.RowLockKey;
import io.attx.datasource.metadata.ColumnMetadata;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a lock key of a row comes from. Immutable.
 *
 * @param kind what is locked
 * @param table the table whose row, or unique value, is locked
 * @param index the unique index; empty for the key
 * @param parts where the values are; empty: one lock for all rows
 */
record LockSource(Kind kind, String table, String index, List<Part> parts) {
  LockSource {
    parts = List.copyOf(parts);
  }

  /** What is locked. */
  enum Kind {
    /** The row itself. */
    ROW,
    /** A value of a unique index. */
    UNIQUE,
    /** A row that this row refers to. */
    PARENT
  }

  /** Starts the key. */
  RowLockKey.Builder builder() {
    return index.isEmpty() ? RowLockKey.primaryKey(table) : RowLockKey.uniqueIndex(table, index);
  }

  /**
   * One value of the key.
   *
   * @param imagePosition the image column that holds it, or -1
   * @param extraPosition the extra expression that holds it, or -1
   * @param equality the column whose equality counts; null when the image value is used as it is
   */
  record Part(int imagePosition, int extraPosition, @Nullable ColumnMetadata equality) {}
}
