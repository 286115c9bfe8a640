package io.vde.search;

import com.fasterxml.jackson.databind.JsonNode;
import io.vde.store.Filter;
import io.vde.store.Filter.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads the API's filter grammar: {@code {and:[…]}}, {@code {or:[…]}}, {@code {not:f}} and {@code
 * {field, op: eq|in|gt|gte|lt|lte|exists, value}}; at most 8 deep and 256 nodes.
 */
public final class FilterParser {
  private static final int MAX_DEPTH = 8;
  private static final int MAX_NODES = 256;
  private static final int MAX_VALUES = 1000;

  private int nodes;

  private FilterParser() {}

  /**
   * Reads a filter.
   *
   * @param json the filter, or null
   * @return the filter; null when there is none
   * @throws BadQueryException when it is not of the grammar; the field says where
   */
  public static Filter parse(JsonNode json) {
    return json == null || json.isNull() ? null : new FilterParser().filter(json, "filter", 1);
  }

  private Filter filter(JsonNode json, String at, int depth) {
    if (depth > MAX_DEPTH) {
      throw new BadQueryException("filter", "is more than " + MAX_DEPTH + " deep");
    }
    if (++nodes > MAX_NODES) {
      throw new BadQueryException("filter", "has more than " + MAX_NODES + " nodes");
    }
    if (!json.isObject()) {
      throw new BadQueryException(at, "must be an object");
    }
    if (json.has("and")) {
      only(json, at, Set.of("and"));
      return new Filter.And(filters(json.get("and"), at + ".and", depth));
    }
    if (json.has("or")) {
      only(json, at, Set.of("or"));
      return new Filter.Or(filters(json.get("or"), at + ".or", depth));
    }
    if (json.has("not")) {
      only(json, at, Set.of("not"));
      return new Filter.Not(filter(json.get("not"), at + ".not", depth + 1));
    }
    return condition(json, at);
  }

  private List<Filter> filters(JsonNode json, String at, int depth) {
    if (!json.isArray()) {
      throw new BadQueryException(at, "must be a list of filters");
    }
    List<Filter> filters = new ArrayList<>();
    for (JsonNode each : json) {
      filters.add(filter(each, at + "[" + filters.size() + "]", depth + 1));
    }
    return filters;
  }

  private Filter condition(JsonNode json, String at) {
    only(json, at, Set.of("field", "op", "value"));
    JsonNode field = json.path("field");
    if (!field.isTextual() || field.textValue().isEmpty()) {
      throw new BadQueryException(at + ".field", "must be the name of a metadata field");
    }
    String name = field.textValue();
    JsonNode value = json.get("value");
    String valueAt = at + ".value";
    return switch (json.path("op").asText("")) {
      case "eq" -> new Filter.In(name, List.of(scalar(value, valueAt)));
      case "in" -> new Filter.In(name, values(value, valueAt));
      case "gt" -> compare(name, Operator.GT, value, valueAt);
      case "gte" -> compare(name, Operator.GTE, value, valueAt);
      case "lt" -> compare(name, Operator.LT, value, valueAt);
      case "lte" -> compare(name, Operator.LTE, value, valueAt);
      case "exists" -> exists(name, value, valueAt);
      default ->
          throw new BadQueryException(
              at + ".op", "must be one of eq, in, gt, gte, lt, lte, exists");
    };
  }

  private static Filter exists(String name, JsonNode value, String at) {
    Filter exists = new Filter.Exists(name);
    if (value == null) {
      return exists;
    }
    if (!value.isBoolean()) {
      throw new BadQueryException(at, "must be true or false");
    }
    return value.booleanValue() ? exists : new Filter.Not(exists);
  }

  private static Filter compare(String name, Operator operator, JsonNode value, String at) {
    Object scalar = scalar(value, at);
    if (scalar instanceof Boolean) {
      throw new BadQueryException(at, "must be a number or a string");
    }
    return new Filter.Compare(name, operator, scalar);
  }

  private static List<Object> values(JsonNode json, String at) {
    if (json == null || !json.isArray()) {
      throw new BadQueryException(at, "must be a list of values");
    }
    if (json.size() > MAX_VALUES) {
      throw new BadQueryException(at, "has more than " + MAX_VALUES + " values");
    }
    List<Object> values = new ArrayList<>();
    for (JsonNode each : json) {
      values.add(scalar(each, at + "[" + values.size() + "]"));
    }
    return values;
  }

  private static Object scalar(JsonNode value, String at) {
    if (value != null && value.isTextual()) {
      return value.textValue();
    }
    if (value != null && value.isBoolean()) {
      return value.booleanValue();
    }
    if (value != null && value.isIntegralNumber() && value.canConvertToLong()) {
      return value.longValue();
    }
    if (value != null && value.isNumber() && Double.isFinite(value.doubleValue())) {
      return value.doubleValue();
    }
    throw new BadQueryException(at, "must be a string, a number, true or false");
  }

  private static void only(JsonNode json, String at, Set<String> allowed) {
    json.fieldNames()
        .forEachRemaining(
            name -> {
              if (!allowed.contains(name)) {
                throw new BadQueryException(at + "." + name, "is not known here");
              }
            });
  }
}
