package io.attx.coordinator.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parameters behind the question mark. Unknown and repeated ones are errors. */
final class QueryString {
  private static final int MAX_CHARACTERS = 4_096;

  private final Map<String, String> values = new HashMap<>();

  /**
   * Reads them.
   *
   * @param raw as it came, encoded; null for none
   * @param known the names that are allowed
   */
  QueryString(@Nullable String raw, Set<String> known) throws ApiException {
    if (raw == null || raw.isEmpty()) {
      return;
    }
    if (raw.length() > MAX_CHARACTERS) {
      throw ApiException.badRequest("the query is longer than " + MAX_CHARACTERS + " characters");
    }
    for (String part : raw.split("&", -1)) {
      int equals = part.indexOf('=');
      String name = decode(equals < 0 ? part : part.substring(0, equals));
      if (!known.contains(name)) {
        throw ApiException.badRequest("unknown parameter " + name + "; known are " + known);
      }
      if (values.put(name, equals < 0 ? "" : decode(part.substring(equals + 1))) != null) {
        throw ApiException.badRequest("the parameter " + name + " is there twice");
      }
    }
  }

  private static String decode(String text) throws ApiException {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest("a parameter is not well encoded");
    }
  }

  @Nullable String text(String name) {
    return values.get(name);
  }

  String required(String name) throws ApiException {
    String value = values.get(name);
    if (value == null || value.isEmpty()) {
      throw ApiException.badRequest("the parameter " + name + " is missing");
    }
    return value;
  }

  /** A number that is not negative; larger than {@code max} is an error. */
  long number(String name, long otherwise, long max) throws ApiException {
    String value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.matches("\\d{1,18}") || Long.parseLong(value) > max) {
      throw ApiException.badRequest(name + " is a number from 0 to " + max + ", not " + value);
    }
    return Long.parseLong(value);
  }
}
