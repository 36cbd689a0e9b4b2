package io.attx.examples.shop.order;

/** Another service could not have a row in time because another global transaction has it. */
public class RowsBusyException extends RuntimeException {

  RowsBusyException(String message) {
    super(message);
  }
}
