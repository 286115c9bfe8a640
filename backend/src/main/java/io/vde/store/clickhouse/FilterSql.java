package io.vde.store.clickhouse;

import io.vde.store.Filter;
import io.vde.store.Filter.Operator;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Translates a filter to a condition on the metadata columns of {@link ImageTable}: one map a type,
 * from a field's name to its value.
 *
 * <p>Numbers compare exactly although Long and Double lie in columns of their own: the wanted value
 * is brought to each column's type here, rounded to the side that keeps the answer.
 */
final class FilterSql {
  private static final String NEVER = "0";
  private static final String ALWAYS = "1";

  /** A set tells the two zeros apart, numbers do not. */
  private static final List<String> ZEROS = List.of("0.0", "-0.0");

  private FilterSql() {}

  /** A condition that is 0 or 1 for every row, never NULL. */
  static String of(Filter filter) {
    return switch (filter) {
      case Filter.And(List<Filter> all) -> joined(all, " AND ", ALWAYS);
      case Filter.Or(List<Filter> any) -> joined(merged(any), " OR ", NEVER);
      case Filter.Not(Filter inner) -> "NOT (" + of(inner) + ")";
      case Filter.Exists(String field) -> "has(fields, " + Sql.string(field) + ")";
      case Filter.In(String field, List<Object> values) -> in(Sql.string(field), values);
      case Filter.Compare(String field, Operator operator, Object value) ->
          compare(Sql.string(field), operator, value);
    };
  }

  private static String joined(List<Filter> filters, String operator, String empty) {
    return filters.isEmpty()
        ? empty
        : filters.stream().map(f -> "(" + of(f) + ")").collect(Collectors.joining(operator));
  }

  /** Many values of one field are one set to the database, however they were asked for. */
  private static List<Filter> merged(List<Filter> any) {
    Map<String, List<Object>> sets = new LinkedHashMap<>();
    List<Filter> others = new ArrayList<>();
    for (Filter filter : any) {
      if (filter instanceof Filter.In(String field, List<Object> values)) {
        sets.computeIfAbsent(field, f -> new ArrayList<>()).addAll(values);
      } else {
        others.add(filter);
      }
    }
    sets.forEach((field, values) -> others.add(new Filter.In(field, values)));
    return others;
  }

  private static String in(String field, List<Object> values) {
    Set<String> strings = new LinkedHashSet<>();
    Set<String> longs = new LinkedHashSet<>();
    Set<String> doubles = new LinkedHashSet<>();
    Set<String> booleans = new LinkedHashSet<>();
    for (Object value : values) {
      switch (value) {
        case String s -> strings.add(Sql.string(s));
        case Boolean b -> booleans.add(b.toString());
        case Long l -> {
          longs.add(Sql.number(l));
          if (exact((double) l).compareTo(BigDecimal.valueOf(l)) == 0) {
            doubles.add(Sql.number((double) l));
          }
          if (l == 0) {
            doubles.addAll(ZEROS);
          }
        }
        case Double d -> {
          doubles.add(Sql.number(d));
          if (d == 0) {
            doubles.addAll(ZEROS);
          }
          if (isLong(d)) {
            longs.add(Sql.number(d.longValue()));
          }
        }
        default -> throw unknown(value);
      }
    }
    List<String> any = new ArrayList<>();
    if (!strings.isEmpty()) {
      String list = String.join(",", strings);
      any.add(has("strings", field) + " AND strings[" + field + "] IN (" + list + ")");
      any.add("hasAny(lists[" + field + "], [" + list + "])");
    }
    addSet(any, "integers", field, longs);
    addSet(any, "floats", field, doubles);
    addSet(any, "booleans", field, booleans);
    return any(any);
  }

  private static void addSet(List<String> any, String column, String field, Set<String> values) {
    if (!values.isEmpty()) {
      String list = String.join(",", values);
      any.add(has(column, field) + " AND " + column + "[" + field + "] IN (" + list + ")");
    }
  }

  private static String compare(String field, Operator operator, Object value) {
    return switch (value) {
      case String s -> {
        String wanted = Sql.string(s);
        yield any(
            List.of(
                has("strings", field)
                    + " AND strings[%s] %s %s".formatted(field, sign(operator), wanted),
                "arrayExists(x -> x %s %s, lists[%s])".formatted(sign(operator), wanted, field)));
      }
      case Long l ->
          any(
              List.of(
                  compare("integers", field, operator, Sql.number(l)),
                  compare("floats", field, operator, Sql.number(bound(l, operator)))));
      case Double d ->
          any(
              List.of(
                  compareToDouble(field, operator, d),
                  compare("floats", field, operator, Sql.number(d))));
      default -> throw unknown(value);
    };
  }

  private static String compare(String column, String field, Operator operator, String value) {
    return "%s AND %s[%s] %s %s"
        .formatted(has(column, field), column, field, sign(operator), value);
  }

  /** The double that doubles compare to as they do to a long: the nearest on the right side. */
  private static double bound(long value, Operator operator) {
    double nearest = (double) value;
    int side = exact(nearest).compareTo(BigDecimal.valueOf(value));
    return switch (operator) {
      // x > 5.3 where x is whole reads x > 5; x >= 5.3 reads x >= 6.
      case GT, LTE -> side > 0 ? Math.nextDown(nearest) : nearest;
      case GTE, LT -> side < 0 ? Math.nextUp(nearest) : nearest;
    };
  }

  /** Longs against a double, which may lie between two of them or beyond them all. */
  private static String compareToDouble(String field, Operator operator, double value) {
    boolean greater = operator == Operator.GT || operator == Operator.GTE;
    if (value >= 0x1p63) {
      return greater ? NEVER : has("integers", field);
    }
    if (value < -0x1p63) {
      return greater ? has("integers", field) : NEVER;
    }
    double whole =
        operator == Operator.GT || operator == Operator.LTE ? Math.floor(value) : Math.ceil(value);
    return compare("integers", field, operator, Sql.number((long) whole));
  }

  private static boolean isLong(double value) {
    return value == Math.rint(value) && value >= -0x1p63 && value < 0x1p63;
  }

  private static BigDecimal exact(double value) {
    return new BigDecimal(value);
  }

  private static String has(String column, String field) {
    return "mapContains(" + column + ", " + field + ")";
  }

  private static String any(List<String> conditions) {
    return conditions.isEmpty()
        ? NEVER
        : conditions.stream().map(c -> "(" + c + ")").collect(Collectors.joining(" OR "));
  }

  private static String sign(Operator operator) {
    return switch (operator) {
      case GT -> ">";
      case GTE -> ">=";
      case LT -> "<";
      case LTE -> "<=";
    };
  }

  private static IllegalArgumentException unknown(Object value) {
    return new IllegalArgumentException("No filter for " + value.getClass());
  }
}
