package io.attx.examples.shop.demo;

import io.attx.databases.DatabaseKind;

/**
 * What the demo is asked to do; {@code ./demo --help} explains it.
 *
 * @param database where the services keep their data
 * @param orders how many orders to send
 * @param parallel how many at a time
 * @param crash whether to kill processes meanwhile
 * @param keep whether data and logs stay at the end
 * @param terminal whether standard output is a terminal
 * @param coordinatorJar the coordinator
 */
record DemoOptions(
    DatabaseKind database,
    int orders,
    int parallel,
    boolean crash,
    boolean keep,
    boolean terminal,
    String coordinatorJar) {

  private static final int MAX_ORDERS = 1_000_000;
  private static final int MAX_PARALLEL = 64;

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  static DemoOptions parse(String[] arguments) {
    DatabaseKind database = DatabaseKind.H2;
    int orders = 600;
    int parallel = 8;
    boolean crash = false;
    boolean keep = false;
    boolean terminal = false;
    String jar = "";
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--database" -> database = DatabaseKind.ofId(value(arguments, ++i));
        case "--orders" -> orders = number(arguments, ++i, MAX_ORDERS);
        case "--parallel" -> parallel = number(arguments, ++i, MAX_PARALLEL);
        case "--crash" -> crash = true;
        case "--keep" -> keep = true;
        case "--terminal" -> terminal = true;
        case "--coordinator-jar" -> jar = value(arguments, ++i);
        default -> throw new IllegalArgumentException("Unknown option " + arguments[i]);
      }
    }
    if (jar.isEmpty()) {
      throw new IllegalArgumentException("--coordinator-jar is missing; start the demo by ./demo");
    }
    return new DemoOptions(database, orders, parallel, crash, keep, terminal, jar);
  }

  private static String value(String[] arguments, int index) {
    if (index >= arguments.length) {
      throw new IllegalArgumentException("Option " + arguments[index - 1] + " needs a value");
    }
    return arguments[index];
  }

  private static int number(String[] arguments, int index, int most) {
    String text = value(arguments, index);
    try {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(wrongNumber(arguments[index - 1], text, most), e);
    }
    throw new IllegalArgumentException(wrongNumber(arguments[index - 1], text, most));
  }

  private static String wrongNumber(String option, String text, int most) {
    return "Option " + option + " needs a number from 1 to " + most + ", not '" + text + "'";
  }
}
