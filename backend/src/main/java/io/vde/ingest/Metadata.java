package io.vde.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads metadata: field to string, number, boolean or list of strings. */
public final class Metadata {
  private static final int MAX_FIELDS = 256;
  private static final int MAX_NAME = 200;
  private static final int MAX_CHARACTERS = 100_000;

  private Metadata() {}

  /**
   * Reads a JSON object; fields that are null are left out.
   *
   * @throws IllegalArgumentException when it is not of that form; the message says what
   */
  public static Map<String, Object> of(JsonNode json) {
    if (json == null || json.isNull()) {
      return Map.of();
    }
    if (!json.isObject()) {
      throw new IllegalArgumentException("metadata must be an object");
    }
    if (json.size() > MAX_FIELDS || json.toString().length() > MAX_CHARACTERS) {
      throw new IllegalArgumentException(
          "metadata has more than %d fields or %d characters"
              .formatted(MAX_FIELDS, MAX_CHARACTERS));
    }
    Map<String, Object> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (field.getKey().isEmpty() || field.getKey().length() > MAX_NAME) {
        throw new IllegalArgumentException(
            "names of metadata fields must have 1 to %d characters".formatted(MAX_NAME));
      }
      if (!field.getValue().isNull()) {
        metadata.put(field.getKey(), value(field.getKey(), field.getValue()));
      }
    }
    return metadata;
  }

  private static Object value(String field, JsonNode json) {
    if (json.isTextual()) {
      return json.textValue();
    }
    if (json.isBoolean()) {
      return json.booleanValue();
    }
    if (json.isIntegralNumber() && json.canConvertToLong()) {
      return json.longValue();
    }
    if (json.isNumber() && Double.isFinite(json.doubleValue())) {
      return json.doubleValue();
    }
    if (json.isArray()) {
      List<String> strings = new ArrayList<>();
      for (JsonNode each : json) {
        if (!each.isTextual()) {
          throw unreadable(field);
        }
        strings.add(each.textValue());
      }
      return List.copyOf(strings);
    }
    throw unreadable(field);
  }

  private static IllegalArgumentException unreadable(String field) {
    return new IllegalArgumentException(
        "metadata field '%s' must be a string, a number, true, false or a list of strings"
            .formatted(field));
  }
}
