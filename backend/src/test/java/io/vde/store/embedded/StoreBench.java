package io.vde.store.embedded;

import io.vde.store.Filter;
import io.vde.store.ImageRecord;
import io.vde.store.Images;
import io.vde.store.SearchQuery;
import io.vde.store.SearchResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.IOUtils;

/**
 * Searches of the embedded store beside Lucene's own, in one JVM, one thread, in turns.
 * docs/embedded-store.md says how to run it and what it said.
 *
 * <p>Arguments: a folder for the indexes, kinds of vectors and numbers of images, the latter two
 * separated by commas; at least 10,000 images.
 */
final class StoreBench {
  private static final int K = 100;
  private static final int QUERIES = 30;
  private static final long WARM_UP_NANOS = 2_000_000_000L;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 3;
  private static final int BATCH = 10_000;
  private static final int MANY = 5000;
  private static final Filter ONE_PERCENT = new Filter.In("bucket", List.of(7L));

  private final Path folder;
  private final BenchVectors kind;
  private final int size;
  private final List<float[]> queries;
  private final BenchTruth truth;
  private final BenchTruth filteredTruth;
  private String faissRow;

  private StoreBench(Path folder, BenchVectors kind, int size) {
    this.folder = folder;
    this.kind = kind;
    this.size = size;
    queries = kind.queries(QUERIES, size);
    truth = new BenchTruth(queries, K, K + 50, K + MANY);
    filteredTruth = new BenchTruth(queries, K);
  }

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(args[0]), "bench");
    try {
      say(
          "| vectors | images | exclusions | ours ms | Lucene float ms | Lucene int8 ms | ratio | recall@100 |");
      say("|---|---|---|---|---|---|---|---|");
      List<String> memory = new ArrayList<>();
      List<String> faiss = new ArrayList<>();
      for (String size : args[2].split(",")) {
        for (String kind : args[1].split(",")) {
          BenchVectors vectors = BenchVectors.valueOf(kind.toUpperCase(Locale.ROOT));
          StoreBench bench = new StoreBench(folder, vectors, Integer.parseInt(size));
          memory.add(bench.run());
          faiss.add(bench.faissRow);
        }
      }
      say("");
      say(
          "| vectors | images | build s | heap MiB | sketches and int8 MiB mapped | all MiB on disk | p95 ms while 1,000 a second are written |");
      say("|---|---|---|---|---|---|---|");
      memory.forEach(StoreBench::say);
      say("");
      say("| vectors | images | ours ms | FAISS IndexFlatIP ms | ratio |");
      say("|---|---|---|---|---|");
      faiss.forEach(StoreBench::say);
    } finally {
      IOUtils.rm(folder);
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private String run() throws Exception {
    long heapBefore = usedHeap();
    try (EmbeddedImageStore store =
            new EmbeddedImageStore(folder.resolve("store"), EmbeddedSettings.defaults());
        BenchFaiss faiss = new BenchFaiss(folder.resolve("faiss"))) {
      String name = kind.name().toLowerCase(Locale.ROOT) + size;
      double seconds = build(store, name, faiss);
      Path ours = folder.resolve("store").resolve(name);
      Path int8 = folder.resolve("lucene-" + name);
      buildLucene(int8);
      try (BenchLucene flat = new BenchLucene(ours);
          BenchLucene quantised = new BenchLucene(int8)) {
        for (int exclusions : new int[] {0, 50, MANY}) {
          compare(store, name, flat, quantised, exclusions);
        }
        compareFiltered(store, name, flat, quantised);
      }
      IOUtils.rm(int8);
      faissRow = besideFaiss(store, name, faiss);
      long heap = usedHeap() - heapBefore;
      int row8 = new Int8Row(BenchVectors.DIMENSION).length();
      int sketch = new Sketch(new float[BenchVectors.DIMENSION]).length();
      double mapped = (double) size * (row8 + sketch) / (1 << 20);
      double disk = store.dataset(name).orElseThrow().bytes() / (double) (1 << 20);
      String row =
          String.format(
              Locale.ROOT,
              "| %s | %,d | %.0f | %.1f | %.0f | %.0f | %.1f |",
              kind.name().toLowerCase(Locale.ROOT),
              size,
              seconds,
              heap / (double) (1 << 20),
              mapped,
              disk,
              besideWriter(store, name));
      store.drop(name);
      return row;
    }
  }

  /**
   * FAISS takes its turns of all queries with ours: each finds in the processor's cache what its
   * own last search left there.
   */
  private String besideFaiss(EmbeddedImageStore store, String name, BenchFaiss faiss)
      throws Exception {
    String row =
        String.format(Locale.ROOT, "| %s | %,d |", kind.name().toLowerCase(Locale.ROOT), size);
    if (!faiss.start(queries, K)) {
      return row + " no Python with faiss here | | |";
    }
    // The other side needs none: its code is compiled.
    long start = System.nanoTime();
    for (int q = 0; System.nanoTime() - start < WARM_UP_NANOS; q++) {
      search(store, name, q % QUERIES, Set.of(), null);
    }
    // Some seconds: what disturbs a shared machine lasts for tenths of one.
    int turns = Math.max(10, 1_500_000 / size);
    double[] ours = new double[QUERIES * turns];
    double[] theirs = new double[QUERIES * turns];
    for (int turn = 0; turn < turns; turn++) {
      for (int q = 0; q < QUERIES; q++) {
        ours[turn * QUERIES + q] = cpuMillis(i -> search(store, name, i, Set.of(), null), q);
      }
      System.arraycopy(faiss.turn(), 0, theirs, turn * QUERIES, QUERIES);
    }
    double a = percentile(ours, .5);
    double b = percentile(theirs, .5);
    return row + String.format(Locale.ROOT, " %.2f | %.2f | %.2f |", a, b, a / b);
  }

  private ImageRecord image(int number) {
    return Images.image(
        "image-" + number, kind.vector(number), Map.of("bucket", (long) (number % 100)));
  }

  private double build(EmbeddedImageStore store, String name, BenchFaiss faiss) throws IOException {
    store.create(Images.dataset(name, BenchVectors.DIMENSION));
    double seconds = 0;
    List<ImageRecord> batch = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      ImageRecord image = image(i);
      truth.see(image.vector());
      faiss.add(image.vector());
      if (i % 100 == 7) {
        filteredTruth.see(image.vector());
      }
      batch.add(image);
      if (batch.size() == BATCH || i == size - 1) {
        long start = System.nanoTime();
        store.upsert(name, batch);
        seconds += (System.nanoTime() - start) / 1e9;
        batch.clear();
      }
    }
    return seconds;
  }

  private void buildLucene(Path int8) throws IOException {
    Int8Row layout = new Int8Row(BenchVectors.DIMENSION);
    try (IndexWriter writer = BenchLucene.int8Writer(int8)) {
      for (int i = 0; i < size; i++) {
        writer.addDocument(BenchLucene.document(ImageDocument.of(image(i), i, layout, null)));
      }
      writer.commit();
    }
  }

  private void compare(
      EmbeddedImageStore store, String name, BenchLucene flat, BenchLucene int8, int exclusions)
      throws Exception {
    List<Set<String>> excluded = new ArrayList<>();
    // Each of the searches is given the ids: a session's next page excludes others than this one.
    IntFunction<Query> filter = q -> exclusions == 0 ? null : BenchLucene.without(excluded.get(q));
    for (float[] query : queries) {
      // The nearest: what a person labels is what the search has found.
      SearchQuery nearest = new SearchQuery(query, 0, exclusions, Set.of(), null, false, false);
      Set<String> ids =
          store.search(name, nearest).hits().stream()
              .map(hit -> hit.image().id())
              .collect(Collectors.toUnmodifiableSet());
      excluded.add(ids);
    }
    double recall = 0;
    for (int q = 0; q < QUERIES; q++) {
      List<SearchResult.Hit> hits = search(store, name, q, excluded.get(q), null);
      recall += truth.recall(q, K + exclusions, hits, K);
    }
    measure(
        String.format(Locale.ROOT, "%,d", exclusions),
        recall / QUERIES,
        q -> search(store, name, q, excluded.get(q), null),
        q -> flat.flat(queries.get(q), K, filter.apply(q)),
        q -> int8.rescored(queries.get(q), K, filter.apply(q)));
  }

  private void compareFiltered(
      EmbeddedImageStore store, String name, BenchLucene flat, BenchLucene int8) throws Exception {
    Query filter = FilterQueries.translate(ONE_PERCENT);
    double recall = 0;
    for (int q = 0; q < QUERIES; q++) {
      List<SearchResult.Hit> hits = search(store, name, q, Set.of(), ONE_PERCENT);
      recall += filteredTruth.recall(q, K, hits, K);
    }
    measure(
        "filter 1 %",
        recall / QUERIES,
        q -> search(store, name, q, Set.of(), ONE_PERCENT),
        q -> flat.flat(queries.get(q), K, filter),
        q -> int8.rescored(queries.get(q), K, filter));
  }

  private List<SearchResult.Hit> search(
      EmbeddedImageStore store, String name, int q, Set<String> exclude, Filter filter) {
    SearchQuery query = new SearchQuery(queries.get(q), 0, K, exclude, filter, false, false);
    try {
      return store.searchHere(name, query, new Cancellation()).hits();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One of the searches compared, of the query with a number. */
  @FunctionalInterface
  private interface Search {
    Object run(int query) throws Exception;
  }

  private void measure(String what, double recall, Search... searches) throws Exception {
    double[][] times = new double[searches.length][QUERIES * ROUNDS];
    long start = System.nanoTime();
    while (System.nanoTime() - start < WARM_UP_NANOS * searches.length) {
      for (Search search : searches) {
        search.run(0);
      }
    }
    for (int i = 0; i < QUERIES * ROUNDS; i++) {
      for (int s = 0; s < searches.length; s++) {
        times[s][i] = cpuMillis(searches[s], i % QUERIES);
      }
    }
    double ours = percentile(times[0], .5);
    double flat = percentile(times[1], .5);
    double int8 = percentile(times[2], .5);
    say(
        String.format(
            Locale.ROOT,
            "| %s | %,d | %s | %.2f | %.2f | %.2f | %.2f | %.4f |",
            kind.name().toLowerCase(Locale.ROOT),
            size,
            what,
            ours,
            flat,
            int8,
            ours / Math.min(flat, int8),
            recall));
  }

  /** The thread's own time: what other programs do to a shared machine is left out of it. */
  private static double cpuMillis(Search search, int query) throws Exception {
    long start = THREADS.getCurrentThreadCpuTime();
    search.run(query);
    return (THREADS.getCurrentThreadCpuTime() - start) / 1e6;
  }

  /** p95 in ms of searches while a thread writes 100 new images ten times a second. */
  private double besideWriter(EmbeddedImageStore store, String name) throws Exception {
    int seconds = 10;
    Callable<Void> writing =
        () -> {
          long start = System.nanoTime();
          for (int i = 0; i < seconds * 10; i++) {
            List<ImageRecord> batch = new ArrayList<>();
            for (int j = 0; j < 100; j++) {
              batch.add(image(size + i * 100 + j));
            }
            store.upsert(name, batch);
            long ahead = start + (i + 1) * 100_000_000L - System.nanoTime();
            java.util.concurrent.locks.LockSupport.parkNanos(ahead);
          }
          return null;
        };
    var writer = new java.util.concurrent.FutureTask<>(writing);
    Thread thread = Thread.ofPlatform().start(writer);
    List<Double> times = new ArrayList<>();
    for (int q = 0; !writer.isDone(); q = (q + 1) % QUERIES) {
      long start = System.nanoTime();
      search(store, name, q, Set.of(), null);
      times.add((System.nanoTime() - start) / 1e6);
    }
    thread.join();
    writer.get();
    return percentile(times.stream().mapToDouble(Double::doubleValue).toArray(), .95);
  }

  private static double percentile(double[] values, double part) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) (part * (sorted.length - 1))];
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
