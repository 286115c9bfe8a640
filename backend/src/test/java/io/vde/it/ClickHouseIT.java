package io.vde.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vde.store.clickhouse.Engine;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    int port = Server.freePort();
    Path data = folder.resolve("engine");
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
}
