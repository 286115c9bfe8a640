package io.vde.store.clickhouse;

import io.vde.it.Server;
import io.vde.store.Dataset;
import io.vde.store.ImageRecord;
import io.vde.store.ImageStore;
import io.vde.store.Images;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * What the service adds to the database: searches through the API beside the same statement sent
 * straight, and inserts through the store beside a bare insert of the same bytes. Both sides use
 * the same client on connections that are kept, the same settings of the engine, and take turns to
 * go first. Run by hand; docs/myscale.md has the command and what it has shown.
 */
final class ClickHouseBench {
  private static final int DIMENSION = 512;
  private static final int BATCH = ImageStore.MAX_BATCH;
  private static final int LEAST_BATCHES = 16;

  /** After 4,000 the service's compilers still take 0.3 ms of each; after 12,000 they are done. */
  private static final int WARM_QUERIES = 10_000;

  /** A single difference is off by some milliseconds, the median of 200 by half a one. */
  private static final int QUERIES = 1_000;

  private static final int LIMIT = 24;
  private static final String DATABASE = "bench";

  /** The settings that the service sends, too. */
  private static final String SETTINGS = "&wait_end_of_query=1&max_execution_time=30";

  /** HTTP/1.1 to the service, too: the engine speaks nothing else. */
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ClickHouseBench() {}

  /** Arguments: folder, ignored, numbers of images with commas. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(args[0]), "clickhouse-bench");
    try (Engine engine = Engine.start(Files.createDirectory(folder.resolve("engine")), 0)) {
      engine.fresh(DATABASE);
      String[] settings = {
        "-Dvde.store=clickhouse",
        "-Dvde.clickhouse.url=" + engine.url(),
        "-Dvde.clickhouse.database=" + DATABASE,
        "-Dvde.demo=false"
      };
      try (Server server = Server.start(folder.resolve("data"), settings);
          ImageStore store = engine.images(Dialect.CLICKHOUSE, DATABASE)) {
        warm(engine, server, store);
        for (String size : args[2].split(",")) {
          run(engine, server, store, Integer.parseInt(size));
        }
      }
    } catch (Throwable fault) {
      // Threads of the clients would keep the process.
      fault.printStackTrace();
      System.exit(1);
    }
    System.exit(0);
  }

  /** Both sides as they are after some time, not while the JVM is still compiling them. */
  private static void warm(Engine engine, Server server, ImageStore store) {
    Dataset warm = created(server, store, "warm");
    insert(engine, store, warm, BATCH);
    engine.run("TRUNCATE TABLE bench.warm");
    store.upsert("warm", Images.random("image-", LIMIT, DIMENSION, 1));
    search(engine, server, warm, WARM_QUERIES);
  }

  private static void run(Engine engine, Server server, ImageStore store, int size) {
    Dataset dataset = created(server, store, "bench" + size);
    double[] rates = insert(engine, store, dataset, size);
    engine.run("OPTIMIZE TABLE bench." + dataset.name() + " FINAL");
    System.out.printf(
        "%,d images: insert %.0f MB/s, bare %.0f MB/s: %.0f %%%n",
        size, rates[0], rates[1], 100 * rates[0] / rates[1]);
    double[] times = search(engine, server, dataset, QUERIES);
    System.out.printf(
        "%,d images: search median %.1f ms, straight %.1f ms, added %.1f ms%n",
        size, times[0], times[1], times[2]);
    store.drop(dataset.name());
  }

  private static Dataset created(Server server, ImageStore store, String name) {
    server.post("/datasets", "{\"name\":\"" + name + "\"}");
    return store.describe(name).orElseThrow();
  }

  /** Megabytes a second through the store and straight, by the medians of some batches. */
  private static double[] insert(Engine engine, ImageStore store, Dataset dataset, int size) {
    String name = dataset.name();
    ImageTable bare = ImageTable.ours(dataset, "`bench`.`bare`");
    engine.run("CREATE TABLE bench.bare AS bench." + name);
    // They come when they like, and would be counted on the side that has its turn then.
    engine.run("SYSTEM STOP MERGES bench.bare");
    engine.run("SYSTEM STOP MERGES bench." + name);
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int batch = 0; batch < LEAST_BATCHES || batch * BATCH < size; batch++) {
      // A small dataset is written over and over: the same images, as new versions.
      int from = batch * BATCH % size;
      List<ImageRecord> images =
          Images.random("image-" + from + "-", Math.min(BATCH, size - from), DIMENSION, from);
      byte[] rows = bytes(bare.rows(images, 1 + from));
      for (int turn = 0; turn < 2; turn++) {
        long start = System.nanoTime();
        if (turn == batch % 2) {
          store.upsert(name, images);
          ours.add(rows.length * 1e3 / (System.nanoTime() - start));
        } else {
          String sql = "INSERT INTO bench.bare FORMAT " + RowWriter.FORMAT;
          send(engine, "&query=" + URLEncoder.encode(sql, StandardCharsets.UTF_8), rows);
          theirs.add(rows.length * 1e3 / (System.nanoTime() - start));
        }
      }
    }
    engine.run("SYSTEM START MERGES bench." + name);
    engine.run("DROP TABLE bench.bare SYNC");
    return new double[] {median(ours), median(theirs)};
  }

  private static byte[] bytes(Rows rows) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    rows.forEach(piece -> bytes.write(piece.array(), 0, piece.limit()));
    return bytes.toByteArray();
  }

  /** Medians in ms: through the API, straight, and of the differences. */
  private static double[] search(Engine engine, Server server, Dataset dataset, int queries) {
    String name = "`bench`.`" + dataset.name() + "`";
    ImageTable table = ImageTable.ours(dataset, name);
    Random random = new Random(1);
    List<Double> api = new ArrayList<>();
    List<Double> straight = new ArrayList<>();
    List<Double> added = new ArrayList<>();
    for (int query = 0; query < queries; query++) {
      float[] vector = Images.unit(random, DIMENSION);
      String body =
          "{\"dataset\":\"%s\",\"limit\":%d,\"query\":{\"vector\":%s}}"
              .formatted(dataset.name(), LIMIT, Arrays.toString(vector));
      String sql =
          "SELECT %s, %s AS dist, (SELECT count() FROM %s WHERE deleted = 0) AS _vde_total FROM %s WHERE deleted = 0 ORDER BY dist, id LIMIT %d OFFSET 0"
              .formatted(
                  table.selected(false),
                  Dialect.CLICKHOUSE.exactDistance("vector", vector),
                  table.newest(),
                  table.newest(),
                  LIMIT);
      double[] took = new double[2];
      for (int turn = 0; turn < 2; turn++) {
        long start = System.nanoTime();
        if (turn == query % 2) {
          answered(
              server
                  .request("/search")
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build());
          took[0] = (System.nanoTime() - start) / 1e6;
        } else {
          send(engine, "&default_format=" + RowWriter.FORMAT, sql.getBytes(StandardCharsets.UTF_8));
          took[1] = (System.nanoTime() - start) / 1e6;
        }
      }
      api.add(took[0]);
      straight.add(took[1]);
      added.add(took[0] - took[1]);
    }
    return new double[] {median(api), median(straight), median(added)};
  }

  private static double median(List<Double> values) {
    Collections.sort(values);
    return values.get(values.size() / 2);
  }

  private static void send(Engine engine, String parameters, byte[] body) {
    String query = "/?query_id=" + UUID.randomUUID() + SETTINGS + parameters;
    answered(
        HttpRequest.newBuilder(URI.create(engine.url() + query))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build());
  }

  private static void answered(HttpRequest request) {
    try {
      HttpResponse<byte[]> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(new String(answer.body(), StandardCharsets.UTF_8));
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
