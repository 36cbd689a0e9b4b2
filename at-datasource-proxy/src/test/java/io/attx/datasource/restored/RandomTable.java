package io.attx.datasource.restored;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A random table.
 *
 * @param name plain
 * @param columns in order
 * @param key the columns of the primary key
 * @param ddl creates it and what belongs to it
 * @param dump reads it
 * @param sibling another table with columns n and s, or null
 */
record RandomTable(
    String name,
    List<Column> columns,
    List<Column> key,
    List<String> ddl,
    TableRestored.Dump dump,
    @Nullable String sibling) {
  Column column(String name) {
    return columns.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  List<Column> ofKind(Column.Kind kind) {
    return columns.stream().filter(c -> c.kind() == kind && !key.contains(c)).toList();
  }

  /** Columns besides the key that statements can assign. */
  List<Column> assignable() {
    return columns.stream().filter(c -> c.assignable() && !key.contains(c)).toList();
  }

  /** Columns that an INSERT has to name or may name. */
  List<Column> insertable() {
    return columns.stream().filter(Column::assignable).toList();
  }

  static <T> T pick(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }

  String keyNames() {
    return key.stream().map(Column::name).collect(Collectors.joining(", "));
  }
}
