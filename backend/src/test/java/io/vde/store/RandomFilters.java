package io.vde.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Random metadata and filters over the same few fields and values, so that they often meet. */
final class RandomFilters {
  private static final List<String> FIELDS = List.of("a", "b", "c");
  private static final List<Object> VALUES =
      List.of(
          "",
          "x",
          "xy",
          "y",
          "ﬁ",
          "🦉",
          0L,
          1L,
          -1L,
          1.0,
          1.5,
          -0.0,
          (1L << 60) + 1,
          0x1p60,
          Long.MAX_VALUE,
          0x1p63,
          true,
          false);
  private static final List<String> STRINGS = List.of("", "x", "xy", "y", "ﬁ", "🦉");

  private final Random random;

  RandomFilters(long seed) {
    random = new Random(seed);
  }

  Map<String, Object> metadata() {
    Map<String, Object> metadata = new HashMap<>();
    for (String field : FIELDS) {
      switch (random.nextInt(3)) {
        case 0 -> metadata.put(field, any(VALUES));
        case 1 ->
            metadata.put(
                field, IntStream.range(0, random.nextInt(4)).mapToObj(i -> any(STRINGS)).toList());
        default -> {
          // Missing.
        }
      }
    }
    return metadata;
  }

  Filter filter(int depth) {
    return switch (random.nextInt(depth == 0 ? 3 : 6)) {
      case 0 ->
          new Filter.In(
              any(FIELDS),
              IntStream.range(0, random.nextInt(4)).mapToObj(i -> any(VALUES)).toList());
      case 1 -> new Filter.Compare(any(FIELDS), any(List.of(Filter.Operator.values())), ordered());
      case 2 -> new Filter.Exists(any(FIELDS));
      case 3 -> new Filter.And(filters(depth - 1));
      case 4 -> new Filter.Or(filters(depth - 1));
      default -> new Filter.Not(filter(depth - 1));
    };
  }

  private List<Filter> filters(int depth) {
    return IntStream.range(0, random.nextInt(4)).mapToObj(i -> filter(depth)).toList();
  }

  private Object ordered() {
    Object value = any(VALUES);
    return value instanceof Boolean ? ordered() : value;
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
