package io.attx.datasource.jdbc;

import io.attx.datasource.image.BoundParameters;
import io.attx.datasource.image.StatementOutcome;
import io.attx.datasource.image.StatementRefusedException;
import io.attx.datasource.image.StatementRequest;
import io.attx.datasource.sql.AnalyzedStatement;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the statements of one text one after the other on the same connection, as the server does in
 * one round trip: the first failure ends them. Used once.
 */
final class SeveralStatements {
  private final AtConnection connection;
  private final AnalyzedStatement.Several text;
  private final StatementRequest.Settings settings;
  private final List<Answer> answers = new ArrayList<>();

  SeveralStatements(
      AtConnection connection, AnalyzedStatement.Several text, StatementRequest.Settings settings) {
    this.connection = connection;
    this.text = text;
    this.settings = settings;
  }

  /**
   * Runs them.
   *
   * @return one answer for each; closing it closes its statement
   */
  List<Answer> run(List<BoundParameters> parameters, boolean batch) throws SQLException {
    if (batch || !connection.resource().allowsSeveralStatements(connection.delegate())) {
      throw new StatementRefusedException(
          text.sql(),
          batch
              ? "a batch repeats a text of several statements."
              : "the driver of this connection does not send several statements in one text.",
          "send the statements one by one.");
    }
    boolean together = connection.getAutoCommit() && connection.resource().failureEndsTransaction();
    if (together) {
      connection.setAutoCommit(false);
    }
    try {
      runAll(parameters.get(0));
      if (together) {
        connection.setAutoCommit(true);
      }
      return answers;
    } catch (SQLException | RuntimeException failure) {
      ended(failure, together);
      throw failure;
    }
  }

  private void runAll(BoundParameters parameters) throws SQLException {
    List<BoundParameters.Setter> setters = parameters.setters();
    if (setters.size() != text.parameterCount()) {
      throw new SQLException(
          "the text has "
              + text.parameterCount()
              + " parameters, but "
              + setters.size()
              + " were set: "
              + text.sql(),
          "07001");
    }
    int from = 0;
    for (AnalyzedStatement part : text.parts()) {
      run(part.sql(), setters.subList(from, from + part.parameterCount()));
      from += part.parameterCount();
    }
  }

  private void run(String sql, List<BoundParameters.Setter> setters) throws SQLException {
    PreparedStatement statement = prepare(sql);
    try {
      if (settings.queryTimeoutSeconds() > 0) {
        statement.setQueryTimeout(settings.queryTimeoutSeconds());
      }
      if (settings.maxRows() > 0) {
        statement.setMaxRows(settings.maxRows());
      }
      for (int i = 0; i < setters.size(); i++) {
        setters.get(i).set(statement, i + 1);
      }
      boolean rows = statement.execute();
      answers.add(
          new Answer(
              new StatementOutcome(
                  new long[] {rows ? -1 : statement.getUpdateCount()},
                  statement,
                  rows ? statement.getResultSet() : null,
                  null,
                  List.of(),
                  List.of())));
    } catch (SQLException | RuntimeException failure) {
      statement.close();
      throw failure;
    }
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    String[] names = settings.keyColumnNames();
    int[] indexes = settings.keyColumnIndexes();
    if (names != null) {
      return connection.prepareStatement(sql, names);
    }
    if (indexes != null) {
      return connection.prepareStatement(sql, indexes);
    }
    return settings.returnGeneratedKeys()
        ? connection.prepareStatement(sql, PreparedStatement.RETURN_GENERATED_KEYS)
        : connection.prepareStatement(sql);
  }

  private void ended(Exception failure, boolean together) {
    try {
      for (Answer answer : answers) {
        answer.close();
      }
      if (together) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException second) {
      failure.addSuppressed(second);
    }
  }
}
