package io.attx.datasource.branch;

import io.attx.ResourceId;
import io.attx.client.Participation;
import io.attx.client.ResourceManagerClient;
import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dialect.Dialects;
import io.attx.datasource.dirty.DirtyRules;
import io.attx.datasource.image.ImageLimits;
import io.attx.datasource.image.ImagedStatements;
import io.attx.datasource.metadata.MetadataCache;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.sql.AnalysisCache;
import io.attx.datasource.sql.AnalyzedStatement;
import io.attx.datasource.sql.SqlAnalyzer;
import io.attx.datasource.sql.TableRef;
import io.attx.datasource.undo.BranchRollback;
import io.attx.datasource.undo.DirtyReport;
import io.attx.datasource.undo.UndoLimits;
import io.attx.datasource.undo.UndoStore;
import io.attx.protocol.ResourceAnnouncement;
import io.attx.undolog.UndoTable;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One wrapped database: its dialect, its identity, its caches. Thread-safe. */
public final class AtResource {
  private static final Logger LOG = LoggerFactory.getLogger(AtResource.class);
  private static final Duration ROLLBACK_LOCK_TIMEOUT = Duration.ofSeconds(2);
  private static final int MAX_WARNED = 1_000;
  private static final int IMAGE_CHUNK_ROWS = 500;
  private static final int UNDO_CHUNK_BYTES = 512 * 1024;
  private static final int COMPRESS_ABOVE_BYTES = 4 * 1024;

  private final AtDialect dialect;
  private final BranchSettings settings;
  private final ResourceManagerClient client;
  private final OpenBranches open;
  private final UndoStore undo;
  private final DirtyRules dirty;
  private final DirtyReport dirtyReport;
  private final DirtyNotices notices;
  private final BranchRollback rollback;
  private final MetadataCache tables;
  private final ImagedStatements images;
  private final AnalysisCache analysis =
      new AnalysisCache(new SqlAnalyzer(), AnalysisCache.DEFAULT_CHARACTERS);
  private final ResourceAnnouncement announcement;
  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  private AtResource(
      AtDialect dialect,
      BranchSettings settings,
      ResourceManagerClient client,
      OpenBranches open,
      Connection connection)
      throws SQLException {
    this.dialect = dialect;
    this.settings = settings;
    this.client = client;
    this.open = open;
    UndoLimits limits = new UndoLimits(settings.maxBytes(), UNDO_CHUNK_BYTES, COMPRESS_ABOVE_BYTES);
    this.undo = new UndoStore(dialect, settings.undoTable(), limits);
    this.dirty = new DirtyRules(settings.dirty(), dialect.metadata(), dialect.images()::isSame);
    this.rollback = new BranchRollback(dialect, undo, ROLLBACK_LOCK_TIMEOUT, dirty);
    this.dirtyReport = new DirtyReport(dialect);
    this.tables = new MetadataCache(dialect.metadata(), this::acceptsTriggers);
    if (!settings.unprotectedTriggers().isEmpty()) {
      LOG.warn(
          "what the triggers of {} write into other tables is declared unprotected: it is neither"
              + " locked nor undone",
          settings.unprotectedTriggers());
    }
    this.images =
        new ImagedStatements(
            dialect,
            tables,
            new ImageLimits(settings.maxRows(), settings.maxBytes(), IMAGE_CHUNK_ROWS));
    this.announcement = announce(connection);
    this.notices = new DirtyNotices(this, settings.dirty().listeners());
    dirty.check(connection);
  }

  /**
   * Finds the dialect, checks or creates the undo tables and reads the identity of the lock space.
   *
   * @param connection autocommit on
   */
  static AtResource open(
      Connection connection,
      ResourceManagerClient client,
      BranchSettings settings,
      OpenBranches open)
      throws SQLException {
    AtDialect dialect = Dialects.find(connection.getMetaData());
    return new AtResource(dialect, settings, client, open, connection);
  }

  private ResourceAnnouncement announce(Connection connection) throws SQLException {
    if (settings.createSchema() || dialect.id().equals("h2")) {
      undo.createTables(connection);
    }
    String identity = undo.lockSpaceIdentity(connection);
    DatabaseMetaData metaData = connection.getMetaData();
    String url = withoutSecrets(String.valueOf(metaData.getURL()));
    return new ResourceAnnouncement(
        new ResourceId(identity),
        dialect.serverId(connection),
        metaData.getDatabaseProductName() + " " + url);
  }

  /** Parameters and user information of a URL may hold passwords. */
  static String withoutSecrets(String url) {
    int end = url.length();
    for (char stop : new char[] {'?', ';'}) {
      int at = url.indexOf(stop);
      end = at >= 0 ? Math.min(end, at) : end;
    }
    return url.substring(0, end).replaceFirst("//[^/@]*@", "//");
  }

  /** Starts a local transaction as a branch. It holds nothing until its first statement. */
  public LocalBranch branch(Participation participation, Connection physical) {
    return new LocalBranch(this, participation, physical);
  }

  /** For a local transaction outside of any global transaction that respects row locks. */
  public Participation outside() {
    return new OutsideParticipation(client);
  }

  /** Warns once for each text that runs unchecked although local writes are checked. */
  public void runsUnchecked(String sql, String reason) {
    if (warned.size() < MAX_WARNED && warned.add(sql)) {
      LOG.warn(
          "local writes are checked against row locks of global transactions, but not this one: {}"
              + " SQL: {}",
          reason,
          sql);
    }
  }

  /** What a text is; parsed once. */
  public AnalyzedStatement analyze(String sql, Connection physical) throws SQLException {
    return analysis.get(sql, dialect.sessionFlags(physical));
  }

  /** A statement ran that may have changed what the session flags or the namespace are. */
  public void sessionMayHaveChanged(Connection physical) throws SQLException {
    dialect.sessionMayHaveChanged(physical);
  }

  private boolean acceptsTriggers(UndoTable table) {
    String schema = table.schema().isEmpty() ? table.catalog() : table.schema();
    String name = table.name().toLowerCase(Locale.ROOT);
    return settings.unprotectedTriggers().contains(name)
        || settings.unprotectedTriggers().contains(schema.toLowerCase(Locale.ROOT) + "." + name);
  }

  /** Whether a table was declared to take no part; warns once for each. */
  public boolean isUntracked(TableRef table) {
    if (settings.untracked().isEmpty()) {
      return false;
    }
    String name = table.name().text().toLowerCase(Locale.ROOT);
    StringBuilder qualified = new StringBuilder();
    table.qualifiers().forEach(q -> qualified.append(q.text()).append('.'));
    String full = qualified.toString().toLowerCase(Locale.ROOT) + name;
    boolean untracked = settings.untracked().contains(name) || settings.untracked().contains(full);
    if (untracked && warned.add(full)) {
      LOG.warn(
          "table {} is declared untracked: what global transactions change in it is neither"
              + " locked nor undone",
          full);
    }
    return untracked;
  }

  DirtyReport dirtyReport() {
    return dirtyReport;
  }

  DirtyNotices notices() {
    return notices;
  }

  /** Describes the table of a statement. */
  TableMetadata table(Connection physical, TableRef table) throws SQLException {
    return tables.table(physical, table);
  }

  /** Whether the driver of a connection takes texts of several statements. */
  public boolean allowsSeveralStatements(Connection physical) throws SQLException {
    return dialect.allowsSeveralStatements(physical);
  }

  /** Whether any failed statement makes the local transaction roll-back-only. */
  public boolean failureEndsTransaction() {
    return dialect.images().support().failureEndsTransaction();
  }

  /** The identity of the lock space. */
  public ResourceId id() {
    return announcement.resource();
  }

  /** What an error means for the local transaction. */
  AtDialect.FailureScope scopeOf(SQLException failure) {
    return dialect.scopeOf(failure);
  }

  ResourceAnnouncement announcement() {
    return announcement;
  }

  BranchSettings settings() {
    return settings;
  }

  /** How long to wait for a global lock: what the transaction says, else the data source. */
  public Duration lockWait(Participation participation) {
    Duration stated = participation.lockWait();
    return stated == null ? settings.lockWait() : stated;
  }

  ResourceManagerClient client() {
    return client;
  }

  OpenBranches openBranches() {
    return open;
  }

  UndoStore undo() {
    return undo;
  }

  BranchRollback rollback() {
    return rollback;
  }

  ImagedStatements images() {
    return images;
  }

  @Override
  public String toString() {
    return announcement.description() + " (" + announcement.resource() + ")";
  }
}
