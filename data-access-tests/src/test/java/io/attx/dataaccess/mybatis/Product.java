package io.attx.dataaccess.mybatis;

/** A row; MyBatis sets its id. */
public final class Product {
  private Long id;
  private final String name;
  private final int stock;

  /** A product without id. */
  public Product(String name, int stock) {
    this.name = name;
    this.stock = stock;
  }

  public Long getId() {
    return id;
  }

  public void setId(Long id) {
    this.id = id;
  }

  public String getName() {
    return name;
  }

  public int getStock() {
    return stock;
  }
}
