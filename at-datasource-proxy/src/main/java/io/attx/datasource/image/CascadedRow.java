package io.attx.datasource.image;

import io.attx.datasource.image.CascadePlan.Effect;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoTable;
import java.util.List;

/** A row that a statement changes by itself or takes along. Mutable while effects are collected. */
final class CascadedRow {
  final ImageLayout layout;
  final ImagedRow row;
  final boolean root;
  Effect effect;
  int level;

  CascadedRow(ImageLayout layout, ImagedRow row, boolean root, Effect effect) {
    this.layout = layout;
    this.row = row;
    this.root = root;
    this.effect = effect;
  }

  Id id() {
    return new Id(layout.table().name(), row.key());
  }

  /** Which row. */
  record Id(UndoTable table, List<ColumnValue> key) {}
}
