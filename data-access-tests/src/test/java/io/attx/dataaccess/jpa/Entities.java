package io.attx.dataaccess.jpa;

import jakarta.persistence.CascadeType;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.DiscriminatorColumn;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Inheritance;
import jakarta.persistence.InheritanceType;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import jakarta.persistence.TableGenerator;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** One entity for each way of keys, collections and inheritance. */
final class Entities {

  private Entities() {}

  /** Key by the database, a version, and times. */
  @Entity
  @Table(name = "identified")
  static class Generated {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @Version long version;
    String name;
    Instant changed;

    protected Generated() {}

    Generated(String name) {
      this.name = name;
      this.changed = Instant.parse("2026-11-20T12:00:00.123456Z");
    }
  }

  /** Key by a sequence; on MySQL a table with one row. */
  @Entity
  @Table(name = "sequenced")
  static class Sequenced {
    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE)
    Long id;

    String name;
    BigDecimal price;

    protected Sequenced() {}

    Sequenced(String name, String price) {
      this.name = name;
      this.price = new BigDecimal(price);
    }
  }

  /** Key by a table of Hibernate. */
  @Entity
  @Table(name = "numbered")
  static class Numbered {
    @Id
    @TableGenerator(name = "ids", table = "ids")
    @GeneratedValue(strategy = GenerationType.TABLE, generator = "ids")
    Long id;

    @Column(unique = true)
    String name;

    protected Numbered() {}

    Numbered(String name) {
      this.name = name;
    }
  }

  /** Key by the application, with collections of values. */
  @Entity
  @Table(name = "uuid_keyed")
  static class UuidKeyed {
    @Id
    @GeneratedValue(strategy = GenerationType.UUID)
    UUID id;

    String name;

    @ElementCollection
    @CollectionTable(name = "uuid_keyed_tags")
    @Column(name = "tag", nullable = false)
    Set<String> tags = new HashSet<>();

    @ElementCollection
    @CollectionTable(name = "uuid_keyed_steps")
    @OrderColumn(name = "position")
    @Column(name = "step")
    List<String> steps = new ArrayList<>();

    @ElementCollection
    @CollectionTable(name = "uuid_keyed_sizes")
    @Column(name = "amount")
    Map<String, Integer> sizes = new HashMap<>();

    protected UuidKeyed() {}

    UuidKeyed(String name) {
      this.name = name;
    }
  }

  /** A bag of values: its table has no key at all. */
  @Entity
  @Table(name = "bagged")
  static class Bagged {
    @Id
    @GeneratedValue(strategy = GenerationType.UUID)
    UUID id;

    @ElementCollection
    @CollectionTable(name = "bagged_notes")
    List<String> notes = new ArrayList<>();
  }

  /** One table for all classes. */
  @Entity
  @Table(name = "animal")
  @Inheritance(strategy = InheritanceType.SINGLE_TABLE)
  @DiscriminatorColumn(name = "kind")
  abstract static class Animal {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    String name;
  }

  /** In that table. */
  @Entity
  static class Cat extends Animal {
    Integer lives;
  }

  /** In that table too. */
  @Entity
  static class Dog extends Animal {
    String trick;
  }

  /** A table for each class, joined. */
  @Entity
  @Table(name = "vehicle")
  @Inheritance(strategy = InheritanceType.JOINED)
  abstract static class Vehicle {
    @Id
    @GeneratedValue(strategy = GenerationType.UUID)
    UUID id;

    @Version int version;
    String plate;
  }

  /** In its own table too. */
  @Entity
  @Table(name = "truck")
  static class Truck extends Vehicle {
    int tons;
  }

  /** A parent with children and with friends. */
  @Entity
  @Table(name = "person")
  static class Person {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    String name;

    @OneToMany(cascade = CascadeType.ALL, orphanRemoval = true)
    @JoinColumn(name = "owner_id")
    List<Phone> phones = new ArrayList<>();

    @ManyToMany Set<Person> friends = new HashSet<>();

    protected Person() {}

    Person(String name) {
      this.name = name;
    }
  }

  /** A child. */
  @Entity
  @Table(name = "phone")
  static class Phone {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    String number;

    protected Phone() {}

    Phone(String number) {
      this.number = number;
    }
  }
}
