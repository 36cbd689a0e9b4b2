package io.attx.datasource.shapes;

/** What MySQL and MariaDB have in common. */
final class MySqlFamilyTables {
  static final String[] PARTITIONED = {
    "create table pt (id int, r int, v int, primary key (id, r)) partition by range (r)"
        + " (partition p0 values less than (10), partition p1 values less than (20))",
    "insert into pt values (1, 1, 1), (2, 11, 2), (3, 5, 3)"
  };

  private MySqlFamilyTables() {}
}
