package io.attx.examples.shop.demo;

/** What became of an order, as far as its sender knows. */
enum Outcome {
  /** It stands. */
  PLACED,
  /** Refused by the stock service; the order row was undone. */
  OUT_OF_STOCK,
  /** Refused by the account service; the order row and the stock were undone. */
  BALANCE_TOO_LOW,
  /** The answer did not come; looked up in the end. */
  UNKNOWN,
  /** It does not stand, and trying again was of no use for a long time. */
  GIVEN_UP
}
