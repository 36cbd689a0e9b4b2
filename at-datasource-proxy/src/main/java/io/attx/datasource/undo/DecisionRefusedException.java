package io.attx.datasource.undo;

/** A person's decision cannot be carried out. Nothing may stay changed. */
final class DecisionRefusedException extends Exception {
  DecisionRefusedException(String why) {
    super(why);
  }
}
