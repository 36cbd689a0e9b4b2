package io.attx.dataaccess;

/** One way to speak to a database, doing what applications do with it. */
public interface Scenario {

  /**
   * The tables that it needs beyond those that Hibernate creates; statements end with a semicolon.
   */
  default String tables(boolean mysql) {
    return "";
  }

  /** Fills the tables, outside of a global transaction. */
  void prepare();

  /**
   * Inserts, changes and deletes in one or more local transactions that commit.
   *
   * @throws IllegalStateException if something does not look as it should meanwhile
   */
  void work();

  /** Asserts what {@link #work()} left. */
  void verify();
}
