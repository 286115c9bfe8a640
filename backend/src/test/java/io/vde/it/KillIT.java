package io.vde.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was answered 2xx is there after kill -9. */
class KillIT {
  private static final int KILLS = 10;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path data;

  /** Verdicts acknowledged, and digests of uploads acknowledged, by image id. */
  private final Map<String, Boolean> verdicts = new ConcurrentHashMap<>();

  private final Map<String, String> uploads = new ConcurrentHashMap<>();

  /** What each round acknowledged has learnt from, by its revision. */
  private final Map<Long, JsonNode> rounds = new ConcurrentHashMap<>();

  /** The highest revision that was acknowledged, or found after a kill. */
  private volatile long revision;

  @Test
  void nothingAcknowledgedIsLostWhenTheProcessIsKilledAtRandomMoments() throws Exception {
    long seed = System.nanoTime();
    System.out.println("KillIT seed " + seed);
    Random random = new Random(seed);
    String session;
    List<String> ids;
    try (Server server = Server.startWithDemo(data)) {
      session =
          JSON.readTree(
                  server
                      .post("/sessions", "{\"dataset\":\"demo\",\"query\":{\"text\":\"cat\"}}")
                      .body())
              .at("/session/id")
              .asText();
      assertEquals(201, server.post("/datasets", "{\"name\":\"mine\"}").statusCode());
      ids = ids(server);
      writeUntilKilled(server, session, ids, random);
    }
    for (int kill = 1; kill <= KILLS; kill++) {
      try (Server server = Server.start(data)) {
        verify(server, session);
        if (kill < KILLS) {
          writeUntilKilled(server, session, ids, random);
        }
      }
    }
    assertTrue(rounds.size() > KILLS, "rounds were learnt: " + rounds.size());
    assertTrue(verdicts.size() > KILLS, "labels were written: " + verdicts.size());
    assertTrue(uploads.size() > KILLS, "images were uploaded: " + uploads.size());
    System.out.printf(
        "KillIT: %d verdicts, %d rounds and %d uploads acknowledged, none lost%n",
        verdicts.size(), rounds.size(), uploads.size());
  }

  private static List<String> ids(Server server) throws IOException {
    List<String> ids = new ArrayList<>();
    JSON.readTree(server.get("/datasets/demo/images?limit=1000").body())
        .get("items")
        .forEach(image -> ids.add(image.get("id").asText()));
    return ids;
  }

  private void writeUntilKilled(Server server, String session, List<String> ids, Random random)
      throws Exception {
    AtomicBoolean killing = new AtomicBoolean();
    long labelSeed = random.nextLong();
    long uploadSeed = random.nextLong();
    try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> labeller =
          writers.submit(() -> label(server, session, ids, new Random(labelSeed), killing));
      Future<?> uploader = writers.submit(() -> upload(server, new Random(uploadSeed), killing));
      server.process.waitFor(200 + random.nextInt(1500), TimeUnit.MILLISECONDS);
      killing.set(true);
      server.kill();
      // Whatever else than the kill ended one of them is a fault of the service.
      labeller.get();
      uploader.get();
    }
  }

  private void label(
      Server server, String session, List<String> ids, Random random, AtomicBoolean killing) {
    while (true) {
      String id = ids.get(random.nextInt(ids.size()));
      boolean positive = random.nextBoolean();
      boolean refit = random.nextInt(5) == 0;
      try {
        HttpResponse<String> answer =
            server.post(
                "/sessions/" + session + "/label",
                "{\"labels\":[{\"id\":\"%s\",\"positive\":%s}],\"refit\":%s}"
                    .formatted(id, positive, refit));
        if (answer.statusCode() != 200) {
          throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        verdicts.put(id, positive);
        acknowledged(JSON.readTree(answer.body()), refit);
      } catch (JsonProcessingException e) {
        throw new AssertionError(e);
      } catch (UncheckedIOException e) {
        assertTrue(killing.get(), () -> "a living service did not answer: " + e);
        // Killed before it answered: either verdict may stand now.
        verdicts.remove(id);
        return;
      }
    }
  }

  private void upload(Server server, Random random, AtomicBoolean killing) {
    while (true) {
      byte[] png = picture(random);
      String id = "upload-" + random.nextLong();
      try {
        HttpResponse<String> answer =
            server.send(
                server
                    .request("/datasets/mine/images")
                    .header("Content-Type", "multipart/form-data; boundary=cut")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(form(id, png)))
                    .build());
        if (answer.statusCode() == 200 && answer.body().contains("\"created\"")) {
          uploads.put(id, sha256(png));
        } else {
          throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
      } catch (UncheckedIOException e) {
        assertTrue(killing.get(), () -> "a living service did not answer: " + e);
        return;
      }
    }
  }

  /** An entry more than before, of a call that was to learn, is a round. */
  private void acknowledged(JsonNode answer, boolean refit) {
    long now = answer.at("/session/revision").asLong();
    assertTrue(now >= revision, "revision %d after %d".formatted(now, revision));
    if (refit && now > revision) {
      rounds.put(now, answer.get("learnedFrom"));
    }
    revision = now;
  }

  private static byte[] form(String id, byte[] png) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String head =
        """
        --cut\r
        Content-Disposition: form-data; name="metadata"\r
        \r
        {"a.png": {"id": "%s"}}\r
        --cut\r
        Content-Disposition: form-data; name="file"; filename="a.png"\r
        Content-Type: image/png\r
        \r
        """
            .formatted(id);
    out.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    out.writeBytes(png);
    out.writeBytes("\r\n--cut--\r\n".getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  private static byte[] picture(Random random) {
    BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 30; y++) {
      for (int x = 0; x < 40; x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private void verify(Server server, String session) throws Exception {
    Map<String, Boolean> stored = new HashMap<>();
    for (JsonNode label : items(server, "/sessions/" + session + "/labels")) {
      stored.put(label.get("id").asText(), label.get("positive").asBoolean());
    }
    verdicts.forEach((id, positive) -> assertEquals(positive, stored.get(id), id));
    Map<Long, JsonNode> learnt = new HashMap<>();
    for (JsonNode round : items(server, "/sessions/" + session + "/rounds")) {
      learnt.put(round.get("revision").asLong(), round.get("learnedFrom"));
    }
    rounds.forEach((at, from) -> assertEquals(from, learnt.get(at), "the round of " + at));
    long now = JSON.readTree(server.get("/sessions/" + session).body()).get("revision").asLong();
    assertTrue(now >= revision, "revision %d after %d was acknowledged".formatted(now, revision));
    revision = now;
    for (Map.Entry<String, String> upload : uploads.entrySet()) {
      HttpRequest file =
          server.request("/datasets/mine/images/" + upload.getKey() + "/file").GET().build();
      assertEquals(upload.getValue(), sha256(server.bytes(file)), upload.getKey());
    }
    assertEquals(200, server.get("/sessions/" + session + "/results?limit=1").statusCode());
  }

  /** All of a list, each once. */
  private static List<JsonNode> items(Server server, String path) throws IOException {
    List<JsonNode> items = new ArrayList<>();
    int total = 1;
    for (int offset = 0; offset < total; offset += 1000) {
      JsonNode page = JSON.readTree(server.get(path + "?limit=1000&offset=" + offset).body());
      page.get("items").forEach(items::add);
      total = page.get("total").asInt();
    }
    assertEquals(total, items.size(), path);
    assertEquals(total, new HashSet<>(items).size(), path);
    return items;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
