package io.vde.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

  @Test
  void nothingAcknowledgedIsLostWhenTheProcessIsKilledAtRandomMoments() throws Exception {
    long seed = System.nanoTime();
    System.out.println("KillIT seed " + seed);
    Random random = new Random(seed);
    Server server = Server.startWithDemo(data);
    String session =
        JSON.readTree(
                server
                    .post("/sessions", "{\"dataset\":\"demo\",\"query\":{\"text\":\"cat\"}}")
                    .body())
            .at("/session/id")
            .asText();
    assertEquals(201, server.post("/datasets", "{\"name\":\"mine\"}").statusCode());
    List<String> ids = ids(server);
    for (int kill = 0; kill < KILLS; kill++) {
      writeUntilKilled(server, session, ids, random);
      server = Server.start(data);
      verify(server, session);
    }
    server.close();
    assertTrue(verdicts.size() > KILLS, "labels were written: " + verdicts.size());
    assertTrue(uploads.size() > KILLS, "images were uploaded: " + uploads.size());
    System.out.printf(
        "KillIT: %d verdicts and %d uploads acknowledged, none lost%n",
        verdicts.size(), uploads.size());
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
    AtomicBoolean killed = new AtomicBoolean();
    long labelSeed = random.nextLong();
    long uploadSeed = random.nextLong();
    try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> labeller =
          writers.submit(() -> label(server, session, ids, new Random(labelSeed), killed));
      Future<?> uploader = writers.submit(() -> upload(server, new Random(uploadSeed), killed));
      server.process.waitFor(200 + random.nextInt(1500), TimeUnit.MILLISECONDS);
      server.kill();
      killed.set(true);
      // Whatever else than a cut connection ended one of them is a fault of the service.
      labeller.get();
      uploader.get();
    }
  }

  private void label(
      Server server, String session, List<String> ids, Random random, AtomicBoolean killed) {
    while (!killed.get()) {
      String id = ids.get(random.nextInt(ids.size()));
      boolean positive = random.nextBoolean();
      boolean refit = random.nextInt(5) == 0;
      try {
        HttpResponse<String> answer =
            server.post(
                "/sessions/" + session + "/label",
                "{\"labels\":[{\"id\":\"%s\",\"positive\":%s}],\"refit\":%s}"
                    .formatted(id, positive, refit));
        if (answer.statusCode() == 200) {
          verdicts.put(id, positive);
        } else {
          throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
      } catch (UncheckedIOException e) {
        // Killed before it answered: either verdict may stand now.
        verdicts.remove(id);
        return;
      }
    }
  }

  private void upload(Server server, Random random, AtomicBoolean killed) {
    while (!killed.get()) {
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
        return;
      }
    }
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
    for (int offset = 0; ; offset += 1000) {
      JsonNode page =
          JSON.readTree(
              server
                  .get("/sessions/%s/labels?limit=1000&offset=%d".formatted(session, offset))
                  .body());
      page.get("items")
          .forEach(
              label -> stored.put(label.get("id").asText(), label.get("positive").asBoolean()));
      if (stored.size() == page.get("total").asInt()) {
        break;
      }
    }
    verdicts.forEach((id, positive) -> assertEquals(positive, stored.get(id), id));
    for (Map.Entry<String, String> upload : uploads.entrySet()) {
      HttpRequest file =
          server.request("/datasets/mine/images/" + upload.getKey() + "/file").GET().build();
      assertEquals(upload.getValue(), sha256(server.bytes(file)), upload.getKey());
    }
    assertEquals(200, server.get("/sessions/" + session + "/results?limit=1").statusCode());
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
