package io.attx.examples.shop.account;

import java.math.BigDecimal;

/**
 * The account of a customer.
 *
 * @param name whose
 * @param balance how much is on it
 */
public record Account(String name, BigDecimal balance) {}
