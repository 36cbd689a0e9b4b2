package io.attx.datasource.restored;

import java.util.Random;

/**
 * One shape of statement.
 *
 * @param name for the statistics
 * @param required whether most statements of it must be executed; others may be refused
 * @param batchable whether it can be an item of a batch
 * @param writer writes one
 */
record Shape(String name, boolean required, boolean batchable, Writer writer) {
  /** Writes statements of a shape. */
  @FunctionalInterface
  interface Writer {
    /**
     * Writes one statement.
     *
     * @param structure decides its form; the same decisions give a text that differs in values only
     * @param values decides its values
     * @return whether the shape fits this table
     */
    boolean write(Sql sql, RandomTable table, Random structure, Random values);
  }
}
