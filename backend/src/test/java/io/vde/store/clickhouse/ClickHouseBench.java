package io.vde.store.clickhouse;

import io.vde.it.Server;
import io.vde.store.Dataset;
import io.vde.store.ImageRecord;
import io.vde.store.ImageStore;
import io.vde.store.Images;
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

/**
 * What the service adds to the database: searches through the API beside the same SQL sent
 * straight, and inserts through the store beside a bare insert of the same bytes. Run by hand;
 * docs/myscale.md has the command and what it has shown.
 */
final class ClickHouseBench {
  private static final int DIMENSION = 512;
  private static final int BATCH = ImageStore.MAX_BATCH;
  private static final int QUERIES = 200;
  private static final int LIMIT = 24;
  private static final String DATABASE = "bench";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private ClickHouseBench() {}

  /** Arguments: folder, ignored, numbers of images with commas. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(args[0]), "clickhouse-bench");
    try (Engine engine = Engine.start(Files.createDirectory(folder.resolve("engine")), 0)) {
      for (String size : args[2].split(",")) {
        engine.fresh(DATABASE);
        run(engine, folder.resolve(size), Integer.parseInt(size));
      }
    }
    System.exit(0);
  }

  private static void run(Engine engine, Path data, int size) throws Exception {
    String[] settings = {
      "-Dvde.store=clickhouse",
      "-Dvde.clickhouse.url=" + engine.url(),
      "-Dvde.clickhouse.database=" + DATABASE,
      "-Dvde.demo=false"
    };
    try (Server server = Server.start(data, settings);
        ImageStore store =
            new ClickHouseImageStore(engine.database(Dialect.CLICKHOUSE, DATABASE))) {
      server.post("/datasets", "{\"name\":\"bench\"}");
      Dataset dataset = store.describe("bench").orElseThrow();
      insert(engine, store, dataset, size);
      engine.run("OPTIMIZE TABLE bench.bench FINAL");
      search(engine, server, dataset, size);
    }
  }

  private static void insert(Engine engine, ImageStore store, Dataset dataset, int size)
      throws Exception {
    engine.run("CREATE TABLE bench.bare AS bench.bench");
    ImageTable bare = ImageTable.ours(dataset, "`bench`.`bare`");
    long ours = 0;
    long theirs = 0;
    long bytes = 0;
    for (int from = 0; from < size; from += BATCH) {
      List<ImageRecord> images =
          Images.random("image-" + from + "-", Math.min(BATCH, size - from), DIMENSION, from);
      byte[] rows = bare.rows(images, 1 + from).toBytes();
      bytes += rows.length;
      for (int turn = 0; turn < 2; turn++) {
        long start = System.nanoTime();
        if (turn == from / BATCH % 2) {
          store.upsert("bench", images);
          ours += System.nanoTime() - start;
        } else {
          send(engine, "INSERT INTO bench.bare FORMAT " + RowWriter.FORMAT, rows);
          theirs += System.nanoTime() - start;
        }
      }
    }
    System.out.printf(
        "%,d images: insert %.0f MB/s, bare %.0f MB/s: %.0f %%%n",
        size, bytes * 1e3 / ours, bytes * 1e3 / theirs, 100. * theirs / ours);
    engine.run("DROP TABLE bench.bare SYNC");
  }

  private static void search(Engine engine, Server server, Dataset dataset, int size)
      throws Exception {
    ImageTable table = ImageTable.ours(dataset, "`bench`.`bench`");
    String count = "SELECT count() FROM `bench`.`bench` FINAL WHERE deleted = 0";
    Random random = new Random(1);
    List<Double> api = new ArrayList<>();
    List<Double> straight = new ArrayList<>();
    List<Double> added = new ArrayList<>();
    for (int query = 0; query < QUERIES + QUERIES / 4; query++) {
      float[] vector = Images.unit(random, DIMENSION);
      String body =
          "{\"dataset\":\"bench\",\"limit\":%d,\"query\":{\"vector\":%s}}"
              .formatted(LIMIT, Arrays.toString(vector));
      String sql =
          "SELECT %s, %s AS dist FROM %s WHERE deleted = 0 ORDER BY dist, id LIMIT %d OFFSET 0"
              .formatted(
                  table.selected(false),
                  Dialect.CLICKHOUSE.exactDistance("vector", vector),
                  table.newest(),
                  LIMIT);
      double[] took = new double[2];
      for (int turn = 0; turn < 2; turn++) {
        long start = System.nanoTime();
        if (turn == query % 2) {
          HttpResponse<String> answer = server.post("/search", body);
          if (answer.statusCode() != 200) {
            throw new IllegalStateException(answer.body());
          }
          took[0] = (System.nanoTime() - start) / 1e6;
        } else {
          send(engine, sql, null);
          send(engine, count, null);
          took[1] = (System.nanoTime() - start) / 1e6;
        }
      }
      if (query >= QUERIES / 4) {
        api.add(took[0]);
        straight.add(took[1]);
        added.add(took[0] - took[1]);
      }
    }
    System.out.printf(
        "%,d images: search median %.1f ms, straight %.1f ms, added %.1f ms%n",
        size, median(api), median(straight), median(added));
  }

  private static double median(List<Double> values) {
    Collections.sort(values);
    return values.get(values.size() / 2);
  }

  private static void send(Engine engine, String sql, byte[] rows)
      throws IOException, InterruptedException {
    String query =
        rows == null
            ? "?default_format=" + RowWriter.FORMAT
            : "?query=" + URLEncoder.encode(sql, StandardCharsets.UTF_8);
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(engine.url() + "/" + query));
    HttpResponse<byte[]> answer =
        HTTP.send(
            request
                .POST(
                    rows == null
                        ? HttpRequest.BodyPublishers.ofString(sql)
                        : HttpRequest.BodyPublishers.ofByteArray(rows))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(new String(answer.body(), StandardCharsets.UTF_8));
    }
  }
}
