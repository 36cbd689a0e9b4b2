package io.attx.dataaccess.relational;

import java.util.Set;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.relational.core.mapping.MappedCollection;
import org.springframework.data.relational.core.mapping.Table;

/** An aggregate with children. */
@Table("basket")
record Basket(
    @Id Long id,
    @Version int version,
    String owner,
    @MappedCollection(idColumn = "basket") Set<BasketItem> items) {

  Basket with(String newOwner, Set<BasketItem> newItems) {
    return new Basket(id, version, newOwner, newItems);
  }
}
