package io.attx.examples.shop.order;

/** The order cannot be had: no stock, or no money. Everything done for it is undone. */
public class OrderRefusedException extends RuntimeException {

  /** Who said no. */
  public enum Reason {
    /** The stock service. */
    OUT_OF_STOCK,
    /** The account service, after the stock service had taken the goods out of stock. */
    BALANCE_TOO_LOW
  }

  private final Reason reason;

  OrderRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Who said no. */
  public Reason reason() {
    return reason;
  }
}
