package io.vde.store.clickhouse;

import static io.vde.store.Images.dataset;
import static io.vde.store.Images.image;
import static io.vde.store.Images.unit;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vde.store.Filter;
import io.vde.store.FilterModel;
import io.vde.store.ImageRecord;
import io.vde.store.ImageStore;
import io.vde.store.SearchQuery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nothing that people write in ids, field names and values is read as SQL, and all comes back. */
class HostileTextTest {
  private static final String DATABASE = "hostile";
  private static final int DIMENSION = 8;
  private static final List<String> PIECES =
      List.of(
          "'",
          "\"",
          "`",
          "\\",
          "\\'",
          "\\\\'",
          "\t",
          "\n",
          "\r",
          "\0",
          "\b",
          "\u007f",
          "\u0085",
          "🦉",
          "𝕏",
          "é",
          "日本",
          "ﬁ",
          "--",
          "/*",
          "*/",
          "#",
          ";",
          ")",
          "(",
          "]",
          "}",
          "{x:String}",
          "' OR 1=1 --",
          "'); DROP TABLE hostile.d; --",
          "%",
          "_",
          "\\x27",
          "\\0",
          "\\N",
          "$$",
          "SELECT",
          "NULL",
          "FORMAT",
          " ",
          "?",
          "\u2028",
          "\u200b");

  private final long seed = Long.getLong("vde.seed", System.nanoTime());
  private final Random random = new Random(seed);

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(5); i >= 0; i--) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }

  private String id() {
    String id =
        text()
            .codePoints()
            .filter(c -> !Character.isISOControl(c))
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return id.isEmpty() ? "x" : id;
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void allTextRoundTripsAndNothingIsInjected(Dialect dialect) {
    Engine.shared().fresh(DATABASE);
    try (ImageStore store = Engine.shared().images(dialect, DATABASE)) {
      store.create(dataset("d", DIMENSION));
      Map<String, ImageRecord> given = new HashMap<>();
      for (int i = 0; i < 150; i++) {
        Map<String, Object> metadata = new HashMap<>();
        metadata.put(text(), text());
        metadata.put(text(), List.of(text(), text()));
        metadata.put(text(), List.of());
        metadata.put(text(), random.nextLong());
        metadata.put(text(), random.nextLong(100));
        metadata.put(text(), random.nextGaussian() * Math.pow(10, random.nextInt(-300, 300)));
        metadata.put(text(), random.nextBoolean());
        String id = id();
        given.put(id, image(id, unit(random, DIMENSION), metadata));
      }
      store.upsert("d", List.copyOf(given.values()));
      Map<String, ImageRecord> got = store.get("d", given.keySet());
      assertEquals(given.keySet(), got.keySet(), () -> "seed " + seed);
      given.forEach(
          (id, image) ->
              assertEquals(image.metadata(), got.get(id).metadata(), () -> "seed " + seed));
      for (ImageRecord image : given.values().stream().limit(40).toList()) {
        check(store, given, image);
      }
      assertEquals(given.size(), store.dataset("d").orElseThrow().images(), () -> "seed " + seed);
    }
  }

  private void check(ImageStore store, Map<String, ImageRecord> given, ImageRecord image) {
    List<Filter> filters = new ArrayList<>();
    image
        .metadata()
        .forEach(
            (field, value) -> {
              Object wanted =
                  value instanceof List<?> list ? list.isEmpty() ? text() : list.getFirst() : value;
              filters.add(new Filter.In(field, List.of(wanted, text())));
              if (!(wanted instanceof Boolean)) {
                filters.add(new Filter.Compare(field, Filter.Operator.GTE, wanted));
              }
              filters.add(new Filter.Exists(field));
            });
    Set<String> exclude = new HashSet<>(List.of(image.id(), text()));
    for (Filter filter : filters) {
      Set<String> found =
          store
              .search("d", new SearchQuery(image.vector(), 0, 200, exclude, filter, false, false))
              .hits()
              .stream()
              .map(hit -> hit.image().id())
              .collect(Collectors.toSet());
      Set<String> expected = new HashSet<>();
      for (ImageRecord other : given.values()) {
        if (FilterModel.matches(filter, other.metadata())) {
          expected.add(other.id());
        }
      }
      expected.removeAll(exclude);
      assertEquals(expected, found, () -> "seed " + seed + ": " + filter);
    }
  }
}
