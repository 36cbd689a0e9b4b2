package io.attx.datasource.image;

import io.attx.RowLockKey;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row as an image query found it.
 *
 * @param image the imaged columns
 * @param key the key values
 * @param lockKeys one per lock source of the layout; null where the row has no such value (NULL)
 */
record ImagedRow(RowImage image, List<ColumnValue> key, List<@Nullable RowLockKey> lockKeys) {}
