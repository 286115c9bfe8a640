package io.vde.clip;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vde.media.Decoded;
import io.vde.media.ImageDecoder;
import io.vde.media.Lane;
import io.vde.media.MediaConfig;
import io.vde.media.PillowResize;
import io.vde.media.Pixels;
import io.vde.media.ResizeFilter;
import io.vde.testing.Settings;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The encoder beside a Python script that does what the original demo did, on the same files, with
 * the same number of threads, in one run. docs/models.md says how to run it and what it said.
 *
 * <p>System properties: {@code bench.model}, a bundle with the variants fp32 and int8; {@code
 * bench.python}, an interpreter that has transformers and PyTorch, or nothing.
 */
final class EncoderBench {
  private static final int SMALL_FILES = 40;
  private static final int LARGE_FILES = 16;

  /** Times what a text takes on an idle machine; beyond, it is not treated fairly. */
  private static final int LONGEST_WAIT = 10;

  private static final int ROUNDS = 2;
  private static final int PASSES = 2;
  private static final List<String> VARIANTS = List.of("fp32", "int8");
  private static final int QUERIES = 120;
  private static final int[] LONG_SIDES = {400, 2000};
  private static final Path SCRIPT = Path.of("../tools/reference-models/benchmark.py");

  private final Path model;
  private final Path folder;
  private final String python;
  private final int threads = Runtime.getRuntime().availableProcessors();
  private final Map<Integer, List<byte[]>> files = new LinkedHashMap<>();
  private double pillowResize;
  private final List<String> texts = BenchPictures.sentences(QUERIES);

  /** The largest p95 of a text under full image load, in medians of an idle machine. */
  private double worstWait;

  private EncoderBench(Path model, Path folder, String python) {
    this.model = model;
    this.folder = folder;
    this.python = python;
  }

  public static void main(String[] args) throws Exception {
    String model = System.getProperty("bench.model", "");
    if (model.isEmpty()) {
      System.out.println("Skipped: -Dbench.model=<bundle> is missing.");
      return;
    }
    Path folder = Files.createTempDirectory(Path.of(args[0]), "encoder-bench");
    new EncoderBench(Path.of(model), folder, System.getProperty("bench.python", "")).run();
    System.exit(0); // the tokenizer's library keeps a thread
  }

  private void run() throws Exception {
    for (int side : LONG_SIDES) {
      files.put(
          side,
          BenchPictures.write(
              folder.resolve("jpeg-" + side), side, side < 1000 ? SMALL_FILES : LARGE_FILES));
    }
    Files.write(folder.resolve("texts.txt"), texts);
    say(
        "| %d threads | JPEG | images/s | decode ms | preprocess ms | forward ms | text p50 ms | memory MB |"
            .formatted(threads));
    say("|---|---|---|---|---|---|---|---|");
    // In turns, the best of each, for no machine is quiet all the time.
    Map<String, Map<Integer, Row>> best = new LinkedHashMap<>();
    for (int pass = 0; pass < PASSES; pass++) {
      best.merge("Python", python(), EncoderBench::better);
      best.merge("int8", java("int8", threads), EncoderBench::better);
      best.merge("fp32", java("fp32", threads), EncoderBench::better);
    }
    best.forEach((name, rows) -> rows.forEach((side, row) -> row.print(name, side)));
    for (String variant : VARIANTS) {
      for (Map.Entry<Integer, Row> python : best.get("Python").entrySet()) {
        Row row = best.get(variant).get(python.getKey());
        say(
            "| %s / Python | %d px | **%.2f x** | | | | **%.2f x** | |"
                .formatted(
                    variant,
                    python.getKey(),
                    row.rate / python.getValue().rate,
                    row.text / python.getValue().text));
      }
    }
    say("");
    for (String variant : VARIANTS) {
      say(textParts(variant));
    }
    double resize = resize();
    say(
        "12 megapixels resized to 298 x 224: %.1f ms, Pillow %s."
            .formatted(
                resize,
                pillowResize == 0
                    ? "not measured"
                    : "%.1f ms, **%.2f x**".formatted(pillowResize, resize / pillowResize)));
    say("");
    say(
        "| variant | threads | images/s, 400 px | text p50 ms | p95 under full image load | ratio |"
            + " p95 under 16 calls of 16 texts | ratio |");
    say("|---|---|---|---|---|---|---|---|");
    for (String variant : VARIANTS) {
      for (int t = 1; t <= threads; t++) {
        load(variant, t);
      }
    }
    say("");
    long theirs = best.get("Python").values().stream().mapToLong(Row::bytes).max().orElse(0);
    say(
        "Peak memory: this process, which held each variant in turn, %d MB; Python %s."
            .formatted(peakBytes() >> 20, theirs == 0 ? "not measured" : (theirs >> 20) + " MB"));
    if (worstWait > LONGEST_WAIT) {
      throw new AssertionError(
          "A text waits for images: its p95 is %.1f times what it takes alone; at most %d."
              .formatted(worstWait, LONGEST_WAIT));
    }
  }

  /** Speed of one way to run it; times in ms. */
  private record Row(
      double rate, double decode, double preprocess, double forward, double text, long bytes) {
    Row better(Row other) {
      return new Row(
          Math.max(rate, other.rate),
          Math.min(decode, other.decode),
          Math.min(preprocess, other.preprocess),
          Math.min(forward, other.forward),
          Math.min(text, other.text),
          Math.max(bytes, other.bytes));
    }

    void print(String name, int side) {
      say(
          "| %s | %d px | %.1f | %.1f | %.1f | %.1f | %.1f | %d |"
              .formatted(name, side, rate, decode, preprocess, forward, text, bytes >> 20));
    }
  }

  private static Map<Integer, Row> better(Map<Integer, Row> a, Map<Integer, Row> b) {
    Map<Integer, Row> better = new LinkedHashMap<>(a);
    b.forEach((side, row) -> better.merge(side, row, Row::better));
    return better;
  }

  private Map<Integer, Row> python() throws IOException, InterruptedException {
    Map<Integer, Row> rows = new LinkedHashMap<>();
    if (python.isEmpty()) {
      say("| Python | | skipped: -Dbench.python=<interpreter> is missing | | | | | |");
      return rows;
    }
    for (int side : LONG_SIDES) {
      Process process;
      try {
        process =
            new ProcessBuilder(
                    python,
                    SCRIPT.toString(),
                    "--model",
                    model.toString(),
                    "--images",
                    folder.resolve("jpeg-" + side).toString(),
                    "--texts",
                    folder.resolve("texts.txt").toString(),
                    "--threads",
                    String.valueOf(threads))
                .redirectError(folder.resolve("python.log").toFile())
                .start();
      } catch (IOException e) {
        say("| Python | | skipped: %s | | | | | |".formatted(e.getMessage()));
        return rows;
      }
      String out = new String(process.getInputStream().readAllBytes());
      if (process.waitFor() != 0) {
        List<String> log = Files.readAllLines(folder.resolve("python.log"));
        say("| Python | | skipped: %s | | | | | |".formatted(log.isEmpty() ? "" : log.getLast()));
        return rows;
      }
      JsonNode json = new ObjectMapper().readTree(out);
      Row row =
          new Row(
              json.get("imagesPerSecond").asDouble(),
              json.get("decode").asDouble(),
              json.get("preprocess").asDouble(),
              json.get("forward").asDouble(),
              json.get("textP50").asDouble(),
              json.get("peakBytes").asLong());
      rows.put(side, row);
      double resized = json.get("resize").asDouble();
      pillowResize = pillowResize == 0 ? resized : Math.min(pillowResize, resized);
    }
    return rows;
  }

  /** The resize of a photograph of 12 megapixels alone, in ms: the best of what the script does. */
  private static double resize() {
    byte[] rgb = new byte[3 * 4000 * 3000];
    new Random(3).nextBytes(rgb);
    Pixels photograph = new Pixels(4000, 3000, rgb);
    double best = 1e9;
    for (int i = 0; i < 40; i++) {
      long start = System.nanoTime();
      PillowResize.resize(photograph, 298, 224, ResizeFilter.BICUBIC);
      best = Math.min(best, (System.nanoTime() - start) / 1e6);
    }
    return best;
  }

  private Map<Integer, Row> java(String variant, int threads) throws Exception {
    Map<Integer, Row> rows = new LinkedHashMap<>();
    ImageDecoder decoder = decoder();
    try {
      Encoder encoder = encoder(variant, threads, decoder);
      double[] query = queries(encoder, () -> {}, 0);
      for (int side : LONG_SIDES) {
        double rate = 0;
        for (int round = 0; round <= ROUNDS; round++) {
          double now = rate(encoder, files.get(side));
          rate = round == 0 ? 0 : Math.max(rate, now);
        }
        double[] parts = parts(decoder, variant, threads, files.get(side));
        rows.put(
            side,
            new Row(rate, parts[0], parts[1], parts[2], query[0], encoder.usage().loadedBytes()));
      }
      encoder.close();
    } finally {
      decoder.close();
    }
    return rows;
  }

  /** Images a second from their bytes, as an import sends them. */
  private static double rate(Encoder encoder, List<byte[]> files) {
    long start = System.nanoTime();
    Semaphore window = new Semaphore(32);
    List<CompletableFuture<float[]>> all = new ArrayList<>();
    for (byte[] file : files) {
      window.acquireUninterruptibly();
      CompletableFuture<float[]> one = encoder.embedImage(file, Lane.BULK);
      var _ = one.whenComplete((vector, failure) -> window.release());
      all.add(one);
    }
    all.forEach(CompletableFuture::join);
    return files.size() / ((System.nanoTime() - start) / 1e9);
  }

  /** Decoding, preprocessing and the forward pass apart, one after the other. */
  private double[] parts(ImageDecoder decoder, String variant, int threads, List<byte[]> files)
      throws Exception {
    ModelBundle bundle = ModelBundle.read(model, Variant.of(variant), java.util.Optional.empty());
    Preprocessing preprocessing = bundle.preprocessing();
    FloatBuffer tensor = FloatBuffer.allocate(3 * preprocessing.width() * preprocessing.height());
    double[] best = {1e9, 1e9, 1e9};
    try (Graph graph =
        new Graph(
            bundle.visionGraphs().getFirst(), new Execution(threads, Execution.Provider.CPU))) {
      VisionTower tower = new VisionTower(graph, bundle, Filler.none());
      for (int round = 0; round < ROUNDS; round++) {
        double[] sum = new double[3];
        List<PreparedImage> prepared = new ArrayList<>();
        for (byte[] file : files) {
          long a = System.nanoTime();
          Decoded decoded = decoder.decode(file, Lane.BULK).join();
          long b = System.nanoTime();
          byte[] rgb = preprocessing.crop(decoded.pixels());
          preprocessing.normalise(rgb, tensor.clear());
          sum[0] += b - a;
          sum[1] += System.nanoTime() - b;
          prepared.add(new PreparedImage(rgb));
        }
        long c = System.nanoTime();
        for (int i = 0; i + VisionTower.LARGEST <= prepared.size(); i += VisionTower.LARGEST) {
          tower.run(prepared.subList(i, i + VisionTower.LARGEST));
        }
        sum[2] = System.nanoTime() - c;
        for (int i = 0; i < 3; i++) {
          best[i] = Math.min(best[i], sum[i] / files.size() / 1e6);
        }
      }
    }
    return best;
  }

  /** Where the time of one text goes, without queue and threads: the tokenizer, and the run. */
  private String textParts(String variant) throws Exception {
    ModelBundle bundle = ModelBundle.read(model, Variant.of(variant), java.util.Optional.empty());
    TextBundle side = bundle.text();
    GraphFile file = side.graphs().getFirst();
    Execution execution = new Execution(threads, Execution.Provider.CPU);
    double[] tokenizer = new double[texts.size()];
    double[] run = new double[texts.size()];
    try (TextTokens tokens =
            new TextTokens(
                side.tokenizer(), side.contextLength(), side.lowerCase(), folder.resolve("cache"));
        Graph graph = new Graph(file, execution)) {
      TextTower tower = new TextTower(graph, side, tokens.paddingId(""), Filler.none());
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < run.length; i++) {
          long start = System.nanoTime();
          long[] ids = tokens.ids(texts.get(i));
          long tokenized = System.nanoTime();
          tower.run(List.of(ids));
          tokenizer[i] = (tokenized - start) / 1e6;
          run[i] = (System.nanoTime() - tokenized) / 1e6;
        }
      }
    }
    Arrays.sort(tokenizer);
    Arrays.sort(run);
    return "A text at %s, p50: tokenizer %.2f ms, run %.2f ms."
        .formatted(variant, tokenizer[run.length / 2], run[run.length / 2]);
  }

  private void load(String variant, int threads) throws Exception {
    ImageDecoder decoder = decoder();
    try {
      Encoder encoder = encoder(variant, threads, decoder);
      double[] idle = queries(encoder, () -> {}, 0);
      rate(encoder, files.get(400));
      double rate = rate(encoder, files.get(400));
      double[] images = queries(encoder, () -> rate(encoder, files.get(400)), 1);
      double[] calls = queries(encoder, () -> call(encoder), 16);
      worstWait = Math.max(worstWait, images[1] / idle[0]);
      say(
          "| %s | %d | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f |"
              .formatted(
                  variant,
                  threads,
                  rate,
                  idle[0],
                  images[1],
                  images[1] / idle[0],
                  calls[1],
                  calls[1] / idle[0]));
      encoder.close();
    } finally {
      decoder.close();
    }
  }

  /** One call of {@code /embed}, as many texts at once as it sends. */
  private void call(Encoder encoder) {
    List<CompletableFuture<float[]>> all = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      all.add(encoder.embedText(texts.get(i % texts.size()), Lane.BATCH));
    }
    all.forEach(CompletableFuture::join);
  }

  /**
   * The median and the 95th percentile of a query's time in ms, while so many clients do the same
   * work again and again.
   */
  private double[] queries(Encoder encoder, Runnable work, int clients) throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    List<Thread> busy = new ArrayList<>();
    for (int client = 0; client < clients; client++) {
      busy.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!stop.get()) {
                      work.run();
                    }
                  }));
    }
    List<Double> times = new ArrayList<>();
    for (int i = -20; i < texts.size(); i++) {
      long start = System.nanoTime();
      encoder.embedText(texts.get(Math.abs(i)), Lane.INTERACTIVE).get();
      if (i >= 0) {
        times.add((System.nanoTime() - start) / 1e6);
      }
    }
    stop.set(true);
    for (Thread client : busy) {
      client.join();
    }
    Collections.sort(times);
    return new double[] {times.get(times.size() / 2), times.get(times.size() * 95 / 100)};
  }

  private Encoder encoder(String variant, int threads, ImageDecoder decoder) {
    return Encoders.ready(
        folder,
        model.toString(),
        decoder,
        "vde.model.variant",
        variant,
        "vde.model.threads",
        String.valueOf(threads),
        "vde.model.query-cache",
        "0");
  }

  private static ImageDecoder decoder() {
    return new ImageDecoder(Settings.of(MediaConfig.class));
  }

  private static void say(String line) {
    System.out.println(line);
  }

  /** The most memory this process ever had; 0 where the system does not say. */
  private static long peakBytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status)
        ? Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
            .findFirst()
            .orElse(0)
        : 0;
  }
}
