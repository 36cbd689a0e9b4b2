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

  /**
   * What is left.
   *
   * @param undoRows rows that still have to be deleted
   * @param fences rows that stay on purpose
   */
  public record Left(long undoRows, long fences) {}

  /** Counts the rows. */
  @GetMapping("/undo-rows")
  Left undoRows() {
    return jdbc.sql(
            """
            SELECT COUNT(CASE WHEN state <> :fence THEN 1 END) AS undo_rows,
                   COUNT(CASE WHEN state = :fence THEN 1 END) AS fences
            FROM undo_log
            """)
        .param("fence", FENCE)
        .query(Left.class)
        .single();
  }
}
