package io.attx.it.isolation;

import javax.sql.DataSource;

/**
 * What a scenario plays with. All rows hold 100 at first; nobody else uses them.
 *
 * @param east one database
 * @param west another one
 * @param row the key of the row in both; the next key is free to use too
 * @param writer a global transaction that writes
 * @param observer the transaction that is looked at
 * @param rival a second one of the observer's kind
 */
record Scene(
    DataSource east, DataSource west, int row, Actor writer, Actor observer, Actor rival) {}
