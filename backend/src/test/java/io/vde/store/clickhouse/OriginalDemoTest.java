package io.vde.store.clickhouse;

import static io.vde.store.Images.axis;
import static io.vde.store.Images.dataset;
import static io.vde.store.Images.dot;
import static io.vde.store.Images.image;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.DatasetStatus;
import io.vde.store.ImageRecord;
import io.vde.store.ImageStore;
import io.vde.store.Images;
import io.vde.store.SearchQuery;
import io.vde.store.SearchResult;
import io.vde.store.StoreUnavailableException;
import io.vertx.core.buffer.Buffer;
import java.net.http.HttpResponse;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The statements that MyScale gets are those of the demo that this product grew out of. */
class OriginalDemoTest {
  private static final String DATABASE = "original";

  private Proxy proxy;
  private ImageStore store;

  @BeforeEach
  void open() {
    Engine.shared().fresh(DATABASE);
    proxy = new Proxy(Engine.shared().url());
    store = open("vde.clickhouse.url", proxy.url());
  }

  private static ImageStore open(String... settings) {
    return Engine.shared().images(Dialect.MYSCALE, DATABASE, settings);
  }

  @AfterEach
  void close() {
    store.close();
    proxy.close();
  }

  private String sent(String word) {
    return proxy.statements().stream().filter(sql -> sql.contains(word)).findFirst().orElseThrow();
  }

  @Test
  void theTableIsTheOriginalsWithMoreColumnsAndNewestVersionWins() {
    store.create(dataset("unsplash_25k", 512));
    String sql = sent("CREATE TABLE");
    assertTrue(
        sql.startsWith(
            "CREATE TABLE IF NOT EXISTS `original`.`unsplash_25k` (id String, url String, "),
        sql);
    assertTrue(
        sql.contains(
            "vector Array(Float32), CONSTRAINT vec_len CHECK length(vector) = 512)"
                + " ENGINE = ReplacingMergeTree(version) ORDER BY id "),
        sql);
    assertTrue(sql.contains(" SETTINGS float_vector_search_metric_type = 'Cosine' "), sql);
    assertEquals(
        "ALTER TABLE `original`.`unsplash_25k` ADD VECTOR INDEX vindex vector"
            + " TYPE MSTG('metric_type=Cosine')",
        sent("VECTOR INDEX"));
  }

  @Test
  void theSearchIsTheOriginalsUpToNames() {
    store.create(dataset("unsplash_25k", 4));
    store.upsert("unsplash_25k", Images.random("i", 30, 4, 1));
    Set<String> exclude = new LinkedHashSet<>(List.of("i000003", "U5pTkZL8JI4"));
    float[] query = axis(4, 1);
    // One more than the page tells whether the page ends among images equally near.
    store.search("unsplash_25k", new SearchQuery(query, 0, 8, exclude, null, true, false));
    String sql = sent("distance(");
    // Set.copyOf has an order of its own.
    String ids = sql.contains("('i000003'") ? "'i000003','U5pTkZL8JI4'" : "'U5pTkZL8JI4','i000003'";
    assertEquals(
        "SELECT id, url, width, height, sha256, fields, strings, lists, integers, floats, booleans,"
            + " version, deleted, vector, distance(vector, [0.0,1.0,0.0,0.0]) AS dist"
            + " FROM `original`.`unsplash_25k` WHERE id NOT IN ("
            + ids
            + ") ORDER BY dist LIMIT 9",
        sql);
  }

  @Test
  void pagesBeyondTheIndexsReachAreSearchedExactly() {
    store.create(dataset("d", 4));
    store.upsert("d", Images.random("i", 30, 4, 1));
    try (ImageStore near =
        open("vde.clickhouse.url", proxy.url(), "vde.clickhouse.index-reach", "10")) {
      float[] query = axis(4, 1);
      near.search("d", new SearchQuery(query, 5, 5, Set.of(), null, false, false));
      assertTrue(proxy.statements().stream().noneMatch(sql -> sql.contains("cosineDistance(")));
      near.search("d", new SearchQuery(query, 6, 5, Set.of(), null, false, false));
    }
    String sql = sent("cosineDistance(");
    assertTrue(sql.contains(" FROM `original`.`d` FINAL WHERE deleted = 0 "), sql);
    assertTrue(sql.endsWith(" ORDER BY dist, id LIMIT 5 OFFSET 6"), sql);
  }

  @ParameterizedTest
  @ValueSource(strings = {"alpha=3", "ef_s=100"})
  void parametersOfTheIndexAreThoseThatAreConfigured(String parameters) {
    store.create(dataset("d", 4));
    store.upsert("d", List.of(image("a", axis(4, 0))));
    try (ImageStore tuned =
        open("vde.clickhouse.url", proxy.url(), "vde.clickhouse.search-parameters", parameters)) {
      SearchResult found =
          tuned.search("d", new SearchQuery(axis(4, 0), 0, 1, Set.of(), null, false, false));
      assertEquals(1, found.hits().size());
    }
    String sql = sent(parameters);
    assertTrue(
        sql.contains("distance('" + parameters + "')(vector, [1.0,0.0,0.0,0.0]) AS dist"), sql);
  }

  @Test
  void theIndexTypeIsTheConfiguredOne() {
    try (ImageStore open =
        open("vde.clickhouse.url", proxy.url(), "vde.clickhouse.index-type", "SCANN")) {
      open.create(dataset("open", 4));
    }
    assertTrue(sent("VECTOR INDEX").endsWith("TYPE SCANN('metric_type=Cosine')"));
  }

  @ParameterizedTest
  @CsvSource({
    "InProgress, '', BUILDING, The vector index is being built",
    "Error, out of memory, FAILED, out of memory",
    "Built, '', READY,",
  })
  void theStateOfTheIndexIsMyScales(
      String status, String reason, DatasetStatus.IndexState state, String told) {
    store.create(dataset("d", 4));
    Engine.shared()
        .run(
            "ALTER TABLE default.vector_indices DELETE WHERE database = 'original' SETTINGS mutations_sync = 2");
    Engine.shared()
        .run(
            "INSERT INTO default.vector_indices VALUES ('original', 'd', 'vindex', 'MSTG', '%s', '%s')"
                .formatted(status, reason));
    DatasetStatus found = store.dataset("d").orElseThrow();
    assertEquals(state, found.index());
    assertEquals(told, found.reason());
  }

  @Test
  void whileTheIndexIsBuiltThePartsWithoutItAreSearchedToo() {
    store.create(dataset("d", 4));
    List<ImageRecord> images = Images.random("i", 60, 4, 1);
    store.upsert("d", images);
    Engine.shared()
        .run(
            "ALTER TABLE default.vector_indices UPDATE status = 'InProgress' WHERE database = 'original' SETTINGS mutations_sync = 2");
    float[] query = axis(4, 1);
    // So it would be without the setting.
    String bare =
        Engine.shared()
            .run(
                "SELECT distance(vector, [0.0,1.0,0.0,0.0]) AS dist FROM original.d ORDER BY dist LIMIT 20");
    assertEquals(10, bare.lines().count());
    SearchResult found =
        store.search("d", new SearchQuery(query, 0, 9, Set.of(), null, false, true));
    assertEquals(nearest(images, query, 9), ids(found));
    assertEquals(60, found.total());
    assertTrue(
        proxy.addresses("distance(").getFirst().contains("enable_brute_force_vector_search=1"));
    assertTrue(proxy.statements().stream().noneMatch(sql -> sql.contains("cosineDistance(")));
  }

  @Test
  void aPageThatTheIndexDoesNotFillIsScannedFor() {
    store.create(dataset("d", 4));
    List<ImageRecord> images = Images.random("i", 60, 4, 1);
    store.upsert("d", images);
    proxy.on(
        " distance(",
        1,
        (request, forward) ->
            request
                .response()
                .end(
                    Buffer.buffer(
                        RowWriter.of(List.of(new RowWriter.Column("id", "String"))).toBytes())));
    float[] query = axis(4, 1);
    SearchResult found =
        store.search("d", new SearchQuery(query, 0, 9, Set.of(), null, false, true));
    assertEquals(nearest(images, query, 9), ids(found));
    assertEquals(60, found.total());
  }

  private static List<String> nearest(List<ImageRecord> images, float[] query, int limit) {
    return images.stream()
        .sorted(Comparator.comparingDouble(image -> -dot(image.vector(), query)))
        .limit(limit)
        .map(ImageRecord::id)
        .toList();
  }

  private static List<String> ids(SearchResult result) {
    return result.hits().stream().map(hit -> hit.image().id()).toList();
  }

  @Test
  void theBytesOfADatasetAreThoseOfItsTable() {
    store.create(dataset("d", 4));
    assertEquals(0, store.dataset("d").orElseThrow().bytes());
    store.upsert("d", Images.random("i", 1000, 4, 1));
    assertTrue(store.dataset("d").orElseThrow().bytes() > 4 * 1000);
  }

  private static String indices() {
    return Engine.shared()
        .run("SELECT count() FROM default.vector_indices WHERE database = 'original'");
  }

  @Test
  void anIndexWhoseAnswerWasLostIsTheDatasetsIndex() {
    proxy.on("ADD VECTOR INDEX", 1, Proxy.doneButUnanswered());
    store.create(dataset("d", 4));
    assertEquals(2, proxy.statements().stream().filter(s -> s.contains("VECTOR INDEX")).count());
    assertEquals(DatasetStatus.IndexState.READY, store.dataset("d").orElseThrow().index());
    assertEquals("1", indices());
  }

  @Test
  void aDatasetWhoseIndexCannotBeAddedIsNotMade() {
    proxy.on("ADD VECTOR INDEX", 2, Proxy.closed());
    assertThrows(StoreUnavailableException.class, () -> store.create(dataset("d", 4)));
    assertTrue(store.dataset("d").isEmpty());
    store.create(dataset("d", 2));
    assertEquals(DatasetStatus.IndexState.READY, store.dataset("d").orElseThrow().index());
  }

  @Test
  void anIndexThatIsMissingAfterACrashIsAddedWhenItIsNoticed() {
    proxy.on("ADD VECTOR INDEX", 2, Proxy.closed());
    proxy.on("DROP TABLE", 2, Proxy.closed());
    assertThrows(StoreUnavailableException.class, () -> store.create(dataset("d", 4)));
    assertEquals("0", indices());
    proxy.on("ADD VECTOR INDEX", 1, Proxy.status(500, "Code: 1001. DB::Exception: Unknown index"));
    DatasetStatus missing = store.dataset("d").orElseThrow();
    assertEquals(DatasetStatus.IndexState.FAILED, missing.index());
    assertTrue(missing.reason().startsWith("The vector index is missing"), missing.reason());
    assertEquals(DatasetStatus.IndexState.BUILDING, store.dataset("d").orElseThrow().index());
    assertEquals(DatasetStatus.IndexState.READY, store.dataset("d").orElseThrow().index());
    assertEquals("1", indices());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SELECT distance(vector, [1.0,0.0]) AS dist FROM original.d LIMIT 5 | 62 | without ORDER BY clause
          SELECT distance(vector, [1.0,0.0]) AS dist FROM original.d ORDER BY dist | 62 | without LIMIT clause
          SELECT distance(vector, [1.0,0.0]) AS dist FROM original.d ORDER BY dist DESC LIMIT 5 | 62 | Use 'ORDER BY distance ASC' when the metric type is COSINE
          SELECT distance(vector, [1,0]) AS dist FROM original.d ORDER BY dist LIMIT 5 | 53 | Float32
          SELECT distance(vector, [1.0,0.0]) AS dist FROM original.d PREWHERE id = 'a' WHERE url = '' ORDER BY dist LIMIT 5 | 62 | PREWHERE
          SELECT distance(vector, [1.0,0.0,0.0]) AS dist FROM original.d ORDER BY dist LIMIT 5 | 49 | Dimension is not equal
          ALTER TABLE original.d ADD VECTOR INDEX v vector TYPE ANNOY('metric_type=Cosine') | 1001 | Unknown index type
          ALTER TABLE original.d ADD VECTOR INDEX vindex vector TYPE FLAT('metric_type=Cosine') | 36 | name is used
          """)
  void whatMyScaleRefusesIsRefused(String sql, int code, String words) {
    store.create(dataset("d", 2));
    store.upsert("d", List.of(image("a", axis(2, 0))));
    HttpResponse<String> answer = Engine.shared().send(sql);
    assertEquals(500, answer.statusCode());
    assertEquals(
        code, answer.headers().firstValueAsLong("X-ClickHouse-Exception-Code").orElseThrow());
    assertTrue(answer.body().contains(words), answer.body());
  }

  @Test
  void aVectorOfAnotherLengthIsRefusedWithItsWholeBatch() {
    store.create(dataset("d", 2));
    HttpResponse<String> answer =
        Engine.shared()
            .send("INSERT INTO original.d (id, vector) VALUES ('a', [1.0, 0.0]), ('b', [1.0])");
    assertTrue(answer.body().startsWith("Code: 469"), answer.body());
    assertEquals(0, store.dataset("d").orElseThrow().images());
  }
}
