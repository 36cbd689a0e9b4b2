package io.attx.dataaccess.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.dataaccess.jpa.Entities.Animal;
import io.attx.dataaccess.jpa.Entities.Cat;
import io.attx.dataaccess.jpa.Entities.Dog;
import io.attx.dataaccess.jpa.Entities.Truck;
import io.attx.dataaccess.jpa.Entities.Vehicle;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Classes in one table and in joined tables; a pessimistic lock. */
@Component
class Inheritance extends JpaScenario {

  Inheritance(EntityManager entities, TransactionTemplate transactions) {
    super(entities, transactions);
  }

  @Override
  public void prepare() {
    locally(
        () -> {
          removeAll(Animal.class);
          removeAll(Vehicle.class);
        });
    locally(
        () -> {
          entities.persist(cat("tom", 9));
          entities.persist(truck("A", 10));
          entities.persist(truck("B", 20));
        });
  }

  private static Cat cat(String name, int lives) {
    Cat cat = new Cat();
    cat.name = name;
    cat.lives = lives;
    return cat;
  }

  private static Truck truck(String plate, int tons) {
    Truck truck = new Truck();
    truck.plate = plate;
    truck.tons = tons;
    return truck;
  }

  private Truck truck(String plate) {
    return entities
        .createQuery("from " + Truck.class.getName() + " where plate = :plate", Truck.class)
        .setParameter("plate", plate)
        .getSingleResult();
  }

  @Override
  public void work() {
    locally(
        () -> {
          Cat tom = find(Cat.class, "tom");
          entities.lock(tom, LockModeType.PESSIMISTIC_WRITE);
          tom.lives--;
          Dog rex = new Dog();
          rex.name = "rex";
          rex.trick = "sit";
          entities.persist(rex);
        });
    locally(
        () -> {
          Truck changed = truck("A");
          changed.plate = "AA";
          changed.tons = 11;
          entities.persist(truck("C", 30));
          entities.remove(truck("B"));
        });
  }

  @Override
  public void verify() {
    locally(
        () -> {
          assertThat(find(Cat.class, "tom").lives).isEqualTo(8);
          assertThat(find(Dog.class, "rex").trick).isEqualTo("sit");
          assertThat(truck("AA").tons).isEqualTo(11);
          assertThat(all(Vehicle.class)).hasSize(2);
        });
  }
}
