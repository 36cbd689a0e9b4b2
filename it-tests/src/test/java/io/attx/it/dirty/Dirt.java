package io.attx.it.dirty;

import java.util.List;

/**
 * What somebody outside of attx does to a row before it is undone. In the texts {@code $} is the
 * key of a row of the cell's own, {@code $1} one that is not there yet. The row is {@code id $, a
 * 1, b 'x', qty 100, code $, owner $}; owners {@code $} and {@code $1} exist.
 */
enum Dirt {
  SAME_COLUMN(
      "a column that the branch changed",
      "update item set a = 2, qty = qty + 10 where id = $",
      "update item set qty = qty + 5 where id = $"),
  UNCHANGED_COLUMN(
      "a column that the branch wrote without changing it",
      "update item set a = 2, b = 'x' where id = $",
      "update item set b = 'theirs' where id = $"),
  UNTOUCHED_COLUMN(
      "a column that the branch did not write",
      "update item set a = 2 where id = $",
      "update item set b = 'theirs' where id = $"),
  BROUGHT_BACK(
      "the value from before is back by chance",
      "update item set qty = qty + 10 where id = $",
      "update item set qty = qty - 10 where id = $"),
  OTHER_SPELLING(
      "the same value in another spelling",
      "update item set qty = qty + 10 where id = $",
      "update item set qty = 110.0 where id = $"),
  DELETED(
      "row deleted, the branch wrote some columns",
      "update item set qty = qty + 10 where id = $",
      "delete from item where id = $"),
  DELETED_WHOLE(
      "row deleted, the branch wrote all columns",
      "update item set a = 2, b = 'y', qty = 110, code = $, owner = $1 where id = $",
      "delete from item where id = $"),
  KEY_CHANGED(
      "primary key changed",
      "update item set qty = qty + 10 where id = $",
      "update item set id = $1 where id = $"),
  REPLACED(
      "row deleted and inserted again with other values",
      "update item set qty = qty + 10 where id = $",
      "delete from item where id = $",
      "insert into item values ($, 7, 'theirs', 77, $, null)"),
  INSERTED_AGAIN(
      "row that the branch deleted inserted again",
      "delete from item where id = $",
      "insert into item values ($, 7, 'theirs', 77, $, null)"),
  INSERTED_CHANGED(
      "row that the branch inserted changed",
      "insert into item values ($1, 3, 'ours', 30, $1, null)",
      "update item set qty = 31 where id = $1"),
  INSERTED_DELETED(
      "row that the branch inserted deleted",
      "insert into item values ($1, 3, 'ours', 30, $1, null)",
      "delete from item where id = $1"),
  UNIQUE_TAKEN(
      "unique value from before taken by another row",
      "update item set code = $1 where id = $",
      "insert into item values ($1, 9, 'theirs', 90, $, null)"),
  PARENT_GONE(
      "foreign-key parent from before gone",
      "update item set owner = null where id = $",
      "delete from owner where id = $"),
  CHILD_ADDED(
      "child row added to a row that the branch inserted",
      "insert into item values ($1, 3, 'ours', 30, $1, null)",
      "insert into piece values ($1, $1)"),
  CASCADING_CHILD_ADDED(
      "the same, with `ON DELETE CASCADE`",
      "insert into crate values ($1)",
      "insert into part values ($1, $1)");

  final String title;
  final String ours;
  final List<String> theirs;

  Dirt(String title, String ours, String... theirs) {
    this.title = title;
    this.ours = ours;
    this.theirs = List.of(theirs);
  }

  /** The text for a cell whose rows have these keys. */
  static String at(long key, String text) {
    return text.replace("$1", String.valueOf(key + 1)).replace("$", String.valueOf(key));
  }
}
