package io.attx.examples.shop.support;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Lets the demo see how many undo rows are left; an application has no need of it. */
@RestController
public class UndoRowsController {

  private final JdbcClient jdbc;

  UndoRowsController(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The number of undo rows. */
  @GetMapping("/undo-rows")
  long undoRows() {
    return jdbc.sql("SELECT COUNT(*) FROM undo_log").query(Long.class).single();
  }
}
