package io.vde.store.clickhouse;

import static io.vde.store.Images.axis;
import static io.vde.store.Images.dataset;
import static io.vde.store.Images.image;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.DatasetExistsException;
import io.vde.store.DatasetReadOnlyException;
import io.vde.store.DatasetStatus;
import io.vde.store.Filter;
import io.vde.store.ImageRecord;
import io.vde.store.ImageStore;
import io.vde.store.SearchQuery;
import io.vde.store.SearchResult;
import io.vde.store.StoreUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A table that somebody already has serves as a dataset. */
class MappedTableTest {
  private static final String DATABASE = "mapped";

  @BeforeEach
  void table() {
    Engine.shared().fresh(DATABASE);
    Engine.shared()
        .run(
            "CREATE TABLE mapped.`old photos` (photo_id UInt64, link Nullable(String), emb"
                + " Array(Float32), likes UInt8) ENGINE = MergeTree ORDER BY photo_id");
    Engine.shared()
        .run(
            "INSERT INTO mapped.`old photos` VALUES (1, 'https://e.org/1', [2.0, 0.0], 3), (2,"
                + " NULL, [0.0, 5.0], 4), (3, 'https://e.org/3', [1.0, 1.0], 5)");
  }

  private static ImageStore open(Dialect dialect, String readOnly, String... more) {
    String key = "vde.clickhouse.tables.photos.";
    List<String> settings =
        new ArrayList<>(
            List.of(
                key + "table",
                "old photos",
                key + "id",
                "photo_id",
                key + "url",
                "link",
                key + "vector",
                "emb",
                key + "model",
                "clip",
                key + "dimension",
                "2",
                key + "indexed",
                "true",
                key + "read-only",
                readOnly));
    settings.addAll(List.of(more));
    return Engine.shared().images(dialect, DATABASE, settings.toArray(String[]::new));
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void itIsSearchedListedReadAndExported(Dialect dialect) {
    try (ImageStore store = open(dialect, "true")) {
      DatasetStatus status = store.dataset("photos").orElseThrow();
      assertEquals(3, status.images());
      assertEquals("clip", status.dataset().model());
      SearchResult found =
          store.search("photos", new SearchQuery(axis(2, 0), 0, 2, Set.of("2"), null, true, true));
      assertEquals(2, found.total());
      assertEquals(List.of("1", "3"), found.hits().stream().map(hit -> hit.image().id()).toList());
      assertEquals(0, found.hits().getFirst().distance(), 1e-6);
      assertEquals("https://e.org/1", found.hits().getFirst().image().url());
      assertArrayEquals(new float[] {2, 0}, store.get("photos", List.of("1")).get("1").vector());
      List<String> ranked = new ArrayList<>();
      store.rank("photos", axis(2, 1), null, hit -> ranked.add(hit.image().id()));
      assertEquals(List.of("2", "3", "1"), ranked);
      assertEquals(
          List.of("1", "2", "3"),
          store.list("photos", null, 0, 9).items().stream().map(ImageRecord::id).toList());
      Filter any = new Filter.Exists("likes");
      assertEquals(0, store.list("photos", any, 0, 9).total());
      assertEquals(3, store.list("photos", new Filter.Not(any), 0, 9).total());
      assertEquals(1, store.datasets().size());
    }
  }

  @Test
  void aReadOnlyTableIsNeverChanged() {
    try (ImageStore store = open(Dialect.CLICKHOUSE, "true")) {
      assertThrows(
          DatasetReadOnlyException.class,
          () -> store.upsert("photos", List.of(image("9", axis(2, 0)))));
      assertThrows(DatasetReadOnlyException.class, () -> store.delete("photos", List.of("1")));
      assertThrows(DatasetReadOnlyException.class, () -> store.drop("photos"));
      assertThrows(DatasetExistsException.class, () -> store.create(dataset("photos", 2)));
      assertEquals(3, store.dataset("photos").orElseThrow().images());
    }
  }

  @Test
  void aWritableOneTakesImagesAndReplacesThem() {
    Engine.shared()
        .run(
            "CREATE TABLE mapped.t (photo_id String, link String, emb Array(Float32)) ENGINE = MergeTree ORDER BY photo_id");
    Engine.shared()
        .run(
            "INSERT INTO mapped.t SELECT toString(photo_id), ifNull(link, ''), emb FROM mapped.`old photos`");
    Engine.shared().run("EXCHANGE TABLES mapped.t AND mapped.`old photos`");
    try (ImageStore store = open(Dialect.CLICKHOUSE, "false")) {
      store.upsert("photos", List.of(image("9", axis(2, 0)), image("1", axis(2, 1))));
      assertEquals(4, store.dataset("photos").orElseThrow().images());
      assertArrayEquals(new float[] {0, 1}, store.get("photos", List.of("1")).get("1").vector());
      assertEquals(1, store.delete("photos", List.of("9", "77")));
      assertEquals(3, store.dataset("photos").orElseThrow().images());
      assertThrows(DatasetReadOnlyException.class, () -> store.drop("photos"));
    }
  }

  @Test
  void anInsertThatMightDoubleRowsIsSentOnceAndNewImagesDeleteNothing() {
    Engine.shared()
        .run(
            "CREATE TABLE mapped.t (photo_id String, link String, emb Array(Float32)) ENGINE = MergeTree ORDER BY photo_id");
    Engine.shared().run("EXCHANGE TABLES mapped.t AND mapped.`old photos`");
    try (Proxy proxy = new Proxy(Engine.shared().url());
        ImageStore store = open(Dialect.CLICKHOUSE, "false", "vde.clickhouse.url", proxy.url())) {
      proxy.on("INSERT INTO", 9, Proxy.closed());
      assertThrows(
          StoreUnavailableException.class,
          () -> store.upsert("photos", List.of(image("9", axis(2, 0)))));
      assertEquals(1, proxy.statements().stream().filter(s -> s.startsWith("INSERT")).count());
      assertEquals(0, proxy.statements().stream().filter(s -> s.startsWith("ALTER")).count());
    }
  }

  @ParameterizedTest
  @CsvSource({"MYSCALE, FAILED, The vector index is missing", "CLICKHOUSE, READY,"})
  void anIndexThatIsSaidToBeThereAndIsNotIsReported(
      Dialect dialect, DatasetStatus.IndexState state, String reason) {
    try (ImageStore store = open(dialect, "true")) {
      DatasetStatus status = store.dataset("photos").orElseThrow();
      assertEquals(state, status.index());
      assertEquals(reason, status.reason());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "vector, embedding, it has no column 'embedding'",
    "url, address, it has no column 'address'",
    "id, link, the column 'link' of the ids may be null",
    "vector, likes, 'the column ''likes'' of the vectors is UInt8, not Array(Float32)'",
  })
  void aColumnThatDoesNotFitIsSaid(String what, String column, String words) {
    try (ImageStore store =
        open(Dialect.CLICKHOUSE, "true", "vde.clickhouse.tables.photos." + what, column)) {
      store.create(dataset("d", 2));
      String message =
          assertThrows(StoreUnavailableException.class, () -> store.dataset("photos")).getMessage();
      assertTrue(message.endsWith(words), message);
      // The other datasets are none the worse for it.
      assertEquals(1, store.datasets().size());
    }
  }

  @Test
  void columnsHaveTheNamesOfOursUnlessToldOtherwise() {
    Engine.shared()
        .run(
            "CREATE TABLE mapped.plain (id String, url String, vector Array(Float32)) ENGINE = MergeTree ORDER BY id");
    Engine.shared().run("INSERT INTO mapped.plain VALUES ('a', 'https://e.org/a', [1.0, 0.0])");
    String key = "vde.clickhouse.tables.plain.";
    try (ImageStore store =
        Engine.shared()
            .images(
                Dialect.CLICKHOUSE,
                DATABASE,
                key + "table",
                "plain",
                key + "model",
                "clip",
                key + "dimension",
                "2")) {
      ImageRecord image = store.get("plain", List.of("a")).get("a");
      assertEquals("https://e.org/a", image.url());
      assertArrayEquals(new float[] {1, 0}, image.vector());
    }
  }

  @Test
  void aTableThatIsNotThereIsNoDataset() {
    Engine.shared().run("DROP TABLE mapped.`old photos`");
    try (ImageStore store = open(Dialect.CLICKHOUSE, "true")) {
      assertFalse(store.dataset("photos").isPresent());
      assertEquals(List.of(), store.datasets());
    }
  }
}
