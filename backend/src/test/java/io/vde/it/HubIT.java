package io.vde.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vde.hub.LocalHub;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two services that want the same model at the same time, from a hub on this machine. */
class HubIT {
  private static final String EMBED = "{\"texts\":[\"a photo\"]}";

  @TempDir Path folder;

  private Server launch(String data, String endpoint) throws Exception {
    return Server.launch(
        folder.resolve(data),
        Server.freePort(),
        Map.of("HF_ENDPOINT", endpoint, "HF_HOME", folder.resolve("hf").toString()),
        "-Dvde.model=" + LocalHub.REPOSITORY,
        // Until the test has seen what it wants to see.
        "-Dvde.hub.read-timeout=10m");
  }

  private static JsonNode model(Server server) throws Exception {
    return new ObjectMapper().readTree(server.get("/info").body()).get("model");
  }

  @Test
  void whatIsNotWhatTheHubPromisedIsTheReasonThatEverybodyIsTold() throws Exception {
    try (Server demo = Server.start(folder.resolve("refused"))) {
      assertEquals(201, demo.post("/datasets", "{\"name\":\"mine\"}").statusCode());
    }
    try (LocalHub hub = new LocalHub(100_000)) {
      hub.putFolder(Path.of(HubIT.class.getResource("/clip/tiny-clip").toURI()));
      hub.storeFault =
          exchange -> {
            byte[] other = hub.stored(exchange).clone();
            other[other.length / 2]++;
            LocalHub.send(exchange, other);
            return true;
          };
      try (Server server = launch("refused", hub.endpoint())) {
        server.awaitBody("/info", body -> body.contains("\"state\":\"failed\""));
        for (HttpResponse<String> refused :
            List.of(
                server.post("/embed", EMBED),
                server.post("/search", "{\"dataset\":\"mine\",\"query\":{\"text\":\"cat\"}}"))) {
          assertEquals(503, refused.statusCode(), refused.body());
          assertTrue(refused.body().contains("is refused"), refused.body());
          assertTrue(refused.body().contains("SHA-256"), refused.body());
          assertTrue(refused.body().contains("urn:vde:model-failed"), refused.body());
          assertTrue(refused.headers().firstValue("Retry-After").isEmpty());
        }
        assertEquals(200, server.get("/q/health/live").statusCode());
      }
    }
  }

  /** Sends half of each large file, and the rest when it is released. */
  private static void holdHalfWay(LocalHub hub, CountDownLatch released) {
    hub.storeFault =
        exchange -> {
          byte[] content = hub.stored(exchange);
          int half = content.length / 2;
          exchange.sendResponseHeaders(200, content.length);
          exchange.getResponseBody().write(content, 0, half);
          exchange.getResponseBody().flush();
          try {
            released.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.getResponseBody().write(content, half, content.length - half);
          exchange.close();
          return true;
        };
  }

  @Test
  void whileTheModelIsDownloadedMarksAreKeptAndARoundIsRefusedAtOnce() throws Exception {
    String session;
    try (Server demo = Server.startWithDemo(folder.resolve("taught"))) {
      session =
          "/sessions/"
              + new ObjectMapper()
                  .readTree(
                      demo.post("/sessions", "{\"dataset\":\"demo\",\"query\":{\"text\":\"mail\"}}")
                          .body())
                  .at("/session/id")
                  .asText();
    }
    String mark = "{\"labels\":[{\"id\":\"noto-2709-fe0f\",\"positive\":true}],\"refit\":%s}";
    CountDownLatch released = new CountDownLatch(1);
    try (LocalHub hub = new LocalHub(100_000)) {
      hub.putFolder(Path.of(HubIT.class.getResource("/clip/tiny-clip").toURI()));
      holdHalfWay(hub, released);
      try (Server server = launch("taught", hub.endpoint())) {
        server.await("/q/health/live", 200);
        server.awaitBody("/info", body -> body.contains("\"download\":{\"bytes\":"));
        HttpResponse<String> refused = server.post(session + "/label", mark.formatted(true));
        assertEquals(503, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains("is being downloaded: "), refused.body());
        assertTrue(refused.headers().firstValue("Retry-After").isPresent());
        assertEquals(503, server.get(session + "/classifier?format=dl4j").statusCode());
        HttpResponse<String> kept = server.post(session + "/label", mark.formatted(false));
        assertEquals(200, kept.statusCode(), kept.body());
        assertEquals(200, server.get(session + "/labels").statusCode());
        released.countDown();
        server.await("/q/health/ready", 200);
        HttpResponse<String> learnt = server.post(session + "/label", mark.formatted(true));
        assertEquals(200, learnt.statusCode(), learnt.body());
        assertTrue(learnt.body().contains("\"learnedFrom\":{\"positive\":1"), learnt.body());
      } finally {
        released.countDown();
      }
    }
  }

  @Test
  void twoServicesAtOnceDownloadTheModelOnceAndSayHowFarTheyAre() throws Exception {
    String endpoint;
    try (LocalHub hub = new LocalHub(100_000)) {
      endpoint = hub.endpoint();
      hub.putFolder(Path.of(HubIT.class.getResource("/clip/tiny-clip").toURI()));
      CountDownLatch released = new CountDownLatch(1);
      holdHalfWay(hub, released);
      try (Server one = launch("one", endpoint);
          Server two = launch("two", endpoint)) {
        for (Server server : List.of(one, two)) {
          server.await("/q/health/live", 200);
          server.awaitBody("/info", body -> body.contains("\"download\":{\"bytes\":"));
          assertEquals("loading", model(server).get("state").asText());
          assertTrue(model(server).get("reason").asText().contains("is being downloaded"));
          HttpResponse<String> refused = server.post("/embed", EMBED);
          assertEquals(503, refused.statusCode());
          assertTrue(refused.body().contains("is being downloaded: "), refused.body());
          assertTrue(refused.headers().firstValue("Retry-After").isPresent());
          assertEquals(503, server.get("/q/health/ready").statusCode());
        }
        released.countDown();
        for (Server server : List.of(one, two)) {
          server.await("/q/health/ready", 200);
          assertEquals(200, server.post("/embed", EMBED).statusCode());
          assertEquals(LocalHub.REPOSITORY, model(server).get("id").asText());
        }
      }
      List<String> downloads = hub.downloads().stream().map(LocalHub.Request::uri).toList();
      assertEquals(new HashSet<>(downloads).size(), downloads.size(), downloads.toString());
      try (Stream<Path> files = Files.walk(folder.resolve("hf"))) {
        assertFalse(files.anyMatch(file -> file.toString().endsWith(".incomplete")));
      }
    }
    // Nobody listens there any more.
    try (Server again = launch("one", endpoint)) {
      again.await("/q/health/ready", 200);
      assertEquals(200, again.post("/embed", EMBED).statusCode());
    }
  }
}
