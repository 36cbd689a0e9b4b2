package io.attx.examples.shop.order;

import java.math.BigDecimal;

/**
 * An order that stands.
 *
 * @param id given by the database
 * @param amount what it costs
 */
public record PlacedOrder(long id, BigDecimal amount) {}
