package io.vde.store;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What {@link Filter} means, said a second time and as plainly as can be, to test stores with. */
public final class FilterModel {
  private FilterModel() {}

  public static boolean matches(Filter filter, Map<String, Object> metadata) {
    return switch (filter) {
      case Filter.And(List<Filter> all) -> all.stream().allMatch(f -> matches(f, metadata));
      case Filter.Or(List<Filter> any) -> any.stream().anyMatch(f -> matches(f, metadata));
      case Filter.Not(Filter inner) -> !matches(inner, metadata);
      case Filter.Exists(String field) -> metadata.containsKey(field);
      case Filter.In(String field, List<Object> values) ->
          values(metadata, field).stream()
              .anyMatch(has -> values.stream().anyMatch(wanted -> equal(has, wanted)));
      case Filter.Compare(String field, Filter.Operator operator, Object value) ->
          values(metadata, field).stream().anyMatch(has -> compares(has, operator, value));
    };
  }

  private static List<?> values(Map<String, Object> metadata, String field) {
    return switch (metadata.get(field)) {
      case null -> List.of();
      case List<?> list -> list;
      case Object one -> List.of(one);
    };
  }

  private static boolean equal(Object has, Object wanted) {
    return has instanceof Number a && wanted instanceof Number b
        ? exact(a).compareTo(exact(b)) == 0
        : has.equals(wanted);
  }

  private static boolean compares(Object has, Filter.Operator operator, Object value) {
    int order;
    if (has instanceof Number a && value instanceof Number b) {
      order = exact(a).compareTo(exact(b));
    } else if (has instanceof String a && value instanceof String b) {
      order =
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    } else {
      return false;
    }
    return switch (operator) {
      case GT -> order > 0;
      case GTE -> order >= 0;
      case LT -> order < 0;
      case LTE -> order <= 0;
    };
  }

  private static BigDecimal exact(Number number) {
    return number instanceof Long l ? BigDecimal.valueOf(l) : new BigDecimal(number.doubleValue());
  }
}
