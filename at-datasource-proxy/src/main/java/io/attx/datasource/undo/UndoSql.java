package io.attx.datasource.undo;

import io.attx.datasource.dialect.UndoTableDialect;
import java.util.ArrayList;
import java.util.List;

/** The texts of all statements on one undo table, made once. Pure. */
final class UndoSql {
  /** The most branches in one DELETE. */
  static final int MAX_DELETE = 128;

  private static final String KEY =
      " WHERE cluster = ? AND branch_session = ? AND branch_number = ?";

  final String table;
  final String identityTable;
  final String insert;
  final String insertFence;
  final String lock;
  final String markUndone;
  final String deleteRest;
  final String readIdentity;
  final String insertIdentity;
  final String findFirst;
  final String findNext;

  /** By the power of two of the number of branches. */
  private final List<String> deleteUndo;

  private final List<String> deleteMarkers;

  /**
   * Builds the texts.
   *
   * @param table quoted and qualified
   */
  UndoSql(UndoTableDialect dialect, String table, String identityTable) {
    this.table = table;
    this.identityTable = identityTable;
    insert =
        "INSERT INTO "
            + table
            + " (cluster, branch_session, branch_number, chunk, xid_session, xid_number,"
            + " state, format, chunks, payload) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?)";
    insertFence = dialect.insertFence(table);
    lock =
        "SELECT chunk, state, chunks, xid_session, xid_number, payload FROM "
            + table
            + KEY
            + " ORDER BY chunk FOR UPDATE";
    markUndone =
        "UPDATE "
            + table
            + " SET state = 1, chunks = 1, payload = ?"
            + KEY
            + " AND chunk = 0 AND state = 0 AND xid_session = ? AND xid_number = ?";
    deleteRest = "DELETE FROM " + table + KEY + " AND chunk > 0";
    readIdentity = "SELECT identity FROM " + identityTable + " WHERE id = 1";
    insertIdentity = "INSERT INTO " + identityTable + " (id, identity) VALUES (1, ?)";
    findFirst = find(dialect, "");
    findNext = find(dialect, behind(dialect.createdFromText()));
    deleteUndo = deletes("state = 0");
    deleteMarkers = deletes("state <> 0");
  }

  private String find(UndoTableDialect dialect, String behind) {
    return "SELECT cluster, branch_session, branch_number, xid_session, xid_number, state, "
        + dialect.createdAsText("created")
        + " FROM "
        + table
        + " WHERE "
        + dialect.olderThanSeconds("created")
        + " AND chunk = 0"
        + behind
        + " ORDER BY created, cluster, branch_session, branch_number";
  }

  private static String behind(String created) {
    return " AND created >= "
        + created
        + " AND (created > "
        + created
        + " OR (cluster, branch_session, branch_number) > (?, ?, ?))";
  }

  private List<String> deletes(String states) {
    List<String> texts = new ArrayList<>();
    for (int size = 1; size <= MAX_DELETE; size *= 2) {
      texts.add(
          "DELETE FROM "
              + table
              + " WHERE cluster = ? AND branch_session = ? AND branch_number IN ("
              + repeated("?", size)
              + ") AND "
              + states
              + " AND (branch_number, xid_session, xid_number) IN ("
              + repeated("(?, ?, ?)", size)
              + ")");
    }
    return List.copyOf(texts);
  }

  private static String repeated(String item, int count) {
    return String.join(", ", java.util.Collections.nCopies(count, item));
  }

  /** Deletes undo rows of so many branches of one session: a power of two. */
  String deleteUndo(int size) {
    return deleteUndo.get(Integer.numberOfTrailingZeros(size));
  }

  /** Deletes markers of so many branches of one session: a power of two. */
  String deleteMarkers(int size) {
    return deleteMarkers.get(Integer.numberOfTrailingZeros(size));
  }
}
