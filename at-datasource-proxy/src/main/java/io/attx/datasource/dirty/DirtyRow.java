package io.attx.datasource.dirty;

import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoTable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row that is neither as the branch left it nor as it was before the branch. An image is null
 * where the row did not exist. Immutable by agreement: the maps are not to be changed.
 *
 * @param table where
 * @param key the key columns and their values
 * @param before the imaged columns before the branch
 * @param after the imaged columns as the branch left them
 * @param now the imaged columns as they are
 */
public record DirtyRow(
    UndoTable table,
    Map<String, ColumnValue> key,
    @Nullable Map<String, ColumnValue> before,
    @Nullable Map<String, ColumnValue> after,
    @Nullable Map<String, ColumnValue> now) {}
