package io.attx.examples.shop.order;

/**
 * What a customer wants.
 *
 * @param orderNo chosen by the client, unique
 * @param account who pays
 * @param sku which product
 * @param quantity how many
 */
public record OrderRequest(String orderNo, String account, String sku, int quantity) {}
