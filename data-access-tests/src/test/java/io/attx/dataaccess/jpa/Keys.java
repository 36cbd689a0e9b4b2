package io.attx.dataaccess.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.dataaccess.jpa.Entities.Generated;
import io.attx.dataaccess.jpa.Entities.Numbered;
import io.attx.dataaccess.jpa.Entities.Sequenced;
import io.attx.dataaccess.jpa.Entities.UuidKeyed;
import jakarta.persistence.EntityManager;
import java.math.BigDecimal;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Each strategy of keys, versions, batched statements and statements in bulk. */
@Component
class Keys extends JpaScenario {

  Keys(EntityManager entities, TransactionTemplate transactions) {
    super(entities, transactions);
  }

  @Override
  public void prepare() {
    locally(
        () -> {
          removeAll(Generated.class);
          removeAll(Sequenced.class);
          removeAll(Numbered.class);
          removeAll(UuidKeyed.class);
        });
    locally(
        () -> {
          entities.persist(new Generated("old"));
          entities.persist(new Generated("kept"));
          for (int i = 0; i < 5; i++) {
            entities.persist(new Sequenced("old" + i, "1.50"));
          }
          entities.persist(new Numbered("old"));
          entities.persist(new UuidKeyed("old"));
        });
  }

  @Override
  public void work() {
    locally(
        () -> {
          entities.persist(new Generated("new"));
          find(Generated.class, "kept").name = "changed";
          entities.remove(find(Generated.class, "old"));
        });
    locally(
        () -> {
          for (int i = 0; i < 60; i++) {
            entities.persist(new Sequenced("new" + i, "2.00"));
          }
          all(Sequenced.class).stream()
              .filter(each -> each.name.startsWith("old"))
              .forEach(each -> each.price = new BigDecimal("9.99"));
          entities.persist(new Numbered("new"));
          find(Numbered.class, "old").name = "changed";
          entities.persist(new UuidKeyed("new"));
          entities.remove(find(UuidKeyed.class, "old"));
        });
    locally(
        () -> {
          entities
              .createQuery(
                  "update "
                      + Sequenced.class.getName()
                      + " set price = price + 1 where name like 'old%'")
              .executeUpdate();
          entities
              .createQuery("delete from " + Sequenced.class.getName() + " where name like 'new1%'")
              .executeUpdate();
        });
  }

  @Override
  public void verify() {
    locally(
        () -> {
          assertThat(all(Generated.class))
              .extracting(each -> each.name)
              .containsExactlyInAnyOrder("new", "changed");
          assertThat(find(Generated.class, "changed").version).isOne();
          assertThat(all(Sequenced.class)).hasSize(54);
          assertThat(find(Sequenced.class, "old0").price).isEqualByComparingTo("10.99");
          assertThat(all(Numbered.class))
              .extracting(each -> each.name)
              .containsExactlyInAnyOrder("new", "changed");
          assertThat(all(UuidKeyed.class)).extracting(each -> each.name).containsExactly("new");
        });
  }
}
