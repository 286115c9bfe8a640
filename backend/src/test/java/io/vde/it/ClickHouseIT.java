package io.vde.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vde.store.clickhouse.Engine;
import io.vde.store.clickhouse.ManyRows;
import io.vde.store.clickhouse.Proxy;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged service on a database: the same job, and what only a database makes possible. */
class ClickHouseIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int IMAGES = 3812;
  private static final int MARKS = 12;

  @TempDir Path folder;

  private static String[] on(Engine engine, String store, String database, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "-Dvde.store=" + store,
                "-Dvde.clickhouse.url=" + engine.url(),
                "-Dvde.clickhouse.database=" + database));
    settings.addAll(List.of(more));
    return settings.toArray(String[]::new);
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    assertEquals(2, response.statusCode() / 100, response.body());
    return JSON.readTree(response.body());
  }

  private static List<String> ids(JsonNode answer) {
    List<String> ids = new ArrayList<>();
    answer.get("hits").forEach(hit -> ids.add(hit.get("id").asText()));
    return ids;
  }

  private static String marks(List<String> ids) {
    List<String> marks = new ArrayList<>();
    for (String id : ids) {
      marks.add("{\"id\":\"%s\",\"positive\":%s}".formatted(id, marks.size() % 3 != 0));
    }
    return "{\"labels\":[" + String.join(",", marks) + "]}";
  }

  private static JsonNode newSession(Server server, String words) throws IOException {
    return json(
        server.post(
            "/sessions", "{\"dataset\":\"demo\",\"query\":{\"text\":\"%s\"}}".formatted(words)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"myscale", "clickhouse"})
  void theMainJobRunsOnADatabase(String store) throws Exception {
    Engine engine = Engine.shared();
    engine.fresh("job_" + store);
    String session;
    String classifier;
    String results;
    try (Server server = Server.start(folder, on(engine, store, "job_" + store))) {
      server.awaitDemo();
      assertEquals(24, ids(json(server.get("/search?q=letters&dataset=demo"))).size());
      JsonNode answer = newSession(server, "letters");
      session = "/sessions/" + answer.at("/session/id").asText();
      Set<String> seen = new HashSet<>();
      for (int round = 0; round < 3; round++) {
        List<String> page = ids(answer);
        for (String id : page) {
          assertTrue(seen.add(id), id + " was shown before");
        }
        answer = json(server.post(session + "/label", marks(page)));
      }
      answer = json(server.post(session + "/undo", ""));
      answer = json(server.post(session + "/redo", ""));
      classifier = server.get(session + "/classifier").body();
      results = server.get(session + "/results?limit=100").body();
      String export = server.get(session + "/export?format=jsonl").body();
      assertEquals(IMAGES, export.lines().count());
    }
    try (Server server = Server.start(folder, on(engine, store, "job_" + store))) {
      assertEquals(classifier, server.get(session + "/classifier").body());
      assertEquals(
          ids(JSON.readTree(results)), ids(json(server.get(session + "/results?limit=100"))));
      assertEquals(204, server.send(server.request(session).DELETE().build()).statusCode());
      assertEquals(404, server.get(session).statusCode());
    }
  }

  @Test
  void twoNodesServeTheSameSession() throws Exception {
    Engine engine = Engine.shared();
    engine.fresh("nodes");
    try (Server a = Server.start(folder.resolve("a"), on(engine, "myscale", "nodes"))) {
      a.awaitDemo();
      try (Server b =
          Server.start(folder.resolve("b"), on(engine, "myscale", "nodes", "-Dvde.demo=false"))) {
        String session = "/sessions/" + newSession(a, "music").at("/session/id").asText();
        List<String> images = ids(json(a.get("/search?q=music&dataset=demo&limit=24")));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
          List<Future<Void>> labellers = new ArrayList<>();
          for (Server node : List.of(a, b)) {
            List<String> own =
                node == a ? images.subList(0, MARKS) : images.subList(MARKS, 2 * MARKS);
            labellers.add(threads.submit(labeller(node, session, own)));
          }
          for (Future<Void> labeller : labellers) {
            labeller.get();
          }
        }
        JsonNode labels = json(a.get(session + "/labels?limit=100"));
        assertEquals(2 * MARKS, labels.get("total").asInt());
        assertEquals(labels, json(b.get(session + "/labels?limit=100")));
        assertEquals(json(a.get(session)), json(b.get(session)));
        assertEquals(json(a.get(session + "/classifier")), json(b.get(session + "/classifier")));
        // One node undoes what the other did, and both go on from there.
        json(b.post(session + "/undo", ""));
        assertEquals(json(a.get(session + "/classifier")), json(b.get(session + "/classifier")));
      }
    }
  }

  /** Marks images one by one, every third with a round, and reads each mark back. */
  private static Callable<Void> labeller(Server node, String session, List<String> images) {
    return () -> {
      for (int i = 0; i < images.size(); i++) {
        String id = images.get(i);
        json(
            node.post(
                session + "/label",
                "{\"labels\":[{\"id\":\"%s\",\"positive\":%s}],\"refit\":%s}"
                    .formatted(id, i % 2 == 0, i % 3 == 2)));
        String labels = node.get(session + "/labels?limit=100").body();
        assertTrue(labels.contains("\"" + id + "\""), "a node does not read its own write");
      }
      return null;
    };
  }

  @Test
  void aDatabaseThatDiesIsA503AndItsReturnIsNoticed() throws Exception {
    Path data = folder.resolve("engine");
    // Bound again after a while: it must be one that no connection is given meanwhile.
    int port = Server.freePort();
    Engine engine = Engine.start(data, port);
    try {
      engine.fresh("dying");
      try (Server server =
          Server.start(
              folder.resolve("service"), on(engine, "clickhouse", "dying", "-Dvde.demo=false"))) {
        json(server.post("/datasets", "{\"name\":\"mine\"}"));
        engine.kill();
        server.await("/q/health/ready", 503);
        HttpResponse<String> search = server.get("/search?q=mail&dataset=mine");
        assertEquals(503, search.statusCode());
        assertTrue(search.headers().firstValue("Retry-After").isPresent());
        assertEquals(
            "application/problem+json",
            search.headers().firstValue("Content-Type").orElseThrow().split(";")[0]);
        assertEquals(
            "The database does not answer", JSON.readTree(search.body()).get("detail").asText());
        engine = Engine.start(data, port);
        server.await("/q/health/ready", 200);
        server.await("/search?q=mail&dataset=mine", 200);
      }
    } finally {
      engine.close();
    }
  }

  @Test
  void anExportOfAMillionImagesWaitsForItsReader() throws Exception {
    Engine.shared().fresh("export");
    ManyRows rows = new ManyRows();
    try (Proxy proxy = new Proxy(Engine.shared().url());
        Server server =
            Server.start(
                folder,
                on(
                    Engine.shared(),
                    "clickhouse",
                    "export",
                    "-Dvde.clickhouse.url=" + proxy.url(),
                    "-Dvde.demo=false",
                    // A third of what the rows take.
                    "-Xmx256m"));
        HttpClient client = HttpClient.newHttpClient()) {
      json(server.post("/datasets", "{\"name\":\"demo\"}"));
      String session = newSession(server, "letters").at("/session/id").asText();
      proxy.on(ManyRows.STATEMENT, 1, rows);
      HttpResponse<InputStream> export =
          client.send(
              server.request("/sessions/" + session + "/export?format=jsonl").GET().build(),
              HttpResponse.BodyHandlers.ofInputStream());
      assertEquals(200, export.statusCode());
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(export.body(), StandardCharsets.UTF_8))) {
        assertEquals("image1", JSON.readTree(lines.readLine()).get("id").asText());
        rows.awaitStandstill();
        assertTrue(rows.sent() < ManyRows.AHEAD, rows.sent() + " sent, 1 read");
        // Somebody else's search does not wait with it.
        json(server.get("/search?q=mail&dataset=demo"));
        assertEquals(ManyRows.ROWS - 1, lines.lines().count());
      }
    }
  }

  private static byte[] picture() throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB), "png", png);
    return png.toByteArray();
  }

  /** An upload of one picture and what is said of it. */
  private static JsonNode uploaded(Server server, String dataset, String described)
      throws IOException {
    ByteArrayOutputStream form = new ByteArrayOutputStream();
    form.writeBytes(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n"
            .getBytes(StandardCharsets.UTF_8));
    form.writeBytes(picture());
    form.writeBytes(
        "\r\n--b\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n{\"a.png\":%s}\r\n--b--\r\n"
            .formatted(described)
            .getBytes(StandardCharsets.UTF_8));
    return json(server.send(
            server
                .request("/datasets/" + dataset + "/images")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(HttpRequest.BodyPublishers.ofByteArray(form.toByteArray()))
                .build()))
        .at("/items/0");
  }

  @Test
  void aTableThatSomebodyHasIsSearchedTaughtOnAndNeverDropped() throws Exception {
    Engine engine = Engine.shared();
    engine.fresh("theirs");
    String model;
    try (Server server =
        Server.start(folder, on(engine, "clickhouse", "theirs", "-Dvde.demo=false"))) {
      model = json(server.post("/datasets", "{\"name\":\"ours\"}")).get("model").asText();
    }
    engine.run(
        "CREATE TABLE theirs.pictures (id String, url String, vector Array(Float32)) ENGINE = MergeTree ORDER BY id");
    engine.run(
        "INSERT INTO theirs.pictures SELECT toString(number), 'https://e.org/' || toString(number),"
            + " arrayMap(i -> toFloat32(sin(number * i)), range(1, 513)) FROM numbers(50)");
    String key = "-Dvde.clickhouse.tables.photos.";
    try (Server server =
        Server.start(
            folder,
            on(
                engine,
                "clickhouse",
                "theirs",
                "-Dvde.demo=false",
                key + "table=pictures",
                key + "model=" + model,
                key + "dimension=512",
                key + "read-only=false"))) {
      assertEquals(50, json(server.get("/datasets/photos")).get("images").asInt());
      JsonNode hit = json(server.get("/search?q=mail&dataset=photos")).at("/hits/0");
      assertTrue(hit.get("url").asText().startsWith("https://e.org/"), hit.toString());
      String image = "/datasets/photos/images/" + hit.get("id").asText();
      assertEquals(404, server.get(hit.get("thumbnail").asText()).statusCode());
      assertEquals(404, server.get(image + "/file").statusCode());
      JsonNode made =
          json(server.post("/sessions", "{\"dataset\":\"photos\",\"query\":{\"text\":\"mail\"}}"));
      String session = "/sessions/" + made.at("/session/id").asText();
      json(server.post(session + "/label", marks(ids(made))));
      HttpResponse<String> refused =
          server.send(server.request("/datasets/photos?sessions=delete").DELETE().build());
      assertEquals(409, refused.statusCode(), refused.body());
      assertEquals(200, server.get(session).statusCode());
      // What the table has no column for is not taken and then lost.
      for (String described :
          List.of("{}", "{\"url\":\"https://e.org/new\",\"metadata\":{\"a\":1}}")) {
        JsonNode item = uploaded(server, "photos", described);
        assertEquals("failed", item.get("status").asText());
        assertTrue(item.get("error").asText().contains("needs a url"), item.toString());
      }
      String described = "{\"id\":\"new\",\"url\":\"https://e.org/new\"}";
      assertEquals("created", uploaded(server, "photos", described).get("status").asText());
      assertEquals("replaced", uploaded(server, "photos", described).get("status").asText());
      JsonNode added = json(server.get("/datasets/photos/images/new"));
      assertEquals("https://e.org/new", added.get("url").asText());
      assertEquals(51, json(server.get("/datasets/photos")).get("images").asInt());
      try (Stream<Path> kept = Files.walk(folder.resolve("images"))) {
        assertEquals(
            List.of("stores"),
            kept.filter(Files::isRegularFile).map(f -> f.getFileName().toString()).toList());
      }
    }
  }

  private record Fault(int status, String body, String words) {}

  @Test
  void aFaultOfTheDatabaseIsAProblemInPlainWords() throws Exception {
    Engine.shared().fresh("faulty");
    try (Proxy proxy = new Proxy(Engine.shared().url());
        Server server =
            Server.start(
                folder,
                on(
                    Engine.shared(),
                    "clickhouse",
                    "faulty",
                    "-Dvde.clickhouse.url=" + proxy.url(),
                    "-Dvde.clickhouse.timeout=5s",
                    "-Dvde.demo=false"))) {
      json(server.post("/datasets", "{\"name\":\"mine\"}"));
      server.await("/search?q=mail&dataset=mine", 200);
      for (Fault fault :
          List.of(
              new Fault(401, "Code: 193, e.displayText() = Wrong password", "user or password"),
              new Fault(403, "Code: 516. DB::Exception: no", "user or password"),
              new Fault(404, "Code: 81. DB::Exception: no vde", "does not exist"),
              new Fault(500, "Code: 469. DB::Exception: vec_len", "another length"),
              new Fault(500, "Code: 159. DB::Exception: Timeout", "too long"),
              new Fault(500, "Code: 62. DB::Exception: SELECT secret", "code 62"),
              new Fault(0, "", "too long"))) {
        proxy.on(
            "AS dist",
            1,
            fault.status == 0 ? Proxy.silence() : Proxy.status(fault.status, fault.body));
        HttpResponse<String> search = server.get("/search?q=mail&dataset=mine");
        assertEquals(503, search.statusCode(), fault.toString());
        assertTrue(search.headers().firstValue("Retry-After").isPresent());
        assertEquals(
            "application/problem+json",
            search.headers().firstValue("Content-Type").orElseThrow().split(";")[0]);
        String detail = JSON.readTree(search.body()).get("detail").asText();
        assertTrue(detail.contains(fault.words), detail);
        assertTrue(!detail.contains("Exception") && !detail.contains("SELECT"), detail);
        assertEquals(200, server.get("/search?q=mail&dataset=mine").statusCode());
      }
    }
  }
}
