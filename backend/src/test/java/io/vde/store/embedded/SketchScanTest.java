package io.vde.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.Filter;
import io.vde.store.ImageRecord;
import io.vde.store.Images;
import io.vde.store.SearchQuery;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SketchScanTest {
  private static final int SIZE = 9000;
  private static final int K = 10;
  private static final Filter EVEN = new Filter.In("even", List.of(true));

  @TempDir Path folder;
  private final List<ImageRecord> images = new ArrayList<>();
  private final Counting kernel = new Counting();

  SketchScanTest() {
    for (int i = 0; i < SIZE; i++) {
      images.add(Images.image("i" + i, BenchVectors.CONE.vector(i), Map.of("even", i % 2 == 0)));
    }
  }

  private EmbeddedImageStore store() {
    return new EmbeddedImageStore(
        folder, EmbeddedSettings.defaults().withKernel(EmbeddedSettings.KernelMode.SKETCH));
  }

  private void write(List<ImageRecord> some) {
    try (EmbeddedImageStore store = store()) {
      store.create(Images.dataset("d", BenchVectors.DIMENSION));
      store.upsert("d", some);
    }
  }

  /** Searches the folder with the counting kernel, and checks what is found. */
  private void assertNearest(List<ImageRecord> expected, Filter filter, Set<String> excluded)
      throws IOException {
    assertNearest(expected, filter, excluded, BenchVectors.CONE.queries(9, SIZE));
  }

  private void assertNearest(
      List<ImageRecord> expected, Filter filter, Set<String> excluded, List<float[]> queries)
      throws IOException {
    kernel.sketches = 0;
    kernel.rows = 0;
    try (Directory directory = new MMapDirectory(folder.resolve("d"));
        DirectoryReader reader = DirectoryReader.open(directory)) {
      Snapshot snapshot = new Snapshot(reader);
      ExcludedIds ids = excluded.isEmpty() ? ExcludedIds.NONE : new ExcludedIds(excluded);
      for (float[] query : queries) {
        Matches matches = new Matches(snapshot, filter, ids, new FilterCache());
        Ranking found =
            new NearestSearch(snapshot, matches, query, kernel, new Cancellation()).nearest(K);
        double[] scores =
            expected.stream()
                .filter(image -> !excluded.contains(image.id()))
                .mapToDouble(image -> -Images.dot(image.vector(), query))
                .sorted()
                .toArray();
        for (int i = 0; i < K; i++) {
          assertEquals(-scores[i], found.score(i), 1e-6);
        }
      }
    }
  }

  private void assertSketched(int scanned) {
    assertTrue(kernel.sketches >= 9 * scanned, kernel.sketches + " sketches scanned");
    assertTrue(kernel.rows < kernel.sketches / 3, kernel.rows + " int8 rows scored");
  }

  @Test
  void sketchesSpareMostOfTheInt8Rows() throws IOException {
    write(images);
    assertNearest(images, null, Set.of());
    assertSketched(SIZE);
  }

  @Test
  void filteredExcludedAndDeletedImagesAreLeftOut() throws IOException {
    write(images);
    List<ImageRecord> even = new ArrayList<>();
    for (int i = 0; i < SIZE; i += 2) {
      even.add(images.get(i));
    }
    assertNearest(even, EVEN, Set.of("i0", "i2", "i200"));
    assertSketched(SIZE / 2);
    try (EmbeddedImageStore store = store()) {
      store.delete("d", IntStream.range(0, 500).mapToObj(i -> "i" + i).toList());
    }
    assertNearest(images.subList(500, SIZE), null, Set.of("i700"));
    assertSketched(SIZE - 500);
    // Most of them: then each is asked for.
    try (EmbeddedImageStore store = store()) {
      store.delete("d", IntStream.range(500, 6000).mapToObj(i -> "i" + i).toList());
    }
    assertNearest(images.subList(6000, SIZE), null, Set.of());
    assertSketched(SIZE - 6000);
  }

  @Test
  void manyWantedOrExcludedAreFoundByTheirInt8Rows() throws IOException {
    write(images);
    Set<String> excluded =
        IntStream.range(0, 100).mapToObj(i -> "i" + i).collect(Collectors.toSet());
    assertNearest(images, null, excluded);
    assertEquals(0, kernel.sketches);
  }

  @Test
  void theFirstImagesSetTheAxisForGood() throws IOException {
    write(images.subList(0, 100));
    float[] axis = axis();
    assertEquals(BenchVectors.DIMENSION, axis.length);
    try (EmbeddedImageStore store = store()) {
      store.upsert("d", images.subList(100, SIZE));
      store.delete("d", List.of("i5"));
      store.upsert("d", images.subList(5, 6));
    }
    assertEquals(Arrays.toString(axis), Arrays.toString(axis()));
    assertNearest(images, null, Set.of());
    assertSketched(SIZE);
  }

  private float[] axis() throws IOException {
    try (Directory directory = new MMapDirectory(folder.resolve("d"));
        DirectoryReader reader = DirectoryReader.open(directory)) {
      return DatasetCommit.axis(reader.getIndexCommit().getUserData());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "3"})
  void aDatasetFromBeforeThereWereTheseSketchesIsReadAndWritten(String format) throws IOException {
    write(List.of());
    Int8Row layout = new Int8Row(BenchVectors.DIMENSION);
    try (Directory directory = new MMapDirectory(folder.resolve("d"));
        IndexWriter writer =
            new IndexWriter(directory, new IndexWriterConfig().setCodec(new EmbeddedCodec()))) {
      for (int i = 0; i < SIZE / 2; i++) {
        Document document = ImageDocument.of(images.get(i), i, layout, null);
        if (format.equals("3")) {
          document.add(
              new KnnByteVectorField("sketch", new byte[208], VectorSimilarityFunction.EUCLIDEAN));
        }
        writer.addDocument(document);
      }
      Map<String, String> data = new HashMap<>();
      writer.getLiveCommitData().forEach(entry -> data.put(entry.getKey(), entry.getValue()));
      data.put("vde.format", format);
      data.remove("vde.axis");
      writer.setLiveCommitData(data.entrySet());
      writer.commit();
    }
    assertNearest(images.subList(0, SIZE / 2), null, Set.of());
    try (EmbeddedImageStore store = store()) {
      store.upsert("d", images.subList(SIZE / 2, SIZE));
      assertEquals(SIZE, store.dataset("d").orElseThrow().images());
    }
    assertNearest(images, null, Set.of());
    assertEquals(0, kernel.sketches);
    try (EmbeddedImageStore store = store()) {
      SearchQuery query =
          new SearchQuery(images.get(7).vector(), 0, K, Set.of(), null, false, false);
      assertEquals("i7", store.search("d", query).hits().getFirst().image().id());
      store.upsert("d", images.subList(0, SIZE / 2));
    }
    assertNearest(images, null, Set.of());
    assertSketched(SIZE);
  }

  @Test
  void aSegmentOfWhichOnlySomeDocumentsHaveSketchesIsScannedByItsInt8Rows() throws IOException {
    write(images.subList(0, SIZE / 2));
    try (Directory directory = new MMapDirectory(folder.resolve("d"));
        IndexWriter writer =
            new IndexWriter(directory, new IndexWriterConfig().setCodec(new EmbeddedCodec()))) {
      Iterable<Map.Entry<String, String>> data = writer.getLiveCommitData();
      Int8Row layout = new Int8Row(BenchVectors.DIMENSION);
      for (int i = SIZE / 2; i < SIZE; i++) {
        writer.addDocument(ImageDocument.of(images.get(i), i, layout, null));
      }
      writer.forceMerge(1);
      writer.setLiveCommitData(data);
      writer.commit();
    }
    assertNearest(images, null, Set.of());
    assertEquals(0, kernel.sketches);
  }

  @Test
  void sketchesAreScannedAgainWhenManyAreNearlyAsGoodAsTheBest() throws IOException {
    List<ImageRecord> alike = alike(10);
    assertNearest(alike, null, Set.of(), List.of(query()));
    assertEquals(2 * SIZE, kernel.sketches);
    assertTrue(kernel.rows < SIZE, kernel.rows + " int8 rows scored");
  }

  @Test
  void imagesThatSketchesCannotTellApartAreFoundByTheirInt8Rows() throws IOException {
    List<ImageRecord> alike = alike(2);
    assertNearest(alike, null, Set.of(), List.of(query()));
    assertTrue(kernel.sketches > 0 && kernel.rows >= SIZE, kernel.rows + " int8 rows scored");
  }

  private static float[] query() {
    return Images.unit(new Random(1), BenchVectors.DIMENSION);
  }

  /**
   * Writes images of which one in so many has nearly the same score as the others of these. The
   * rest have scores as far below zero that the mean of all, and the axis, has none.
   */
  private List<ImageRecord> alike(int oneIn) {
    Random random = new Random(2);
    float[] query = query();
    List<ImageRecord> across = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      float[] v = Images.unit(random, BenchVectors.DIMENSION);
      float score = i % oneIn == 0 ? .4f + .0001f * random.nextFloat() : -.4f / (oneIn - 1);
      float off = (float) Images.dot(v, query) - score;
      for (int j = 0; j < v.length; j++) {
        v[j] -= off * query[j];
      }
      across.add(Images.image("i" + i, Images.normalised(v)));
    }
    write(across);
    return across;
  }

  /** Counts what it is given. */
  private static final class Counting extends DotKernel {
    private final DotKernel kernel = new SimdKernel(true);
    private int sketches;
    private int rows;

    @Override
    void dots(MemorySegment rows, long offset, long stride, int count, short[] query, int[] out) {
      this.rows += count;
      kernel.dots(rows, offset, stride, count, query, out);
    }

    @Override
    void dots(MemorySegment rows, long stride, int[] indices, int count, short[] query, int[] out) {
      this.rows += count;
      kernel.dots(rows, stride, indices, count, query, out);
    }

    @Override
    boolean countsBits() {
      return true;
    }

    @Override
    void bitDots(
        MemorySegment rows,
        long offset,
        long stride,
        int count,
        int words,
        long[] query,
        int out,
        int[] sums,
        float[] factors,
        float[] deviations,
        float[] alongs) {
      sketches += count;
      kernel.bitDots(
          rows, offset, stride, count, words, query, out, sums, factors, deviations, alongs);
    }

    @Override
    int atLeast(float[] values, int from, int to, float threshold, int[] places) {
      return kernel.atLeast(values, from, to, threshold, places);
    }

    @Override
    double dot(MemorySegment vectors, long offset, double[] query) {
      return kernel.dot(vectors, offset, query);
    }

    @Override
    void dots(MemorySegment[] vectors, long[] offsets, double[] query, double[] out) {
      kernel.dots(vectors, offsets, query, out);
    }

    @Override
    String description() {
      return "counting";
    }
  }
}
