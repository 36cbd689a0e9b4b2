package io.attx.datasource.dirty;

import io.attx.BranchRef;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoTable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row that cannot simply be taken back. An image is null where the row did not exist. Immutable
 * by agreement: the maps are not to be changed.
 *
 * @param branch whose change it was
 * @param table where
 * @param kind what happened to it
 * @param note names the row that is in the way, or what the database said; may be empty
 * @param columns the imaged columns with their types, the key included
 * @param key the key columns and their values
 * @param before the imaged columns before the branch
 * @param after the imaged columns as the branch left them
 * @param now the imaged columns as they are
 * @param beforeIsWhole whether {@code before} has every column that an INSERT needs
 */
public record DirtyRow(
    BranchRef branch,
    UndoTable table,
    DirtyKind kind,
    String note,
    List<UndoColumn> columns,
    Map<String, ColumnValue> key,
    @Nullable Map<String, ColumnValue> before,
    @Nullable Map<String, ColumnValue> after,
    @Nullable Map<String, ColumnValue> now,
    boolean beforeIsWhole) {}
