package io.attx.datasource.image;

import io.attx.LockRequest;
import io.attx.undolog.UndoEntry;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a statement.
 *
 * @param updateCounts as the driver would have given them: one, or one per item of a batch
 * @param executed the statement that ran in the end, open, for generated keys and warnings; null
 *     where nothing was sent (no row matched). The caller closes it.
 * @param resultSet the result of a SELECT or of a RETURNING of the application; else null
 * @param generatedKeys the keys that the application asked for; null: ask {@code executed}
 * @param entries what to undo, in order; empty where nothing changed
 * @param locks the rows to lock globally, those left as they were included
 */
public record StatementOutcome(
    long[] updateCounts,
    @Nullable Statement executed,
    @Nullable ResultSet resultSet,
    @Nullable ResultSet generatedKeys,
    List<UndoEntry> entries,
    List<LockRequest> locks) {
  /** Copies the lists. */
  public StatementOutcome {
    entries = List.copyOf(entries);
    locks = List.copyOf(locks);
  }
}
