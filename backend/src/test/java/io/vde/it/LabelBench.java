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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;

/**
 * What a label costs at 25,000 images: the server's own time of calls that refit and give the next
 * page, and what of it the fit, the search and the store take. Run by hand; docs/learning.md has
 * the command.
 */
final class LabelBench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int IMAGES = 25_000;
  private static final int FILES = 500;
  private static final int CALLS = 300;
  private static final Pattern PART =
      Pattern.compile("vde_label_(\\w+)_seconds_sum(?:\\{[^}]*})? (\\S+)");

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
      List<Double> rounds = new ArrayList<>();
      List<Double> marks = new ArrayList<>();
      Map<String, List<Double>> parts = new LinkedHashMap<>();
      JsonNode hits = created.get("hits");
      for (int call = 0; call < CALLS; call++) {
        List<String> labels = new ArrayList<>();
        for (JsonNode hit : hits) {
          labels.add(
              "{\"id\":\"%s\",\"positive\":%s}"
                  .formatted(hit.get("id").asText(), random.nextBoolean()));
        }
        String first = "{\"labels\":[" + labels.getFirst() + "],\"refit\":false}";
        marks.add(answer(server, path + "/label", first).get("tookMs").asDouble());
        Map<String, Double> before = seconds(server);
        JsonNode answer =
            answer(server, path + "/label", "{\"labels\":[" + String.join(",", labels) + "]}");
        rounds.add(answer.get("tookMs").asDouble());
        seconds(server)
            .forEach(
                (part, sum) ->
                    parts
                        .computeIfAbsent(part, p -> new ArrayList<>())
                        .add(1e3 * (sum - before.getOrDefault(part, 0.))));
        hits = answer.get("hits");
      }
      print("marks of a page, a round, the next page", rounds);
      parts.forEach((part, times) -> print("of that: " + part, times));
      print("one mark stored, no round", marks);
    }
  }

  private static JsonNode answer(Server server, String path, String body) throws IOException {
    return JSON.readTree(server.post(path, body).body());
  }

  /** What the service has spent so far on each part of its label calls. */
  private static Map<String, Double> seconds(Server server) {
    return PART.matcher(server.get("/q/metrics").body())
        .results()
        .collect(Collectors.toMap(r -> r.group(1), r -> Double.parseDouble(r.group(2))));
  }

  private static void print(String what, List<Double> times) {
    Collections.sort(times);
    System.out.printf(
        Locale.ROOT,
        "| %s | %.1f | %.1f |%n",
        what,
        times.get(times.size() / 2),
        times.get(times.size() * 95 / 100));
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
