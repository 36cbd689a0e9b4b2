package io.attx.spring.observability;

import io.attx.client.AtClient;
import io.attx.client.ClientSnapshot;
import io.attx.datasource.AtDataSource;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** {@code /actuator/attx}: the live transactions, databases and undo rows of this application. */
@Endpoint(id = "attx")
public final class AttxEndpoint {

  /** Where counting undo rows stops. */
  private static final int MOST_UNDO_ROWS = 10_000;

  private final AtClient client;
  private final Supplier<Map<String, AtDataSource>> dataSources;

  /**
   * An endpoint.
   *
   * @param dataSources the wrapped data sources by the names of their beans
   */
  public AttxEndpoint(AtClient client, Supplier<Map<String, AtDataSource>> dataSources) {
    this.client = client;
    this.dataSources = dataSources;
  }

  /** Everything; asks each database for its undo rows. */
  @ReadOperation
  public Report report() {
    ClientSnapshot snapshot = client.snapshot();
    Map<String, Undo> undo = new TreeMap<>();
    dataSources.get().forEach((name, dataSource) -> undo.put(name, undo(dataSource)));
    return new Report(
        snapshot.connected(),
        snapshot.transactions().stream().map(Live::of).toList(),
        snapshot.openBranches(),
        snapshot.pendingReports(),
        snapshot.pendingResults(),
        snapshot.runningPhaseTwo(),
        snapshot.resources(),
        undo);
  }

  private static Undo undo(AtDataSource dataSource) {
    try {
      return new Undo(dataSource.undoBacklog(MOST_UNDO_ROWS), null);
    } catch (SQLException failure) {
      return new Undo(null, String.valueOf(failure.getMessage()));
    }
  }

  /**
   * What the endpoint answers.
   *
   * @param connected whether a session with a coordinator is open
   * @param transactions those that this application began and has not ended
   * @param openBranches local transactions that are branches now
   * @param pendingReports local ends that the coordinator has not acknowledged
   * @param pendingResults results of phase two that the coordinator has not acknowledged
   * @param runningPhaseTwo commands of phase two that are not answered
   * @param resources the databases that are served
   * @param dataSources the undo rows behind each bean
   */
  public record Report(
      boolean connected,
      List<Live> transactions,
      int openBranches,
      int pendingReports,
      int pendingResults,
      int runningPhaseTwo,
      List<String> resources,
      Map<String, Undo> dataSources) {}

  /**
   * A live transaction.
   *
   * @param xid its id
   * @param name its name
   * @param remainingMillis what is left of its time
   * @param rollbackOnly whether it can only be rolled back
   * @param openBranches its branches here that have not ended locally
   */
  public record Live(
      String xid, String name, long remainingMillis, boolean rollbackOnly, int openBranches) {

    static Live of(ClientSnapshot.LiveTransaction live) {
      return new Live(
          live.xid().toString(),
          live.name(),
          live.remaining().toMillis(),
          live.rollbackOnly(),
          live.openBranches());
    }
  }

  /**
   * The undo rows in one database.
   *
   * @param rows how many branches have one, counted up to 10,000; null where it cannot be told
   * @param problem why it cannot
   */
  public record Undo(@Nullable Integer rows, @Nullable String problem) {}
}
