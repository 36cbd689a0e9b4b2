package io.attx.dataaccess.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.dataaccess.jpa.Entities.Person;
import io.attx.dataaccess.jpa.Entities.Phone;
import io.attx.dataaccess.jpa.Entities.UuidKeyed;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Collections of values and of entities: rows are added, changed, moved and removed. */
@Component
class Collections extends JpaScenario {

  Collections(EntityManager entities, TransactionTemplate transactions) {
    super(entities, transactions);
  }

  @Override
  public void prepare() {
    locally(
        () -> {
          all(Person.class).forEach(each -> each.friends.clear());
          entities.flush();
          removeAll(Person.class);
          removeAll(UuidKeyed.class);
        });
    locally(
        () -> {
          UuidKeyed thing = new UuidKeyed("thing");
          thing.tags.addAll(Set.of("red", "big"));
          thing.steps.addAll(List.of("one", "two", "three"));
          thing.sizes.putAll(Map.of("S", 1, "M", 2));
          entities.persist(thing);
          Person ann = new Person("ann");
          ann.phones.add(new Phone("1"));
          ann.phones.add(new Phone("2"));
          Person bob = new Person("bob");
          ann.friends.add(bob);
          entities.persist(ann);
          entities.persist(bob);
        });
  }

  @Override
  public void work() {
    locally(
        () -> {
          UuidKeyed thing = find(UuidKeyed.class, "thing");
          thing.tags.remove("red");
          thing.tags.add("blue");
          thing.steps.remove(0);
          thing.steps.add("four");
          thing.sizes.put("M", 20);
          thing.sizes.put("L", 3);
          thing.sizes.remove("S");
        });
    locally(
        () -> {
          Person ann = find(Person.class, "ann");
          ann.phones.remove(0);
          ann.phones.add(new Phone("3"));
          ann.friends.clear();
          Person cid = new Person("cid");
          cid.friends.add(ann);
          entities.persist(cid);
          entities.remove(find(Person.class, "bob"));
        });
  }

  @Override
  public void verify() {
    locally(
        () -> {
          UuidKeyed thing = find(UuidKeyed.class, "thing");
          assertThat(thing.tags).containsExactlyInAnyOrder("big", "blue");
          assertThat(thing.steps).containsExactly("two", "three", "four");
          assertThat(thing.sizes).isEqualTo(Map.of("M", 20, "L", 3));
          assertThat(find(Person.class, "ann").phones)
              .extracting(each -> each.number)
              .containsExactlyInAnyOrder("2", "3");
          assertThat(all(Person.class))
              .extracting(each -> each.name)
              .containsExactlyInAnyOrder("ann", "cid");
        });
  }
}
