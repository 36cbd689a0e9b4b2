package io.attx.datasource.restored;

import java.util.List;
import java.util.Random;

/**
 * One column of a random table.
 *
 * @param name plain
 * @param definition type and what belongs to it in CREATE TABLE
 * @param judge reads it exactly
 * @param values some of them
 * @param nullable whether NULL is one of them
 * @param kind what can be done with it
 */
record Column(
    String name, String definition, String judge, List<Value> values, boolean nullable, Kind kind) {
  private static final int COMMON = 12;

  /** What can be done with a column. */
  enum Kind {
    /** Whole numbers: arithmetic and ranges. */
    NUMBER,
    /** Short texts. */
    TEXT,
    /** Anything of the type table: only whole values. */
    ANY,
    /** Given by the database unless it is named. */
    IDENTITY,
    /** Given by the database always. */
    IDENTITY_ALWAYS,
    /** Never assigned. */
    GENERATED
  }

  boolean assignable() {
    return kind != Kind.GENERATED && kind != Kind.IDENTITY && kind != Kind.IDENTITY_ALWAYS;
  }

  /** One value or NULL, for a row that is new. */
  Value fresh(Random random) {
    return nullable && random.nextInt(4) == 0
        ? Value.NULL
        : values.get(random.nextInt(values.size()));
  }

  /** One value that is not NULL, most often one that rows have. */
  Value present(Random random) {
    int most = random.nextInt(5) == 0 ? values.size() : Math.min(values.size(), COMMON);
    return values.get(random.nextInt(most));
  }

  /** One value that rows may have, or NULL. */
  Value any(Random random) {
    return nullable && random.nextInt(6) == 0 ? Value.NULL : present(random);
  }
}
