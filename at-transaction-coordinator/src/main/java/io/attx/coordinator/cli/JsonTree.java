package io.attx.coordinator.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object as the coordinator answers. What is not there reads as empty. */
final class JsonTree {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(20).build())
          .build();

  private final Map<String, Object> members;

  private JsonTree(Map<String, Object> members) {
    this.members = members;
  }

  /**
   * Reads an object.
   *
   * @throws IOException when the text is not one
   */
  static JsonTree parse(String text) throws IOException {
    try (JsonParser in = JSON.createParser(text)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("not a JSON object");
      }
      return object(in);
    }
  }

  private static JsonTree object(JsonParser in) throws IOException {
    Map<String, Object> members = new LinkedHashMap<>();
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      Object value = value(in, in.nextToken());
      if (value != null) {
        members.put(name, value);
      }
    }
    return new JsonTree(members);
  }

  private static @Nullable Object value(JsonParser in, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> object(in);
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        for (JsonToken next = in.nextToken(); next != JsonToken.END_ARRAY; next = in.nextToken()) {
          Object element = value(in, next);
          if (element != null) {
            list.add(element);
          }
        }
        yield list;
      }
      case VALUE_STRING -> in.getText();
      case VALUE_NUMBER_INT -> in.getLongValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new IOException("not expected: " + token);
    };
  }

  boolean has(String name) {
    return members.containsKey(name);
  }

  /** A string or number as text; empty where there is none. */
  String text(String name) {
    Object value = members.get(name);
    return value instanceof String || value instanceof Long || value instanceof Boolean
        ? value.toString()
        : "";
  }

  long number(String name) {
    return members.get(name) instanceof Long value ? value : 0;
  }

  boolean is(String name) {
    return members.get(name) instanceof Boolean value && value;
  }

  JsonTree object(String name) {
    return members.get(name) instanceof JsonTree value ? value : new JsonTree(Map.of());
  }

  List<JsonTree> objects(String name) {
    List<JsonTree> list = new ArrayList<>();
    if (members.get(name) instanceof List<?> values) {
      for (Object value : values) {
        if (value instanceof JsonTree tree) {
          list.add(tree);
        }
      }
    }
    return list;
  }

  List<String> texts(String name) {
    List<String> list = new ArrayList<>();
    if (members.get(name) instanceof List<?> values) {
      values.forEach(value -> list.add(String.valueOf(value)));
    }
    return list;
  }
}
