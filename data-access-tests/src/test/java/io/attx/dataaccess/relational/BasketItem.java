package io.attx.dataaccess.relational;

import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/** A child of a basket. */
@Table("basket_item")
record BasketItem(@Id Long id, String name, int count) {}
