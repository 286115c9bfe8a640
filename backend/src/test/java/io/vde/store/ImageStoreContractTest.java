package io.vde.store;

import static io.vde.store.Images.axis;
import static io.vde.store.Images.dataset;
import static io.vde.store.Images.dot;
import static io.vde.store.Images.image;
import static io.vde.store.Images.normalised;
import static io.vde.store.Images.unit;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ImageStore} must do. A store's own test extends this and says how to open it.
 * Distances are compared to 1e-5, the precision that every engine has; only where vectors are
 * identical is the order by id demanded.
 */
public abstract class ImageStoreContractTest {
  private static final int DIMENSION = 64;
  private static final double PRECISION = 1e-5;
  private static final String NAME = "birds";

  protected ImageStore store;

  /**
   * The least share of the nearest images that a search must find. A store with an approximate
   * index may say less than all.
   */
  protected double recall() {
    return 1;
  }

  /** Opens the store; opened again after {@code close}, it holds what it held. */
  protected abstract ImageStore open();

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private void reopen() {
    store.close();
    store = open();
  }

  private void create() {
    store.create(dataset(NAME, DIMENSION));
  }

  private void upsert(ImageRecord... images) {
    store.upsert(NAME, List.of(images));
  }

  private static SearchQuery query(float[] vector, int offset, int limit) {
    return new SearchQuery(vector, offset, limit, Set.of(), null, false, false);
  }

  /** Where the order is told to the last image: an index that may miss some is not asked. */
  private SearchQuery ordered(float[] vector, int offset, int limit) {
    return new SearchQuery(vector, offset, limit, Set.of(), null, false, false, recall() < 1);
  }

  private static List<String> ids(SearchResult result) {
    return result.hits().stream().map(hit -> hit.image().id()).toList();
  }

  private static List<String> ids(Page<ImageRecord> page) {
    return page.items().stream().map(ImageRecord::id).toList();
  }

  /** Everything about a record but its vector. */
  private static List<Object> facts(ImageRecord image) {
    List<Object> facts = new ArrayList<>();
    facts.add(image.id());
    facts.add(image.url());
    facts.add(image.width());
    facts.add(image.height());
    facts.add(List.copyOf(image.metadata().entrySet()));
    facts.add(image.sha256());
    return facts;
  }

  @Nested
  class Datasets {
    @Test
    void aNewDatasetIsEmptyAndReady() {
      create();
      DatasetStatus status = store.dataset(NAME).orElseThrow();
      assertEquals(dataset(NAME, DIMENSION), status.dataset());
      assertEquals(0, status.images());
      assertEquals(DatasetStatus.IndexState.READY, status.index());
      assertNull(status.reason());
    }

    @Test
    void aNameIsTakenOnce() {
      create();
      assertEquals(NAME, assertThrows(DatasetExistsException.class, this::createAgain).name());
    }

    private void createAgain() {
      create();
    }

    @Test
    void anUnknownDatasetIsNamedInTheFault() {
      assertTrue(store.dataset("none").isEmpty());
      assertFalse(store.drop("none"));
      float[] v = axis(DIMENSION, 0);
      for (Callable<?> call :
          List.<Callable<?>>of(
              () -> store.get("none", List.of("a")),
              () -> store.list("none", null, 0, 1),
              () -> store.search("none", query(v, 0, 1)),
              () -> store.delete("none", List.of("a")),
              Executors.callable(() -> store.upsert("none", List.of(image("a", v)))),
              Executors.callable(() -> store.rank("none", v, null, hit -> {})),
              Executors.callable(() -> store.digests("none", digest -> {})))) {
        assertEquals("none", assertThrows(DatasetNotFoundException.class, call::call).name());
      }
    }

    @Test
    void datasetsAreListedNewestFirst() {
      for (int i : new int[] {2, 3, 1}) {
        Dataset made = dataset("d" + i, DIMENSION);
        store.create(
            new Dataset(made.name(), "", made.model(), 8 * i, made.createdAt().plusSeconds(i)));
      }
      assertEquals(
          List.of("d3", "d2", "d1"),
          store.datasets().stream().map(status -> status.dataset().name()).toList());
      assertEquals(24, store.datasets().getFirst().dataset().dimension());
    }

    @Test
    void aDroppedDatasetIsGoneAndItsNameFree() {
      create();
      upsert(image("a", axis(DIMENSION, 0)));
      assertTrue(store.drop(NAME));
      assertTrue(store.dataset(NAME).isEmpty());
      assertTrue(store.datasets().isEmpty());
      create();
      assertEquals(0, store.dataset(NAME).orElseThrow().images());
      assertTrue(store.get(NAME, List.of("a")).isEmpty());
    }

    @Test
    void datasetsDoNotSeeEachOther() {
      create();
      store.create(dataset("cats", 8));
      upsert(image("a", axis(DIMENSION, 0)));
      store.upsert("cats", List.of(image("a", axis(8, 1)), image("b", axis(8, 2))));
      assertEquals(1, store.dataset(NAME).orElseThrow().images());
      assertEquals(2, store.dataset("cats").orElseThrow().images());
      assertTrue(store.drop("cats"));
      assertEquals(Set.of("a"), store.get(NAME, List.of("a", "b")).keySet());
    }

    @Test
    void everythingIsThereAfterReopening() {
      create();
      List<ImageRecord> images = Images.random("i", 300, DIMENSION, 1);
      store.upsert(NAME, images);
      store.delete(NAME, List.of("i000007"));
      float[] v = images.get(42).vector();
      SearchResult before = store.search(NAME, query(v, 0, 20));
      reopen();
      assertEquals(dataset(NAME, DIMENSION), store.dataset(NAME).orElseThrow().dataset());
      assertEquals(299, store.dataset(NAME).orElseThrow().images());
      assertEquals(ids(before), ids(store.search(NAME, query(v, 0, 20))));
      assertEquals("i000299", store.list(NAME, null, 0, 1).items().getFirst().id());
      upsert(image("new", v));
      assertEquals("new", store.list(NAME, null, 0, 1).items().getFirst().id());
    }

    @Test
    void anEmptyDatasetIsThereAfterReopening() {
      create();
      reopen();
      assertEquals(0, store.dataset(NAME).orElseThrow().images());
      assertTrue(ids(store.search(NAME, query(axis(DIMENSION, 0), 0, 5))).isEmpty());
    }

    @Test
    void aStoreIsTheSameOneAfterReopening() {
      String identity = store.identity();
      assertEquals(1, identity.lines().count());
      create();
      reopen();
      assertEquals(identity, store.identity());
    }

    @Test
    void aStoreThatCanServeGivesNoReason() {
      assertNull(store.unavailableReason());
    }
  }

  @Nested
  class Writing {
    @Test
    void anImageIsReadBackAsItWasGiven() {
      create();
      Map<String, Object> metadata = new LinkedHashMap<>();
      metadata.put("zebra", "first stays first");
      metadata.put("empty", "");
      metadata.put("long", Long.MIN_VALUE);
      metadata.put("double", 0.1);
      metadata.put("whole", 3.0);
      metadata.put("flag", false);
      metadata.put("tags", List.of("b", "a", "b"));
      metadata.put("none", List.of());
      metadata.put("名前 \u0000 🦉", "\u0000 héron 🦩");
      metadata.put("", "nameless");
      float[] vector = unit(new Random(2), DIMENSION);
      ImageRecord given = new ImageRecord("a", null, 1, 20_000, metadata, "ab".repeat(32), vector);
      upsert(given);
      ImageRecord got = store.get(NAME, List.of("a")).get("a");
      assertEquals(facts(given), facts(got));
      assertArrayEquals(vector, got.vector(), 1e-6f);
    }

    @Test
    void idsMayHoldAnyCharacterButControls() {
      create();
      List<String> ids =
          List.of(
              " ",
              "a/b/../c",
              "'\"`;--",
              "%2F",
              "日本語",
              "🦉🦩",
              "\\",
              "a b",
              "A",
              "a",
              "é",
              "e\u0301",
              "x".repeat(512),
              "🦉".repeat(128));
      Random random = new Random(3);
      store.upsert(NAME, ids.stream().map(id -> image(id, unit(random, DIMENSION))).toList());
      assertEquals(Set.copyOf(ids), store.get(NAME, ids).keySet());
      assertEquals(ids.size(), store.dataset(NAME).orElseThrow().images());
      for (String id : ids) {
        float[] v = store.get(NAME, List.of(id)).get(id).vector();
        SearchQuery without = new SearchQuery(v, 0, 99, Set.of(id), null, false, true);
        assertFalse(ids(store.search(NAME, without)).contains(id));
        assertEquals(ids.size() - 1, store.search(NAME, without).total());
      }
      assertEquals(ids.size(), store.delete(NAME, ids));
    }

    @Test
    void anImageWithAKnownIdReplacesTheOldOne() {
      create();
      upsert(image("a", axis(DIMENSION, 0), Map.of("v", 1L)), image("b", axis(DIMENSION, 1)));
      upsert(image("a", axis(DIMENSION, 2), Map.of("w", 2L)));
      assertEquals(2, store.dataset(NAME).orElseThrow().images());
      assertEquals(Map.of("w", 2L), store.get(NAME, List.of("a")).get("a").metadata());
      SearchResult old = store.search(NAME, query(axis(DIMENSION, 0), 0, 5));
      assertEquals(2, old.hits().size());
      assertEquals(1, old.hits().getFirst().distance(), PRECISION);
      assertEquals("a", ids(store.search(NAME, query(axis(DIMENSION, 2), 0, 5))).getFirst());
    }

    @Test
    void withinOneCallTheLastOfTheSameIdWins() {
      create();
      upsert(
          image("a", axis(DIMENSION, 0), Map.of("v", 1L)),
          image("b", axis(DIMENSION, 1)),
          image("a", axis(DIMENSION, 2), Map.of("v", 2L)));
      assertEquals(2, store.dataset(NAME).orElseThrow().images());
      assertEquals(Map.of("v", 2L), store.get(NAME, List.of("a")).get("a").metadata());
    }

    @Test
    void vectorsThatCannotBeComparedAreRefusedAndNothingIsKept() {
      create();
      float[] nan = axis(DIMENSION, 0);
      nan[5] = Float.NaN;
      float[] infinite = axis(DIMENSION, 0);
      infinite[5] = Float.NEGATIVE_INFINITY;
      float[] tooLong = axis(DIMENSION, 0);
      tooLong[0] = 1.01f;
      for (float[] bad :
          new float[][] {
            nan, infinite, tooLong, new float[DIMENSION], axis(DIMENSION + 1, 0), {}, null
          }) {
        List<ImageRecord> batch = List.of(image("good", axis(DIMENSION, 0)), image("bad", bad));
        assertThrows(IllegalArgumentException.class, () -> store.upsert(NAME, batch));
      }
      assertEquals(0, store.dataset(NAME).orElseThrow().images());
    }

    @Test
    void idsAndMetadataThatBreakTheContractAreRefused() {
      create();
      float[] v = axis(DIMENSION, 0);
      for (ImageRecord bad :
          List.of(
              image("", v),
              image("a\nb", v),
              image("x".repeat(513), v),
              image("é".repeat(257), v),
              image("\ud800", v),
              image("a", v, Map.of("n", 1)),
              image("a", v, Map.of("n", Double.NaN)),
              image("a", v, Map.of("n", List.of(1L))),
              image("a", v, Map.of("n", Map.of())),
              image("a", v, Map.of("n".repeat(513), 1L)))) {
        assertThrows(IllegalArgumentException.class, () -> upsert(bad));
      }
      assertEquals(0, store.dataset(NAME).orElseThrow().images());
    }

    @Test
    void anEmptyWriteChangesNothing() {
      create();
      store.upsert(NAME, List.of());
      assertEquals(0, store.delete(NAME, List.of()));
      assertEquals(0, store.dataset(NAME).orElseThrow().images());
    }

    @Test
    void deleteCountsTheImagesThatWereThere() {
      create();
      store.upsert(NAME, Images.random("i", 10, DIMENSION, 4));
      assertEquals(2, store.delete(NAME, List.of("i000001", "none", "i000002", "i000001")));
      assertEquals(0, store.delete(NAME, List.of("i000001")));
      assertEquals(8, store.dataset(NAME).orElseThrow().images());
      assertTrue(store.get(NAME, List.of("i000001", "i000002")).isEmpty());
      assertEquals(8, store.search(NAME, query(axis(DIMENSION, 0), 0, 99)).hits().size());
    }

    @Test
    void whatWasDeletedMayComeBack() {
      create();
      upsert(image("a", axis(DIMENSION, 0)));
      store.delete(NAME, List.of("a"));
      upsert(image("a", axis(DIMENSION, 1)));
      assertEquals(List.of("a"), ids(store.search(NAME, query(axis(DIMENSION, 0), 0, 5))));
    }

    @Test
    void nineOfTenImagesMayBeDeleted() {
      create();
      List<ImageRecord> images = Images.random("i", 2000, DIMENSION, 5);
      store.upsert(NAME, images);
      List<ImageRecord> kept = IntStream.range(0, 200).mapToObj(i -> images.get(i * 10)).toList();
      Set<String> gone = new HashSet<>(images.stream().map(ImageRecord::id).toList());
      kept.forEach(image -> gone.remove(image.id()));
      assertEquals(1800, store.delete(NAME, gone));
      float[] v = unit(new Random(6), DIMENSION);
      assertSearchIsRight(kept, query(v, 0, 30));
      assertEquals(200, store.dataset(NAME).orElseThrow().images());
      reopen();
      assertSearchIsRight(kept, query(v, 100, 30));
    }

    @Test
    void digestsNameTheBytesOfEveryImage() {
      create();
      List<ImageRecord> images = Images.random("i", 30, DIMENSION, 7);
      store.upsert(NAME, images);
      store.delete(NAME, List.of("i000003"));
      Set<String> digests = new HashSet<>();
      store.digests(NAME, digests::add);
      Set<String> expected = new HashSet<>();
      images.forEach(image -> expected.add(image.sha256()));
      expected.remove(images.get(3).sha256());
      assertEquals(expected, digests);
    }

    @Test
    void anImageWithoutADigestIsKept() {
      create();
      upsert(new ImageRecord("a", null, 1, 1, Map.of(), null, axis(DIMENSION, 0)));
      assertNull(store.get(NAME, List.of("a")).get("a").sha256());
      store.digests(
          NAME,
          digest -> {
            throw new AssertionError(digest);
          });
    }
  }

  @Nested
  class Listing {
    @Test
    void listsWhatWasWrittenLastFirst() {
      create();
      store.upsert(NAME, Images.random("i", 5, DIMENSION, 8));
      upsert(image("i000001", axis(DIMENSION, 0)));
      assertEquals(
          List.of("i000001", "i000004", "i000003", "i000002", "i000000"),
          ids(store.list(NAME, null, 0, 10)));
      assertNull(store.list(NAME, null, 0, 1).items().getFirst().vector());
    }

    @Test
    void pagesFollowEachOther() {
      create();
      store.upsert(NAME, Images.random("i", 25, DIMENSION, 9));
      List<String> all = ids(store.list(NAME, null, 0, 100));
      List<String> paged = new ArrayList<>();
      for (int offset = 0; offset < 30; offset += 7) {
        Page<ImageRecord> page = store.list(NAME, null, offset, 7);
        assertEquals(25, page.total());
        paged.addAll(ids(page));
      }
      assertEquals(all, paged);
      assertTrue(store.list(NAME, null, 0, 0).items().isEmpty());
      assertTrue(store.list(NAME, null, Integer.MAX_VALUE, 9).items().isEmpty());
    }

    @Test
    void aFilterChoosesWhatIsListedAndCounted() {
      create();
      store.upsert(NAME, Images.random("i", 20, DIMENSION, 10));
      Page<ImageRecord> page = store.list(NAME, new Filter.In("even", List.of(true)), 1, 2);
      assertEquals(10, page.total());
      assertEquals(List.of("i000016", "i000014"), ids(page));
    }

    @Test
    void getLeavesOutWhatIsNotThere() {
      create();
      upsert(image("a", axis(DIMENSION, 0)));
      assertEquals(Set.of("a"), store.get(NAME, List.of("a", "b", "a")).keySet());
      assertTrue(store.get(NAME, List.of()).isEmpty());
    }
  }

  @Nested
  class Searching {
    @Test
    void theNearestComesFirstWithItsDistance() {
      create();
      upsert(
          image("same", axis(DIMENSION, 0)),
          image("opposite", negated(axis(DIMENSION, 0))),
          image("square", axis(DIMENSION, 1)),
          image("near", sum(axis(DIMENSION, 0), axis(DIMENSION, 1))));
      SearchResult result = store.search(NAME, query(axis(DIMENSION, 0), 0, 10));
      assertEquals(List.of("same", "near", "square", "opposite"), ids(result));
      double[] distances = result.hits().stream().mapToDouble(SearchResult.Hit::distance).toArray();
      assertArrayEquals(new double[] {0, 1 - Math.sqrt(.5), 1, 2}, distances, PRECISION);
      assertEquals(-1, result.total());
      assertNull(result.hits().getFirst().image().vector());
    }

    @Test
    void hitsCarryRecordsAndVectorsWhenAskedFor() {
      create();
      ImageRecord given = image("a", unit(new Random(11), DIMENSION), Map.of("tags", List.of("x")));
      upsert(given);
      SearchQuery query = new SearchQuery(axis(DIMENSION, 0), 0, 1, Set.of(), null, true, true);
      SearchResult result = store.search(NAME, query);
      ImageRecord got = result.hits().getFirst().image();
      assertEquals(facts(given), facts(got));
      assertArrayEquals(given.vector(), got.vector(), 1e-6f);
      assertEquals(1, result.total());
    }

    @Test
    void searchesOfAllSizesFindWhatBruteForceFinds() {
      create();
      List<ImageRecord> images = Images.random("i", 3000, DIMENSION, 12);
      store.upsert(NAME, images.subList(0, 1000));
      store.upsert(NAME, images.subList(1000, 1001));
      store.upsert(NAME, images.subList(1001, 3000));
      Random random = new Random(13);
      for (int[] window :
          new int[][] {{0, 1}, {0, 100}, {90, 20}, {700, 100}, {2990, 100}, {0, 3000}}) {
        assertSearchIsRight(images, query(unit(random, DIMENSION), window[0], window[1]));
      }
    }

    @Test
    void nothingIsFoundBehindTheLastImage() {
      create();
      upsert(image("a", axis(DIMENSION, 0)));
      for (int[] window : new int[][] {{1, 5}, {0, 0}, {Integer.MAX_VALUE, Integer.MAX_VALUE}}) {
        SearchQuery query =
            new SearchQuery(axis(DIMENSION, 0), window[0], window[1], Set.of(), null, false, true);
        SearchResult result = store.search(NAME, query);
        assertTrue(result.hits().isEmpty());
        assertEquals(1, result.total());
      }
    }

    @Test
    void aQueryOfAnotherDimensionIsRefused() {
      create();
      assertThrows(
          IllegalArgumentException.class,
          () -> store.search(NAME, query(axis(DIMENSION - 1, 0), 0, 1)));
      assertThrows(
          IllegalArgumentException.class,
          () -> store.rank(NAME, axis(DIMENSION - 1, 0), null, hit -> {}));
    }

    @Test
    void equallyNearImagesComeInOrderOfTheirIdsBytes() {
      create();
      // In UTF-16, which Java's own order of strings goes by, the emoji would come before U+FB01.
      List<String> names = List.of("B", "a", "ab", "b", "é", "ﬁ", "🦉");
      for (String name : names.reversed()) {
        upsert(image(name, axis(DIMENSION, 3)));
      }
      assertEquals(names, ids(store.search(NAME, query(axis(DIMENSION, 3), 0, 10))));
      assertEquals(names, ids(store.search(NAME, query(axis(DIMENSION, 4), 0, 10))));
      assertEquals(names.subList(2, 5), ids(store.search(NAME, query(axis(DIMENSION, 3), 2, 3))));
    }

    @Test
    void thousandsOfIdenticalVectorsPageInOrderOfId() {
      create();
      float[] v = unit(new Random(14), DIMENSION);
      List<ImageRecord> images = new ArrayList<>(Images.random("other", 1000, DIMENSION, 15));
      List<String> twins = new ArrayList<>();
      for (int i = 0; i < 3000; i++) {
        // Neither insertion order nor hash order is the order of ids.
        String id = String.format("twin%04d", i * 1009 % 3000);
        twins.add(id);
        images.add(image(id, v));
      }
      twins.sort(Comparator.naturalOrder());
      store.upsert(NAME, images.subList(0, 2500));
      store.upsert(NAME, images.subList(2500, 4000));
      List<String> paged = new ArrayList<>();
      for (int offset = 0; offset < 3000; offset += 250) {
        paged.addAll(ids(store.search(NAME, ordered(v, offset, 250))));
      }
      assertEquals(twins, paged);
      assertEquals(twins.subList(0, 9), ids(store.search(NAME, ordered(v, 0, 9))));
    }

    @Test
    void excludedImagesAreLeftOutAndNotCounted() {
      create();
      List<ImageRecord> images = Images.random("i", 2000, DIMENSION, 16);
      store.upsert(NAME, images);
      float[] v = unit(new Random(17), DIMENSION);
      List<ImageRecord> nearest = sorted(images, v);
      Set<String> exclude = new HashSet<>(Set.of("unknown", ""));
      nearest.subList(0, 500).forEach(image -> exclude.add(image.id()));
      exclude.add(nearest.getLast().id());
      SearchQuery query = new SearchQuery(v, 5, 40, exclude, null, false, true);
      assertEquals(1499, store.search(NAME, query).total());
      assertSearchIsRight(nearest.subList(500, 1999), query);
    }

    @Test
    void everythingMayBeExcluded() {
      create();
      List<ImageRecord> images = Images.random("i", 50, DIMENSION, 18);
      store.upsert(NAME, images);
      Set<String> all = new HashSet<>(images.stream().map(ImageRecord::id).toList());
      SearchResult result =
          store.search(NAME, new SearchQuery(axis(DIMENSION, 0), 0, 9, all, null, false, true));
      assertTrue(result.hits().isEmpty());
      assertEquals(0, result.total());
    }

    @Test
    void filterAndExclusionsWorkTogether() {
      create();
      List<ImageRecord> images = Images.random("i", 2000, DIMENSION, 19);
      store.upsert(NAME, images);
      Filter filter = new Filter.Compare("number", Filter.Operator.LT, 1000L);
      Set<String> exclude = new HashSet<>();
      IntStream.range(900, 1100).forEach(i -> exclude.add(images.get(i).id()));
      float[] v = unit(new Random(20), DIMENSION);
      SearchQuery query = new SearchQuery(v, 0, 50, exclude, filter, false, true);
      assertEquals(900, store.search(NAME, query).total());
      assertSearchIsRight(images.subList(0, 900), query);
    }

    @Test
    void rankHandsOverEveryMatchNearestFirst() {
      create();
      List<ImageRecord> images = Images.random("i", 2500, DIMENSION, 21);
      store.upsert(NAME, images);
      float[] v = unit(new Random(22), DIMENSION);
      Filter even = new Filter.In("even", List.of(true));
      List<SearchResult.Hit> hits = new ArrayList<>();
      store.rank(NAME, v, even, hits::add);
      List<ImageRecord> expected =
          images.stream().filter(image -> (boolean) image.metadata().get("even")).toList();
      assertRight(sorted(expected, v), v, hits, 0);
      hits.clear();
      store.rank(NAME, v, null, hits::add);
      assertRight(sorted(images, v), v, hits, 0);
    }

    @Test
    void rankGivesTheOrderOfSearchAndNoVectors() {
      create();
      List<ImageRecord> images = new ArrayList<>(Images.random("i", 1500, DIMENSION, 23));
      float[] v = unit(new Random(24), DIMENSION);
      IntStream.range(0, 1200).forEach(i -> images.add(image("twin" + i, v)));
      store.upsert(NAME, images);
      List<String> ranked = new ArrayList<>();
      store.rank(
          NAME,
          v,
          null,
          hit -> {
            assertNull(hit.image().vector());
            ranked.add(hit.image().id());
          });
      assertEquals(ids(store.search(NAME, query(v, 0, 2700))), ranked);
    }

    @Test
    void rankIsAsOfOneMoment() {
      create();
      List<ImageRecord> images = Images.random("i", 2100, DIMENSION, 25);
      store.upsert(NAME, images);
      List<String> seen = new ArrayList<>();
      store.rank(
          NAME,
          axis(DIMENSION, 0),
          null,
          hit -> {
            if (seen.isEmpty()) {
              store.delete(NAME, images.stream().map(ImageRecord::id).toList());
            }
            seen.add(hit.image().id());
          });
      assertEquals(2100, Set.copyOf(seen).size());
      assertEquals(0, store.dataset(NAME).orElseThrow().images());
    }
  }

  @Nested
  class Filtering {
    private static final long BEYOND_DOUBLE = (1L << 53) + 1;

    private void matches(Filter filter, String... expected) {
      SearchQuery query =
          new SearchQuery(axis(DIMENSION, 0), 0, 100, Set.of(), filter, false, true);
      SearchResult result = store.search(NAME, query);
      assertEquals(List.of(expected), ids(result).stream().sorted().toList(), filter::toString);
      assertEquals(expected.length, result.total(), filter::toString);
    }

    private void keep(Object... idsAndValues) {
      create();
      List<ImageRecord> images = new ArrayList<>();
      for (int i = 0; i < idsAndValues.length; i += 2) {
        Map<String, Object> metadata =
            idsAndValues[i + 1] == null ? Map.of() : Map.of("f", idsAndValues[i + 1]);
        images.add(image((String) idsAndValues[i], axis(DIMENSION, i), metadata));
      }
      store.upsert(NAME, images);
    }

    private static Filter in(Object... values) {
      return new Filter.In("f", List.of(values));
    }

    private static Filter is(Filter.Operator operator, Object value) {
      return new Filter.Compare("f", operator, value);
    }

    @Test
    void aFieldThatIsMissingMatchesNothingAndItsNegationEverything() {
      keep("a", "x", "b", null);
      matches(in("x"), "a");
      matches(new Filter.Not(in("x")), "b");
      matches(new Filter.Exists("f"), "a");
      matches(new Filter.Not(new Filter.Exists("f")), "b");
      matches(new Filter.Exists("g"));
      matches(new Filter.Not(is(Filter.Operator.GT, "y")), "a", "b");
    }

    @Test
    void aListMatchesWhenAnyOfItsValuesDoes() {
      keep("a", List.of("x", "z"), "b", List.of("y"), "c", List.of(), "d", "x");
      matches(in("x"), "a", "d");
      matches(is(Filter.Operator.GTE, "y"), "a", "b");
      matches(new Filter.Exists("f"), "a", "b", "c", "d");
      matches(in("x z"));
    }

    @Test
    void longsAndDoublesCompareAsNumbersExactly() {
      keep(
          "a",
          3L,
          "b",
          3.0,
          "c",
          3.5,
          "d",
          BEYOND_DOUBLE,
          "e",
          (double) BEYOND_DOUBLE,
          "f",
          Long.MAX_VALUE,
          "g",
          0x1p63,
          "h",
          Long.MIN_VALUE,
          "i",
          -0.0,
          "j",
          -0x1p63);
      matches(in(3L), "a", "b");
      matches(in(3.0), "a", "b");
      matches(in(BEYOND_DOUBLE), "d");
      matches(in(BEYOND_DOUBLE - 1), "e");
      matches(is(Filter.Operator.GT, (double) BEYOND_DOUBLE), "d", "f", "g");
      matches(is(Filter.Operator.LT, 0x1p63), "a", "b", "c", "d", "e", "f", "h", "i", "j");
      matches(is(Filter.Operator.GTE, 0x1p63), "g");
      matches(in(Long.MAX_VALUE), "f");
      matches(in(0L), "i");
      matches(is(Filter.Operator.LTE, Long.MIN_VALUE), "h", "j");
      matches(is(Filter.Operator.LT, Long.MIN_VALUE));
    }

    @Test
    void valuesOfAnotherTypeMatchNothing() {
      keep("a", "1", "b", 1L, "c", true, "d", "true");
      matches(in("1"), "a");
      matches(in(1L), "b");
      matches(in(1.0), "b");
      matches(in(true), "c");
      matches(in("true"), "d");
      matches(in(1L, "1", true), "a", "b", "c");
      matches(is(Filter.Operator.GT, 0L), "b");
      matches(is(Filter.Operator.GTE, ""), "a", "d");
    }

    @Test
    void stringsOrderByTheirUtf8Bytes() {
      keep("a", "", "b", "Z", "c", "a", "d", "é", "e", "ﬁ", "f", "🦉");
      matches(is(Filter.Operator.GT, "Z"), "c", "d", "e", "f");
      matches(is(Filter.Operator.GT, "ﬁ"), "f");
      matches(is(Filter.Operator.LT, "a"), "a", "b");
      matches(is(Filter.Operator.LTE, ""), "a");
      matches(is(Filter.Operator.LT, ""));
    }

    @Test
    void veryLongStringsAreKeptAndCompared() {
      String stem = "é".repeat(50_000);
      keep(
          "a",
          stem + "a",
          "b",
          stem + "b",
          "c",
          "é".repeat(16_000),
          "d",
          "x",
          "e",
          List.of("x", stem + "c"));
      matches(in(stem + "a"), "a");
      matches(in("x", stem + "b"), "b", "d", "e");
      matches(is(Filter.Operator.GT, stem + "a"), "b", "e");
      matches(is(Filter.Operator.GTE, stem + "a"), "a", "b", "e");
      matches(is(Filter.Operator.LT, stem + "b"), "a", "c", "d", "e");
      matches(is(Filter.Operator.GT, "é".repeat(16_000)), "a", "b", "e");
      assertEquals(stem + "a", store.get(NAME, List.of("a")).get("a").metadata().get("f"));
    }

    @Test
    void emptyConjunctionsAreTrueAndEmptyDisjunctionsFalse() {
      keep("a", "x", "b", null);
      matches(new Filter.And(List.of()), "a", "b");
      matches(new Filter.Or(List.of()));
      matches(in());
      matches(new Filter.Not(new Filter.Or(List.of())), "a", "b");
    }

    @Test
    void fieldNamesDoNotRunIntoValues() {
      create();
      upsert(
          image("a", axis(DIMENSION, 0), Map.of("f", "gx")),
          image("b", axis(DIMENSION, 1), Map.of("fg", "x")),
          image("c", axis(DIMENSION, 2), Map.of("f\u0000g", "x")));
      matches(in("gx"), "a");
      matches(new Filter.In("fg", List.of("x")), "b");
      matches(new Filter.In("f\u0000g", List.of("x")), "c");
      matches(is(Filter.Operator.GTE, ""), "a");
    }

    @Test
    void manyValuesMayBeAskedForAtOnce() {
      keep("a", "v77", "b", 4999L, "c", "w");
      List<Object> values = new ArrayList<>();
      IntStream.range(0, 5000).forEach(i -> values.addAll(List.of("v" + i, (long) i)));
      matches(new Filter.In("f", values), "a", "b");
      List<Filter> each = new ArrayList<>();
      values.forEach(value -> each.add(in(value)));
      matches(new Filter.Or(each), "a", "b");
    }

    @Test
    void aFilterSeesWhatWasWrittenSinceItWasLastAsked() {
      keep("a", "x", "b", "y");
      matches(in("x"), "a");
      upsert(image("c", axis(DIMENSION, 9), Map.of("f", "x")));
      upsert(image("a", axis(DIMENSION, 8), Map.of("f", "y")));
      matches(in("x"), "c");
      store.delete(NAME, List.of("c"));
      matches(in("x"));
    }

    @Test
    void randomFiltersMatchWhatTheModelSays() {
      long seed = System.nanoTime();
      RandomFilters random = new RandomFilters(seed);
      create();
      List<ImageRecord> images = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        images.add(image("i" + i, axis(DIMENSION, i % DIMENSION), random.metadata()));
      }
      store.upsert(NAME, images.subList(0, 300));
      store.upsert(NAME, images.subList(300, 400));
      for (int round = 0; round < 300; round++) {
        Filter filter = random.filter(4);
        SearchQuery query =
            new SearchQuery(axis(DIMENSION, 0), 0, 400, Set.of(), filter, false, true);
        Set<String> expected = new HashSet<>();
        for (ImageRecord image : images) {
          if (FilterModel.matches(filter, image.metadata())) {
            expected.add(image.id());
          }
        }
        SearchResult result = store.search(NAME, query);
        assertEquals(expected, Set.copyOf(ids(result)), () -> "seed " + seed + ": " + filter);
        assertEquals(expected.size(), result.total());
        assertEquals(expected.size(), store.list(NAME, filter, 0, 0).total());
      }
    }
  }

  @Nested
  class Together {
    @Test
    void writesOfManyThreadsAreAllKept() throws Exception {
      create();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> writes = new ArrayList<>();
        for (int t = 0; t < 16; t++) {
          String prefix = "t" + t + "-";
          writes.add(
              threads.submit(
                  () -> {
                    for (ImageRecord image : Images.random(prefix, 10, DIMENSION, 26)) {
                      store.upsert(NAME, List.of(image));
                      assertTrue(store.get(NAME, List.of(image.id())).containsKey(image.id()));
                    }
                  }));
        }
        for (Future<?> write : writes) {
          write.get();
        }
      }
      assertEquals(160, store.dataset(NAME).orElseThrow().images());
    }

    @Test
    void everyWriteOfOneIdTakesEffectInSomeOrder() throws Exception {
      create();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Integer>> calls = new ArrayList<>();
        for (int t = 0; t < 16; t++) {
          calls.add(
              threads.submit(
                  () -> {
                    int deleted = 0;
                    for (int i = 0; i < 10; i++) {
                      store.upsert(NAME, List.of(image("one", axis(DIMENSION, i))));
                      deleted += store.delete(NAME, List.of("one"));
                    }
                    return deleted;
                  }));
        }
        int deleted = 0;
        for (Future<Integer> call : calls) {
          deleted += call.get();
        }
        assertTrue(deleted >= 1 && deleted <= 160, "deleted " + deleted);
      }
      assertEquals(0, store.dataset(NAME).orElseThrow().images());
    }

    @Test
    void searchesBesideWritesSeeWholeCalls() throws Exception {
      create();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Future<?> writer =
            threads.submit(
                () -> {
                  for (int i = 0; i < 30; i++) {
                    store.upsert(NAME, Images.random("batch" + i + "-", 7, DIMENSION, i));
                  }
                });
        do {
          SearchQuery query =
              new SearchQuery(axis(DIMENSION, 0), 0, 500, Set.of(), null, false, true);
          SearchResult result = store.search(NAME, query);
          assertEquals(0, result.total() % 7);
          assertEquals(result.total(), result.hits().size());
        } while (!writer.isDone());
        writer.get();
      }
      assertEquals(210, store.dataset(NAME).orElseThrow().images());
    }

    @Test
    void droppingEndsSearchesOrLetsThemFinish() throws Exception {
      for (int round = 0; round < 5; round++) {
        create();
        store.upsert(NAME, Images.random("i", 500, DIMENSION, round));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
          List<Future<?>> searches = new ArrayList<>();
          for (int t = 0; t < 4; t++) {
            searches.add(
                threads.submit(
                    () -> {
                      try {
                        while (true) {
                          SearchResult result =
                              store.search(NAME, query(axis(DIMENSION, 1), 0, 100));
                          assertEquals(100, result.hits().size());
                        }
                      } catch (DatasetNotFoundException e) {
                        assertEquals(NAME, e.name());
                      }
                    }));
          }
          assertTrue(store.drop(NAME));
          for (Future<?> search : searches) {
            search.get();
          }
        }
      }
    }
  }

  private static float[] negated(float[] v) {
    float[] negated = new float[v.length];
    for (int i = 0; i < v.length; i++) {
      negated[i] = -v[i];
    }
    return negated;
  }

  private static float[] sum(float[] a, float[] b) {
    float[] sum = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = a[i] + b[i];
    }
    return normalised(sum);
  }

  private static List<ImageRecord> sorted(Collection<ImageRecord> images, float[] vector) {
    return images.stream()
        .sorted(Comparator.comparingDouble(image -> -dot(image.vector(), vector)))
        .toList();
  }

  private void assertSearchIsRight(Collection<ImageRecord> candidates, SearchQuery query) {
    List<ImageRecord> all = sorted(candidates, query.vector());
    int start = Math.min(query.offset(), all.size());
    int end = Math.min(start + query.limit(), all.size());
    // An image missed before the page moves all that follow it: what counts is the way to the end.
    int missable = recall() < 1 ? Math.max(1, (int) (end * (1 - recall()))) : 0;
    List<SearchResult.Hit> hits = store.search(NAME, query).hits();
    assertRight(all.subList(start, end), query.vector(), hits, missable);
  }

  /**
   * The same images at the same distances; neighbours closer than the precision may swap. Where one
   * may be missed, those behind it are farther away.
   */
  private void assertRight(
      List<ImageRecord> expected, float[] vector, List<SearchResult.Hit> hits, int missable) {
    assertEquals(expected.size(), hits.size());
    Set<String> missed = new HashSet<>(expected.stream().map(ImageRecord::id).toList());
    for (int i = 0; i < hits.size(); i++) {
      double distance = 1 - dot(expected.get(i).vector(), vector);
      double found = hits.get(i).distance();
      if (missable > 0 && found > distance + PRECISION) {
        assertTrue(i == 0 || found >= hits.get(i - 1).distance(), "hit " + i);
      } else {
        assertEquals(distance, found, PRECISION, "hit " + i);
      }
      missed.remove(hits.get(i).image().id());
    }
    assertTrue(missed.size() <= missable, "missed " + missed);
  }
}
