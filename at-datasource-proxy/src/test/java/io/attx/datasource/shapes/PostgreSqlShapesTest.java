package io.attx.datasource.shapes;

import io.attx.databases.DatabaseKind;

class PostgreSqlShapesTest extends ShapesContract {
  PostgreSqlShapesTest() {
    super(DatabaseKind.POSTGRESQL, "common", "postgresql");
  }

  @Override
  String[] more() {
    return new String[] {
      "create table pt (id int, r int, v int, primary key (id, r)) partition by range (r)",
      "create table pt0 partition of pt for values from (0) to (10)",
      "create table pt1 partition of pt for values from (10) to (20)",
      "insert into pt values (1, 1, 1), (2, 11, 2), (3, 5, 3)",
      "create table j (id int primary key, d jsonb, arr int[])",
      "insert into j values (1, '{\"k\": \"one\"}', '{1,2,3}'), (2, '{}', '{4}')",
      "create table q (id int primary key, w int)",
      "create table parent (id int primary key)",
      "create table child (id int primary key, pid int references parent)",
      "insert into parent values (10), (20)",
      "insert into child values (100, 10), (101, 10), (200, 20)",
      "create table dk (id int primary key deferrable initially immediate, v int unique)",
      "insert into dk values (1, 10), (2, 20), (3, 30)"
    };
  }
}
