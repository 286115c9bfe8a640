package io.vde.store.clickhouse;

import static io.vde.store.Images.dataset;
import static io.vde.store.Images.dot;
import static io.vde.store.Images.image;
import static io.vde.store.Images.unit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.DatasetStatus;
import io.vde.store.Filter;
import io.vde.store.ImageRecord;
import io.vde.store.ImageStore;
import io.vde.store.Images;
import io.vde.store.SearchQuery;
import io.vde.store.SearchResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A page is full of unseen images however many of the nearest were seen, by index and without. */
class ExclusionTest {
  private static final String DATABASE = "exclusion";
  private static final int DIMENSION = 32;

  record Way(Dialect dialect, String indexType) {}

  static List<Way> ways() {
    return List.of(
        new Way(Dialect.CLICKHOUSE, ""),
        new Way(Dialect.CLICKHOUSE, "HNSW"),
        new Way(Dialect.MYSCALE, "MSTG"));
  }

  private static ImageStore open(Way way) {
    Engine.shared().fresh(DATABASE);
    String[] settings =
        way.indexType.isEmpty()
            ? new String[0]
            : new String[] {"vde.clickhouse.index-type", way.indexType};
    return Engine.shared().images(way.dialect, DATABASE, settings);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void theNearestThatWereSeenAreReplacedByTheNextNearest(Way way) {
    try (ImageStore store = open(way)) {
      store.create(dataset("d", DIMENSION));
      List<ImageRecord> images = Images.random("i", 3000, DIMENSION, 1);
      store.upsert("d", images);
      float[] query = unit(new Random(2), DIMENSION);
      List<ImageRecord> nearest = new ArrayList<>(images);
      nearest.sort(Comparator.comparingDouble(image -> -dot(image.vector(), query)));
      for (int seen : new int[] {0, 1, 9, 50, 500}) {
        Set<String> exclude =
            nearest.subList(0, seen).stream().map(ImageRecord::id).collect(Collectors.toSet());
        SearchResult page =
            store.search("d", new SearchQuery(query, 0, 9, exclude, null, false, true));
        assertEquals(3000 - seen, page.total());
        assertEquals(9, page.hits().size());
        page.hits().forEach(hit -> assertTrue(!exclude.contains(hit.image().id())));
        int found = 0;
        for (ImageRecord expected : nearest.subList(seen, seen + 9)) {
          found +=
              page.hits().stream().anyMatch(hit -> hit.image().id().equals(expected.id())) ? 1 : 0;
        }
        // An index may miss one; a graph comes out otherwise each time, one in thirty with a miss.
        int least =
            switch (way.indexType) {
              case "" -> 9;
              case "HNSW" -> 7;
              default -> 8;
            };
        assertTrue(found >= least, way + " found " + found + " of 9 behind " + seen);
      }
      Filter rare = new Filter.In("number", List.of(7L, 1500L, 2999L));
      SearchResult few =
          store.search("d", new SearchQuery(query, 0, 9, Set.of(), rare, false, true));
      assertEquals(3, few.hits().size());
      assertEquals(3, few.total());
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void fiveThousandLongIdsMayBeExcluded(Dialect dialect) {
    try (ImageStore store = open(new Way(dialect, ""))) {
      store.create(dataset("d", DIMENSION));
      Random random = new Random(3);
      List<ImageRecord> images = new ArrayList<>();
      for (int i = 0; i < 5100; i++) {
        images.add(image("%05d".formatted(i) + "é'\\".repeat(49), unit(random, DIMENSION)));
      }
      store.upsert("d", images);
      Set<String> exclude = new HashSet<>();
      images.subList(0, 5000).forEach(image -> exclude.add(image.id()));
      SearchResult page =
          store.search(
              "d", new SearchQuery(unit(random, DIMENSION), 0, 200, exclude, null, false, true));
      assertEquals(100, page.total());
      assertEquals(100, page.hits().size());
      assertEquals(5000, store.get("d", exclude).size());
      assertEquals(5000, store.delete("d", exclude));
    }
  }

  @Test
  void supersededAndDeletedVersionsDoNotComeFromTheIndex() {
    try (ImageStore store = open(new Way(Dialect.MYSCALE, "MSTG"))) {
      store.create(dataset("d", DIMENSION));
      Engine.shared().run("SYSTEM STOP MERGES exclusion.d");
      List<ImageRecord> images = Images.random("i", 200, DIMENSION, 4);
      store.upsert("d", images);
      // The same ids with the vectors of others: every old version is a wrong answer now.
      List<ImageRecord> moved = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        moved.add(image(images.get(i).id(), images.get((i + 100) % 200).vector()));
      }
      store.upsert("d", moved);
      store.delete("d", List.of("i000150"));
      SearchResult found =
          store.search(
              "d", new SearchQuery(images.get(50).vector(), 0, 9, Set.of(), null, false, true));
      assertEquals(199, found.total());
      assertEquals(9, found.hits().size());
      // i000150 had this vector and is deleted; nothing is as near any more.
      assertTrue(found.hits().getFirst().distance() > 1e-3);
      for (SearchResult.Hit hit : found.hits()) {
        int i = Integer.parseInt(hit.image().id().substring(1));
        assertEquals(1 - dot(moved.get(i).vector(), images.get(50).vector()), hit.distance(), 1e-5);
      }
    }
  }

  @Test
  void rowsThatAreThereTwiceAreOneImage() {
    try (ImageStore store = open(new Way(Dialect.MYSCALE, "MSTG"))) {
      store.create(dataset("d", DIMENSION));
      List<ImageRecord> images = Images.random("i", 20, DIMENSION, 5);
      store.upsert("d", images);
      Engine.shared().run("SYSTEM STOP MERGES exclusion.d");
      // As when an insert is repeated because its answer was lost.
      Engine.shared().run("INSERT INTO exclusion.d SELECT * FROM exclusion.d");
      assertEquals("40", Engine.shared().run("SELECT count() FROM exclusion.d"));
      SearchResult found =
          store.search(
              "d", new SearchQuery(images.get(3).vector(), 0, 50, Set.of(), null, false, true));
      assertEquals(20, found.total());
      assertEquals(20, found.hits().size());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void twinsAtTheEndOfAPageAreNeitherDoubledNorLost(int limit) {
    try (ImageStore store = open(new Way(Dialect.MYSCALE, "MSTG"))) {
      store.create(dataset("d", DIMENSION));
      List<ImageRecord> images = new ArrayList<>(Images.random("i", 40, DIMENSION, 9));
      float[] query = unit(new Random(10), DIMENSION);
      images.sort(Comparator.comparingDouble(image -> -dot(image.vector(), query)));
      // The last of the first page has a twin, which comes before it in the order of ids.
      ImageRecord last = images.get(limit - 1);
      images.add(limit - 1, image("a-twin", last.vector()));
      images.remove(limit + 1);
      for (ImageRecord image : images.reversed()) {
        store.upsert("d", List.of(image));
      }
      List<String> paged = new ArrayList<>();
      for (int offset = 0; offset < 3 * limit; offset += limit) {
        store
            .search("d", new SearchQuery(query, offset, limit, Set.of(), null, false, false))
            .hits()
            .forEach(hit -> paged.add(hit.image().id()));
      }
      assertEquals(
          images.stream().limit(3L * limit).map(ImageRecord::id).toList(), paged, "by id: a-twin");
    }
  }

  @Test
  void anImageThatIsReplacedDuringASearchIsNotMissing() {
    try (Proxy proxy = new Proxy(Engine.shared().url());
        ImageStore writer = open(new Way(Dialect.MYSCALE, "MSTG"));
        ImageStore reader =
            Engine.shared().images(Dialect.MYSCALE, DATABASE, "vde.clickhouse.url", proxy.url())) {
      writer.create(dataset("d", DIMENSION));
      List<ImageRecord> images = Images.random("i", 60, DIMENSION, 6);
      writer.upsert("d", images);
      float[] query = images.get(3).vector();
      for (int limit : new int[] {9, 20, 50}) {
        proxy.on(
            "max(version)",
            1,
            Proxy.after(
                () -> {
                  writer.upsert("d", List.of(images.get(3), images.get(7)));
                  writer.delete("d", List.of("i000008"));
                }));
        SearchResult found =
            reader.search("d", new SearchQuery(query, 0, limit, Set.of(), null, false, true));
        assertEquals(59, found.total());
        assertEquals(limit, found.hits().size());
        assertEquals("i000003", found.hits().getFirst().image().id());
        writer.upsert("d", List.of(images.get(8)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {900, 12_000})
  void aLongFilterAndManyIdsTravelTogether(int length) {
    try (ImageStore store = open(new Way(Dialect.CLICKHOUSE, ""))) {
      store.create(dataset("d", DIMENSION));
      store.upsert("d", Images.random("i", 20, DIMENSION, 7));
      List<Object> values = new ArrayList<>(List.of(7L, 8L, 9L));
      Set<String> exclude = new HashSet<>(List.of("i000008"));
      for (int i = 0; i < length; i++) {
        values.add("v'".repeat(45) + i);
        exclude.add("x".repeat(195) + i);
      }
      Filter filter = new Filter.In("number", values);
      SearchResult found =
          store.search(
              "d", new SearchQuery(Images.axis(DIMENSION, 0), 0, 9, exclude, filter, false, true));
      assertEquals(2, found.total());
      assertEquals(2, found.hits().size());
    }
  }

  @Test
  void anIndexOfStockClickHouseThatIsMissingIsAddedWhenItIsNoticed() {
    try (ImageStore store = open(new Way(Dialect.CLICKHOUSE, "HNSW"))) {
      store.create(dataset("d", DIMENSION));
      assertEquals(DatasetStatus.IndexState.READY, store.dataset("d").orElseThrow().index());
      Engine.shared().run("ALTER TABLE exclusion.d DROP INDEX vindex");
      assertEquals(DatasetStatus.IndexState.BUILDING, store.dataset("d").orElseThrow().index());
      assertEquals(DatasetStatus.IndexState.READY, store.dataset("d").orElseThrow().index());
    }
  }

  @Test
  void stockClickHousesIndexIsUsed() {
    try (Proxy proxy = new Proxy(Engine.shared().url())) {
      Engine.shared().fresh(DATABASE);
      try (ImageStore store =
          Engine.shared()
              .images(
                  Dialect.CLICKHOUSE,
                  DATABASE,
                  "vde.clickhouse.url",
                  proxy.url(),
                  "vde.clickhouse.index-type",
                  "HNSW")) {
        store.create(dataset("d", DIMENSION));
        store.upsert("d", Images.random("i", 3000, DIMENSION, 8));
        store.search(
            "d", new SearchQuery(Images.axis(DIMENSION, 0), 0, 9, Set.of(), null, false, false));
      }
      String search =
          proxy.statements().stream().filter(sql -> sql.contains("AS dist")).findFirst().get();
      String plan = Engine.shared().run("EXPLAIN indexes = 1 " + search);
      assertTrue(plan.contains("vindex"), plan);
    }
  }
}
