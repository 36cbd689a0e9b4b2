package io.attx.undolog.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The scripts that create the undo table and the identity table beside it. */
public final class UndoLogSchema {
  /** The name of the undo table where nothing else is configured, and in the scripts. */
  public static final String DEFAULT_TABLE = "undo_log";

  /** The longest table name: so that the longest name derived from it fits every database. */
  public static final int MAX_NAME_LENGTH = 48;

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern COMMENT = Pattern.compile("--[^\n]*");

  private UndoLogSchema() {}

  /**
   * The path of a script on the class path, for people; its name is that of a repeatable migration
   * of Flyway.
   *
   * @param dialectId mysql, mariadb, postgresql or h2
   */
  public static String scriptPath(String dialectId) {
    return "db/undo_log/" + dialectId + "/R__attx_undo_log.sql";
  }

  /**
   * The statements of a script, each to be run by itself; safe to repeat.
   *
   * @param dialectId mysql, mariadb, postgresql or h2
   * @param tableName the undo table; the identity table is named after it
   * @throws IllegalArgumentException for another dialect or a name that is no plain identifier
   */
  public static List<String> script(String dialectId, String tableName) {
    String table = checkName(tableName);
    String text = COMMENT.matcher(read(dialectId)).replaceAll("");
    List<String> statements = new ArrayList<>();
    for (String statement : text.split(";", -1)) {
      if (!statement.isBlank()) {
        statements.add(statement.strip().replace(DEFAULT_TABLE, table));
      }
    }
    return List.copyOf(statements);
  }

  /** The name of the identity table beside an undo table. */
  public static String identityTable(String tableName) {
    return checkName(tableName) + "_identity";
  }

  /**
   * Checks the name of an undo table: letters, digits and underscores of ASCII, not starting with a
   * digit, at most {@value #MAX_NAME_LENGTH} characters. It is written unquoted everywhere.
   *
   * @return the name
   * @throws IllegalArgumentException when it is another name
   */
  public static String checkName(String tableName) {
    if (tableName.length() > MAX_NAME_LENGTH || !NAME.matcher(tableName).matches()) {
      String shown = tableName.length() > 64 ? tableName.substring(0, 64) + "…" : tableName;
      throw new IllegalArgumentException(
          "the undo table cannot be named '"
              + shown
              + "': use up to "
              + MAX_NAME_LENGTH
              + " letters, digits and underscores, not starting with a digit");
    }
    return tableName;
  }

  private static String read(String dialectId) {
    if (!dialectId.matches("[a-z0-9]+")) {
      throw new IllegalArgumentException("not a dialect: " + dialectId);
    }
    String path = scriptPath(dialectId);
    try (InputStream script = UndoLogSchema.class.getResourceAsStream("/" + path)) {
      if (script == null) {
        throw new IllegalArgumentException(
            "there is no undo table script for '" + dialectId + "' (" + path + ")");
      }
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("cannot read " + path + " from the class path", unreadable);
    }
  }
}
