package io.attx.examples.shop.stock;

import java.math.BigDecimal;

/**
 * A product in stock.
 *
 * @param sku its short name
 * @param price of one
 * @param quantity how many are there
 */
public record Product(String sku, BigDecimal price, int quantity) {}
