package io.attx.datasource.image;

import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.sql.AnalyzedStatement;
import java.sql.Connection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement of the application that is to run inside a branch.
 *
 * @param connection the physical connection, autocommit off
 * @param statement what it is
 * @param table its table
 * @param parameters one element per item of a batch; exactly one otherwise
 * @param batch whether it is a JDBC batch
 * @param settings what the application asked of its statement
 */
public record StatementRequest(
    Connection connection,
    AnalyzedStatement.TableStatement statement,
    TableMetadata table,
    List<BoundParameters> parameters,
    boolean batch,
    Settings settings) {
  /** Copies the list. */
  public StatementRequest {
    parameters = List.copyOf(parameters);
  }

  /**
   * What the application asked of its statement.
   *
   * @param returnGeneratedKeys it asked for generated keys by the flag
   * @param keyColumnNames it asked for generated keys by name; null otherwise
   * @param keyColumnIndexes it asked for generated keys by index; null otherwise
   * @param queryTimeoutSeconds 0 for none
   * @param fetchSize 0 for the driver's own
   * @param maxRows 0 for all
   * @param resultSetType a constant of {@link java.sql.ResultSet}
   * @param onSubstitute told of each statement that runs for the application, before it runs, so
   *     that {@code cancel} reaches it
   */
  public record Settings(
      boolean returnGeneratedKeys,
      String @Nullable [] keyColumnNames,
      int @Nullable [] keyColumnIndexes,
      int queryTimeoutSeconds,
      int fetchSize,
      int maxRows,
      int resultSetType,
      java.util.function.Consumer<java.sql.Statement> onSubstitute) {}
}
