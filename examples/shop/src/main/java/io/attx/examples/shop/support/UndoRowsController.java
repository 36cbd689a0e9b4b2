package io.attx.examples.shop.support;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Lets the demo see what is left in the undo table; an application has no need of it. */
@RestController
public class UndoRowsController {

  /** The state of a row that only keeps a branch from arriving late. */
  private static final int FENCE = 2;

  private final JdbcClient jdbc;

  UndoRowsController(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The number of undo rows without fences. */
  @GetMapping("/undo-rows")
  long undoRows() {
    return jdbc.sql("SELECT COUNT(*) FROM undo_log WHERE state <> ?")
        .param(FENCE)
        .query(Long.class)
        .single();
  }
}
