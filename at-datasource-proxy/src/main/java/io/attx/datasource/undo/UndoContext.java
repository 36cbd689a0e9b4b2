package io.attx.datasource.undo;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dirty.DirtyRules;
import io.attx.datasource.image.RowReader;
import io.attx.datasource.metadata.MetadataCache;
import java.time.Duration;

/** What all rollbacks of one database share. */
record UndoContext(
    AtDialect dialect,
    UndoStore store,
    RowReader reader,
    MetadataCache tables,
    DirtyRules rules,
    Duration lockTimeout) {}
