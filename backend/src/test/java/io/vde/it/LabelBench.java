package io.vde.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * What a label costs at 25,000 images: the server's own time of calls that refit and give the next
 * page, beside the parts that can be called alone. Run by hand; docs/learning.md has the command.
 */
final class LabelBench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int IMAGES = 25_000;
  private static final int FILES = 500;
  private static final int CALLS = 300;

  private LabelBench() {}

  public static void main(String[] args) throws Exception {
    Path data = Files.createTempDirectory(Path.of("target"), "label-bench");
    try (Server server = Server.start(data, "-Dvde.demo=false")) {
      server.post("/datasets", "{\"name\":\"bench\"}");
      Random random = new Random(1);
      for (int sent = 0; sent < IMAGES; sent += FILES) {
        upload(server, random);
      }
      System.out.println(server.get("/datasets/bench").body());
      JsonNode created =
          JSON.readTree(server.post("/sessions", "{\"query\":{\"text\":\"noise\"}}").body());
      String path = "/sessions/" + created.at("/session/id").asText();
      List<Long> rounds = new ArrayList<>();
      List<Long> marks = new ArrayList<>();
      List<Long> searches = new ArrayList<>();
      JsonNode hits = created.get("hits");
      for (int call = 0; call < CALLS; call++) {
        List<String> labels = new ArrayList<>();
        for (JsonNode hit : hits) {
          labels.add(
              "{\"id\":\"%s\",\"positive\":%s}"
                  .formatted(hit.get("id").asText(), random.nextBoolean()));
        }
        String first = "{\"labels\":[" + labels.getFirst() + "],\"refit\":false}";
        marks.add(took(server, path + "/label", first));
        JsonNode answer =
            JSON.readTree(
                server
                    .post(path + "/label", "{\"labels\":[" + String.join(",", labels) + "]}")
                    .body());
        rounds.add(answer.get("tookMs").asLong());
        hits = answer.get("hits");
        searches.add(
            took(
                server,
                "/search",
                "{\"limit\":9,\"query\":{\"session\":\"%s\"}}"
                    .formatted(created.at("/session/id").asText())));
      }
      print("marks of a page, a round, the next page", rounds);
      print("one mark stored, no round", marks);
      print("a search with the classifier", searches);
    }
  }

  private static long took(Server server, String path, String body) throws IOException {
    return JSON.readTree(server.post(path, body).body()).get("tookMs").asLong();
  }

  private static void print(String what, List<Long> times) {
    Collections.sort(times);
    System.out.printf(
        "| %s | %d | %d |%n",
        what, times.get(times.size() / 2), times.get(times.size() * 95 / 100));
  }

  private static void upload(Server server, Random random) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int i = 0; i < FILES; i++) {
      body.writeBytes(
          "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%d.png\"\r\n\r\n"
              .formatted(i)
              .getBytes(StandardCharsets.UTF_8));
      BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
      for (int pixel = 0; pixel < 64; pixel++) {
        image.setRGB(pixel % 8, pixel / 8, random.nextInt(1 << 24));
      }
      ImageIO.write(image, "png", body);
      body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
    }
    body.writeBytes("--cut--\r\n".getBytes(StandardCharsets.UTF_8));
    server.send(
        server
            .request("/datasets/bench/images")
            .header("Content-Type", "multipart/form-data; boundary=cut")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
            .build());
  }
}
