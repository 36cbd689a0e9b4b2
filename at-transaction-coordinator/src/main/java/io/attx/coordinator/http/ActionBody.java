package io.attx.coordinator.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.attx.coordinator.runtime.ResolveRequest;
import io.attx.protocol.Limits;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.RowDecision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request that acts. Read member by member, strictly: what is unknown, repeated, of
 * another type or too long is an error.
 *
 * <pre>
 * {"operator": "ada", "reason": "ticket 7", "report": 1, "table": "account", "action": "keep",
 *  "waitMillis": 10000,
 *  "rows": [{"row": "3fa97c01", "action": "values", "values": {"balance": "5.00", "note": null}}]}
 * </pre>
 *
 * @param operator who
 * @param reason why
 * @param report what was seen; 0 for whatever there is
 * @param table limits {@code action}; null for all
 * @param action about all rows that are not listed; null for none
 * @param waitMillis how long to wait for the end
 * @param rows about single rows
 */
record ActionBody(
    String operator,
    String reason,
    int report,
    @Nullable String table,
    @Nullable ResolveAction action,
    int waitMillis,
    List<ResolveRequest.Row> rows) {
  /** The largest body, in bytes. */
  static final int MAX_BYTES = 1024 * 1024;

  private static final int MAX_OPERATOR = 100;
  private static final int MAX_REASON = 1_000;
  private static final int DEFAULT_WAIT = 10_000;
  private static final int MAX_WAIT = 60_000;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(5)
                  .maxNumberLength(20)
                  .maxNameLength(Limits.MAX_NAME)
                  .maxStringLength(Limits.MAX_VALUE_PART)
                  .maxDocumentLength(MAX_BYTES)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /**
   * Reads a body.
   *
   * @param allowed the members that may be there besides operator and reason
   */
  static ActionBody read(byte[] bytes, Set<String> allowed) throws ApiException {
    try (JsonParser in = JSON.createParser(bytes)) {
      ActionBody body = new Reading(in, allowed).read();
      if (in.nextToken() != null) {
        throw ApiException.badRequest("something follows the end of the JSON object");
      }
      return body;
    } catch (IOException wrong) {
      // Also what breaks a constraint.
      throw ApiException.badRequest("the body is not what is expected: " + wrong.getMessage());
    }
  }

  /** One pass over a body. */
  private static final class Reading {
    private final JsonParser in;
    private final Set<String> allowed;
    private String operator = "";
    private String reason = "";
    private int report;
    private @Nullable String table;
    private @Nullable ResolveAction action;
    private int waitMillis = DEFAULT_WAIT;
    private List<ResolveRequest.Row> rows = List.of();

    Reading(JsonParser in, Set<String> allowed) {
      this.in = in;
      this.allowed = allowed;
    }

    ActionBody read() throws IOException, ApiException {
      expect(in.nextToken(), JsonToken.START_OBJECT, "the body");
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        member(name, in.nextToken());
      }
      return new ActionBody(
          who("operator", operator, MAX_OPERATOR),
          who("reason", reason, MAX_REASON),
          report,
          table,
          action,
          waitMillis,
          rows);
    }

    private void member(String name, JsonToken token) throws IOException, ApiException {
      boolean known = name.equals("operator") || name.equals("reason") || allowed.contains(name);
      switch (known ? name : "") {
        case "operator" -> operator = string(name, token);
        case "reason" -> reason = string(name, token);
        case "table" -> table = string(name, token);
        case "action" -> action = action(string(name, token));
        case "report" -> report = number(name, token, Integer.MAX_VALUE);
        case "waitMillis" -> waitMillis = number(name, token, MAX_WAIT);
        case "rows" -> rows = rows(token);
        default -> throw ApiException.badRequest("unknown member \"" + name + "\"");
      }
    }

    private static String who(String name, String value, int max) throws ApiException {
      String text = value.strip();
      if (text.isEmpty() || text.length() > max || text.chars().anyMatch(c -> c < ' ')) {
        throw ApiException.badRequest(
            "\"" + name + "\" is wanted: one line of 1 to " + max + " characters");
      }
      return text;
    }

    private List<ResolveRequest.Row> rows(JsonToken token) throws IOException, ApiException {
      expect(token, JsonToken.START_ARRAY, "\"rows\"");
      List<ResolveRequest.Row> list = new ArrayList<>();
      for (JsonToken next = in.nextToken(); next != JsonToken.END_ARRAY; next = in.nextToken()) {
        if (list.size() == Limits.MAX_CASES) {
          throw ApiException.badRequest("more than " + Limits.MAX_CASES + " rows");
        }
        list.add(row(next));
      }
      return list;
    }

    private ResolveRequest.Row row(JsonToken token) throws IOException, ApiException {
      expect(token, JsonToken.START_OBJECT, "a row");
      String row = "";
      ResolveAction what = null;
      List<RowDecision.ColumnText> values = List.of();
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        JsonToken value = in.nextToken();
        switch (name) {
          case "row" -> row = string(name, value);
          case "action" -> what = action(string(name, value));
          case "values" -> values = values(value);
          default -> throw ApiException.badRequest("unknown member \"" + name + "\" of a row");
        }
      }
      if (!row.matches("[0-9a-f]{4,64}") || what == null || what == ResolveAction.RETRY) {
        throw ApiException.badRequest(
            "a row has \"row\", 4 to 64 hexadecimal digits, and \"action\", which is keep,"
                + " restore, merge or values");
      }
      return new ResolveRequest.Row(row, what, values);
    }

    private List<RowDecision.ColumnText> values(JsonToken token) throws IOException, ApiException {
      expect(token, JsonToken.START_OBJECT, "\"values\"");
      List<RowDecision.ColumnText> values = new ArrayList<>();
      for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
        JsonToken value = in.nextToken();
        if (values.size() == Limits.MAX_CASE_COLUMNS) {
          throw ApiException.badRequest("more than " + Limits.MAX_CASE_COLUMNS + " values");
        }
        values.add(
            new RowDecision.ColumnText(
                name, value == JsonToken.VALUE_NULL ? null : string(name, value)));
      }
      return values;
    }

    private static ResolveAction action(String name) throws ApiException {
      for (ResolveAction each : ResolveAction.values()) {
        if (each.name().toLowerCase(Locale.ROOT).equals(name)) {
          return each;
        }
      }
      throw ApiException.badRequest(
          "\"action\" is restore, keep, merge, values or retry, not \"" + name + "\"");
    }

    private String string(String name, JsonToken token) throws IOException, ApiException {
      expect(token, JsonToken.VALUE_STRING, "\"" + name + "\"");
      return in.getText();
    }

    private int number(String name, JsonToken token, int max) throws IOException, ApiException {
      expect(token, JsonToken.VALUE_NUMBER_INT, "\"" + name + "\"");
      long value = in.getLongValue();
      if (value < 0 || value > max) {
        throw ApiException.badRequest("\"" + name + "\" is a number from 0 to " + max);
      }
      return (int) value;
    }

    private static void expect(@Nullable JsonToken token, JsonToken wanted, String what)
        throws ApiException {
      if (token != wanted) {
        throw ApiException.badRequest(what + " should be " + describe(wanted));
      }
    }

    private static String describe(JsonToken token) {
      return switch (token) {
        case START_OBJECT -> "an object";
        case START_ARRAY -> "an array";
        case VALUE_STRING -> "a string";
        default -> "a whole number";
      };
    }
  }
}
