package io.attx.datasource.undo;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.Xid;
import io.attx.datasource.dialect.AtDialect;
import io.attx.undolog.UndoLog;
import io.attx.undolog.codec.Chunks;
import io.attx.undolog.codec.UndoCodec;
import io.attx.undolog.codec.UndoFormatException;
import io.attx.undolog.codec.UndoTooLargeException;
import io.attx.undolog.schema.UndoLogSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is done to the undo table, on connections of the caller. Thread-safe.
 *
 * <p>The table is looked up by its plain name once, in the schema that the first connection is in,
 * and named with that schema from then on, whatever the application does to the current schema of
 * its sessions. So the first call should be {@link #createTables} or {@link #lockSpaceIdentity}.
 */
public final class UndoStore {
  private final AtDialect dialect;
  private final String tableName;
  private final UndoLimits limits;
  private final UndoCodec codec;
  private final UndoTables tables;
  private volatile @Nullable UndoSql texts;

  /**
   * For one undo table.
   *
   * @param table its name as configured, unquoted
   * @throws IllegalArgumentException when the name is no plain identifier
   */
  public UndoStore(AtDialect dialect, String table, UndoLimits limits) {
    this(dialect, table, limits, () -> UUID.randomUUID().toString());
  }

  UndoStore(AtDialect dialect, String table, UndoLimits limits, Supplier<String> newIdentity) {
    this.dialect = dialect;
    this.tableName = UndoLogSchema.checkName(table);
    this.limits = limits;
    this.codec = new UndoCodec(limits.maxBytes(), limits.compressAboveBytes());
    this.tables = new UndoTables(dialect, tableName, newIdentity);
  }

  /**
   * Reads the identity of this lock space from beside the undo table, creating it on first use. Of
   * several first users one wins, and all read the same. Also proves that the undo table is there.
   *
   * @param connection without an open transaction
   * @throws SQLException with a message that names the script when a table is missing
   */
  public String lockSpaceIdentity(Connection connection) throws SQLException {
    return tables.lockSpaceIdentity(connection, sql(connection));
  }

  /**
   * Creates the tables where they are missing. Several may do so at the same time.
   *
   * @param connection without an open transaction
   */
  public void createTables(Connection connection) throws SQLException {
    tables.create(connection, sql(connection));
  }

  /**
   * Inserts the undo row of a branch in the local transaction that it belongs to.
   *
   * @throws BranchFencedException when the branch was rolled back before it arrived
   * @throws SQLException also when the record is larger than the limit
   */
  public void insert(Connection connection, BranchRef branch, UndoLog log) throws SQLException {
    UndoSql sql = sql(connection);
    List<byte[]> chunks = Chunks.split(encode(branch, log), limits.chunkBytes());
    try (PreparedStatement statement = connection.prepareStatement(sql.insert)) {
      if (chunks.size() == 1) {
        bindInsert(statement, branch, chunks, 0);
        statement.executeUpdate();
        return;
      }
      for (int chunk = 0; chunk < chunks.size(); chunk++) {
        bindInsert(statement, branch, chunks, chunk);
        statement.addBatch();
      }
      statement.executeBatch();
    } catch (SQLException failure) {
      if (dialect.undoTable().isDuplicateKey(failure)) {
        throw new BranchFencedException(branch, failure);
      }
      throw tables.explained(failure, connection, sql.table);
    }
  }

  private byte[] encode(BranchRef branch, UndoLog log) throws SQLException {
    try {
      return codec.encode(log);
    } catch (UndoTooLargeException tooLarge) {
      throw new SQLException(
          "branch "
              + branch
              + " changed more rows than its undo record may hold ("
              + limits.maxBytes()
              + " bytes): change fewer rows per local transaction, or raise the limit",
          "54000",
          tooLarge);
    }
  }

  private static void bindInsert(
      PreparedStatement statement, BranchRef branch, List<byte[]> chunks, int chunk)
      throws SQLException {
    bindKey(statement, 1, branch);
    statement.setInt(4, chunk);
    statement.setLong(5, branch.xid().session());
    statement.setLong(6, branch.xid().number());
    statement.setInt(7, UndoCodec.FORMAT);
    statement.setInt(8, chunks.size());
    statement.setBytes(9, chunks.get(chunk));
  }

  private static void bindKey(PreparedStatement statement, int from, BranchRef branch)
      throws SQLException {
    statement.setLong(from, branch.xid().cluster());
    statement.setLong(from + 1, branch.branch().session());
    statement.setLong(from + 2, branch.branch().number());
  }

  /** Deletes undo rows of committed branches; rows in another state stay. Caller commits. */
  public void deleteUndo(Connection connection, List<BranchRef> branches) throws SQLException {
    delete(connection, branches, false);
  }

  /** Deletes UNDONE and FENCE rows; rows in state UNDO stay. Caller commits. */
  public void deleteMarkers(Connection connection, List<BranchRef> branches) throws SQLException {
    delete(connection, branches, true);
  }

  private void delete(Connection connection, List<BranchRef> branches, boolean markers)
      throws SQLException {
    UndoSql sql = sql(connection);
    Map<SessionKey, List<BranchRef>> groups = new LinkedHashMap<>();
    for (BranchRef branch : branches) {
      SessionKey key = new SessionKey(branch.xid().cluster(), branch.branch().session());
      groups.computeIfAbsent(key, unused -> new ArrayList<>()).add(branch);
    }
    for (List<BranchRef> group : groups.values()) {
      for (int from = 0; from < group.size(); from += UndoSql.MAX_DELETE) {
        int to = Math.min(group.size(), from + UndoSql.MAX_DELETE);
        deleteGroup(connection, sql, group.subList(from, to), markers);
      }
    }
  }

  private record SessionKey(long cluster, long session) {}

  /** The last branch fills the text up to a power of two, so that few texts exist. */
  private static void deleteGroup(
      Connection connection, UndoSql sql, List<BranchRef> group, boolean markers)
      throws SQLException {
    int size = Integer.highestOneBit(2 * group.size() - 1);
    String text = markers ? sql.deleteMarkers(size) : sql.deleteUndo(size);
    try (PreparedStatement statement = connection.prepareStatement(text)) {
      statement.setLong(1, group.get(0).xid().cluster());
      statement.setLong(2, group.get(0).branch().session());
      for (int i = 0; i < size; i++) {
        BranchRef branch = group.get(Math.min(i, group.size() - 1));
        statement.setLong(3 + i, branch.branch().number());
        statement.setLong(3 + size + 3 * i, branch.branch().number());
        statement.setLong(4 + size + 3 * i, branch.xid().session());
        statement.setLong(5 + size + 3 * i, branch.xid().number());
      }
      statement.executeUpdate();
    }
  }

  /**
   * Finds rows that should be gone, oldest first by the clock of the database.
   *
   * @param after continues behind this row; null starts
   * @param limit the most rows to return
   */
  public List<FoundRow> findOlderThan(
      Connection connection, Duration age, @Nullable FoundRow after, int limit)
      throws SQLException {
    UndoSql sql = sql(connection);
    try (PreparedStatement statement =
        connection.prepareStatement(after == null ? sql.findFirst : sql.findNext)) {
      statement.setLong(1, age.toSeconds());
      if (after != null) {
        statement.setString(2, after.created());
        statement.setString(3, after.created());
        bindKey(statement, 4, after.branch());
      }
      statement.setMaxRows(limit);
      List<FoundRow> found = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(foundRow(rows));
        }
      }
      return found;
    } catch (SQLException failure) {
      throw tables.explained(failure, connection, sql.table);
    }
  }

  /**
   * How many branches have an undo row or a marker.
   *
   * @param atMost where counting stops
   */
  public int count(Connection connection, int atMost) throws SQLException {
    UndoSql sql = sql(connection);
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT 1 FROM " + sql.table + " WHERE chunk = 0")) {
      statement.setMaxRows(atMost);
      int count = 0;
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          count++;
        }
      }
      return count;
    } catch (SQLException failure) {
      throw tables.explained(failure, connection, sql.table);
    }
  }

  private static FoundRow foundRow(ResultSet row) throws SQLException {
    Xid xid = new Xid(row.getLong(1), row.getLong(4), row.getLong(5));
    BranchId branch = new BranchId(row.getLong(2), row.getLong(3));
    return new FoundRow(new BranchRef(xid, branch), state(row.getInt(6)), row.getString(7));
  }

  /** Inserts the fence unless a row is there; waits for a concurrent insert of that row. */
  void fence(Connection connection, BranchRef branch) throws SQLException {
    UndoSql sql = sql(connection);
    try (PreparedStatement statement = connection.prepareStatement(sql.insertFence)) {
      bindKey(statement, 1, branch);
      statement.setLong(4, branch.xid().session());
      statement.setLong(5, branch.xid().number());
      statement.executeUpdate();
    } catch (SQLException failure) {
      if (!dialect.undoTable().isDuplicateKey(failure)) {
        throw tables.explained(failure, connection, sql.table);
      }
    }
  }

  /**
   * Locks and reads the rows of a branch.
   *
   * @return null when there is none
   * @throws UndoFormatException when the rows are no undo record of this branch
   */
  @Nullable LockedUndo lock(Connection connection, BranchRef branch)
      throws SQLException, UndoFormatException {
    UndoSql sql = sql(connection);
    try (PreparedStatement statement = connection.prepareStatement(sql.lock)) {
      bindKey(statement, 1, branch);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? readLocked(rows, branch) : null;
      }
    } catch (SQLException failure) {
      throw tables.explained(failure, connection, sql.table);
    }
  }

  private LockedUndo readLocked(ResultSet rows, BranchRef branch)
      throws SQLException, UndoFormatException {
    Xid xid = new Xid(branch.xid().cluster(), rows.getLong(4), rows.getLong(5));
    if (!xid.equals(branch.xid())) {
      throw new UndoFormatException(
          "undo row of branch " + branch.branch() + " belongs to " + xid + ", not to " + branch);
    }
    State state = state(rows.getInt(2));
    int chunks = rows.getInt(3);
    List<byte[]> parts = new ArrayList<>();
    if (state == State.UNDO) {
      long length = 0;
      do {
        byte[] part = rows.getBytes(6);
        length += part.length;
        if (length > limits.maxBytes() || rows.getInt(1) != parts.size()) {
          throw new UndoFormatException(
              "undo rows of "
                  + branch
                  + (length > limits.maxBytes()
                      ? " hold more than " + limits.maxBytes() + " bytes"
                      : " are not numbered one after the other"));
        }
        parts.add(part);
      } while (rows.next());
    }
    return new LockedUndo(state, parts, chunks);
  }

  /**
   * The rows of one branch, locked.
   *
   * @param state of chunk 0
   * @param parts the payloads in order; empty for a marker
   * @param chunks how many chunk 0 says there are
   */
  record LockedUndo(State state, List<byte[]> parts, int chunks) {}

  /** Reads the record behind locked rows. */
  UndoLog decode(LockedUndo rows) throws UndoFormatException {
    return codec.decode(Chunks.join(rows.parts(), rows.chunks()));
  }

  /** Turns the rows of a compensated branch into one marker. */
  void markUndone(Connection connection, BranchRef branch, LockedUndo rows) throws SQLException {
    UndoSql sql = sql(connection);
    try (PreparedStatement statement = connection.prepareStatement(sql.markUndone)) {
      statement.setBytes(1, new byte[0]);
      bindKey(statement, 2, branch);
      statement.setLong(5, branch.xid().session());
      statement.setLong(6, branch.xid().number());
      int count = statement.executeUpdate();
      if (count != 1) {
        throw new SQLException(
            "the undo row of " + branch + " was locked, but " + count + " rows were marked");
      }
    }
    if (rows.chunks() > 1) {
      try (PreparedStatement statement = connection.prepareStatement(sql.deleteRest)) {
        bindKey(statement, 1, branch);
        statement.executeUpdate();
      }
    }
  }

  private UndoSql sql(Connection connection) throws SQLException {
    UndoSql known = texts;
    if (known == null) {
      String table = dialect.undoTable().qualify(connection, tableName);
      // The identity table is where the undo table is: the same schema, a derived plain name.
      String schema = table.substring(0, table.length() - tableName.length());
      known =
          new UndoSql(dialect.undoTable(), table, schema + UndoLogSchema.identityTable(tableName));
      texts = known;
    }
    return known;
  }

  private static State state(int code) throws SQLException {
    return switch (code) {
      case 0 -> State.UNDO;
      case 1 -> State.UNDONE;
      case 2 -> State.FENCE;
      default -> throw new SQLException("a row of the undo table has the unknown state " + code);
    };
  }

  /**
   * A row of the undo table.
   *
   * @param branch whose
   * @param state its state
   * @param created when, as the database writes it
   */
  public record FoundRow(BranchRef branch, State state, String created) {}

  /** The state of an undo row. */
  public enum State {
    /** Holds what is needed to undo the branch. */
    UNDO,
    /** The branch was compensated. */
    UNDONE,
    /** The branch was rolled back before it arrived and never can. */
    FENCE
  }
}
