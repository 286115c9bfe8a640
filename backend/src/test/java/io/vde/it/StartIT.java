package io.vde.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vde.testing.Patience;
import io.vde.testing.SmallDisk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the packaged service starts, refuses to start, and ends. */
class StartIT {
  @TempDir Path folder;

  private static void refusesInOneLine(Server launched, String... words) throws Exception {
    try (Server server = launched) {
      assertRefusedInOneLine(server, words);
    }
  }

  private static void assertRefusedInOneLine(Server server, String... words) throws Exception {
    assertTrue(server.process.waitFor(Patience.SECONDS, TimeUnit.SECONDS), server.output());
    assertNotEquals(0, server.process.exitValue());
    List<String> lines =
        server.output().lines().filter(line -> line.startsWith("Cannot start:")).toList();
    assertEquals(1, lines.size(), server.output());
    for (String word : words) {
      assertTrue(lines.getFirst().contains(word), lines.getFirst());
    }
    assertFalse(server.output().contains("\tat "), server.output());
  }

  @Test
  void aPortThatIsTakenIsSaidInOneLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      int port = taken.getLocalPort();
      refusesInOneLine(
          Server.launch(folder.resolve("data"), port, Map.of()), Integer.toString(port));
    }
  }

  @Test
  void aDataFolderInUseIsSaidInOneLine() throws Exception {
    Path data = folder.resolve("data");
    try (Server first = Server.start(data, "-Dvde.demo=false")) {
      refusesInOneLine(Server.launch(data, Server.freePort(), Map.of()), "in use", "data");
      assertEquals(200, first.get("/info").statusCode());
    }
  }

  @Test
  void aDataFolderThatCannotBeWrittenIsSaidInOneLine() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    refusesInOneLine(
        Server.launch(file.resolve("data"), Server.freePort(), Map.of()), "cannot be written");
  }

  @Test
  void aPartOfTheDataFolderThatCannotBeWrittenIsSaidInOneLine() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    try (SmallDisk _ = SmallDisk.mount(data.resolve("datasets"), "ro")) {
      refusesInOneLine(
          Server.launch(data, Server.freePort(), Map.of()), "cannot be written", "datasets");
    }
  }

  @Test
  void withoutTheDemoThereIsNoDatasetAndNothingIsLeftOutsideTheDataFolder() throws Exception {
    Path home = Files.createDirectory(folder.resolve("home"));
    Path data = folder.resolve("data");
    Server server =
        Server.launch(
            data,
            Server.freePort(),
            Map.of("HOME", home.toString(), "JAVA_OPTS", "-Duser.home=" + home),
            "-Dvde.demo=false");
    try (server) {
      server.await("/q/health/ready", 200);
      assertTrue(server.output().contains("http://127.0.0.1:" + server.port), server.output());
      assertTrue(server.get("/datasets").body().contains("\"total\":0"));
    }
    try (Stream<Path> left = Files.walk(home)) {
      assertEquals(List.of(home), left.toList());
    }
    assertEquals(List.of(), server.complaints(), server.output());
  }

  @Test
  void interruptedItEndsWithinSeconds() throws Exception {
    assumeFalse(
        interruptsAreIgnored(), "A job in the background ignores interrupts, and all it starts");
    try (Server server = Server.start(folder.resolve("data"), "-Dvde.demo=false")) {
      new ProcessBuilder("kill", "-INT", Long.toString(server.process.pid())).start().waitFor();
      assertTrue(server.process.waitFor(Patience.SECONDS, TimeUnit.SECONDS), server.output());
    }
  }

  private static boolean interruptsAreIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(status)) {
      String ignored = lines.filter(line -> line.startsWith("SigIgn:")).findFirst().orElseThrow();
      // A bit a signal; that of SIGINT, which is 2, is the second.
      return (Long.parseUnsignedLong(ignored.substring(7).strip(), 16) & 2) != 0;
    }
  }

  @Test
  void aSecondStartAnswersWithinSecondsAndHasForgottenNothing() throws Exception {
    Path data = folder.resolve("data");
    String session;
    String classifier;
    String labels;
    try (Server server = Server.startWithDemo(data)) {
      session = created(server);
      assertLabelled(server, session, "{\"id\":\"noto-2709-fe0f\",\"positive\":true}");
      assertLabelled(server, session, "{\"id\":\"noto-1f524\",\"positive\":false}");
      assertLabelled(server, session, "{\"id\":\"noto-1f4e7\",\"positive\":true}");
      assertEquals(204, delete(server, "/datasets/demo/images/noto-2709-fe0f"));
      classifier = server.get("/sessions/" + session + "/classifier").body();
      labels = server.get("/sessions/" + session + "/labels").body();
    }
    // What a process leaves that is killed while files come in.
    Path upload = Files.createFile(data.resolve("uploads").resolve("upload1.tmp"));
    long start = System.nanoTime();
    try (Server server = Server.launch(data, Server.freePort(), Map.of())) {
      server.await("/search?q=mail&dataset=demo&limit=1", 200);
      double seconds = (System.nanoTime() - start) / 1e9;
      double work =
          server.process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L) / 1e3;
      System.out.printf(
          "StartIT: the first search was answered %.1f s after the start, and took %.1f s of cores%n",
          seconds, work);
      // 15 s on two cores of its own; here others may be at work, who do not add to its own.
      assertTrue(work <= 2 * 15, "the first search took " + work + " s of cores");
      assertTrue(seconds < 60, "the first search took " + seconds + " s");
      assertFalse(Files.exists(upload));
      server.await("/q/health/ready", 200);
      assertEquals(classifier, server.get("/sessions/" + session + "/classifier").body());
      assertEquals(labels, server.get("/sessions/" + session + "/labels").body());
      // Ready means ready: the first label does not wait for ND4J, whose start takes seconds.
      JsonNode first = assertLabelled(server, session, "{\"id\":\"noto-1f4ea\",\"positive\":true}");
      assertTrue(first.get("tookMs").asLong() < 1000, "the first label: " + first.get("tookMs"));
      assertEquals(404, server.get("/datasets/demo/images/noto-2709-fe0f").statusCode());
    }
  }

  private static JsonNode assertLabelled(Server server, String session, String label)
      throws IOException {
    HttpResponse<String> answer =
        server.post("/sessions/" + session + "/label", "{\"labels\":[" + label + "]}");
    assertEquals(200, answer.statusCode(), answer.body());
    return new ObjectMapper().readTree(answer.body());
  }

  private static int delete(Server server, String path) {
    return server.send(server.request(path).DELETE().build()).statusCode();
  }

  @Test
  void aDemoThatIsDeletedDuringItsImportStaysDeleted() throws Exception {
    Path data = folder.resolve("data");
    try (Server server = Server.start(data)) {
      server.awaitBody("/datasets/demo", body -> !body.contains("\"images\":0,"));
      JsonNode found = new ObjectMapper().readTree(server.get("/datasets/demo").body());
      assertEquals("importing", found.get("state").asText(), "deleted too late to tell anything");
      assertEquals(204, delete(server, "/datasets/demo?sessions=delete"));
      assertTrue(Files.exists(data.resolve("demo-imported")), "a kill now would bring it back");
      HttpResponse<String> made = server.post("/datasets", "{\"name\":\"demo\"}");
      assertEquals(201, made.statusCode(), made.body());
      assertEquals("ready", new ObjectMapper().readTree(made.body()).get("state").asText());
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
      while (!server.output().contains("The demo dataset was deleted during its import")) {
        assertTrue(System.nanoTime() < end, server.output());
        server.process.waitFor(50, TimeUnit.MILLISECONDS);
      }
      JsonNode mine = new ObjectMapper().readTree(server.get("/datasets/demo").body());
      assertEquals("ready", mine.get("state").asText());
      assertEquals(0, mine.get("images").asInt(), "what was meant for the one before it");
      assertEquals(List.of(), server.complaints(), server.output());
      assertEquals(204, delete(server, "/datasets/demo?sessions=delete"));
    }
    try (Server server = Server.start(data)) {
      assertEquals(404, server.get("/datasets/demo").statusCode());
    }
  }

  @Test
  void swaggerUiAndTheDocumentAreThereAndTheExamplesOfTheDocumentWork() throws Exception {
    try (Server server = Server.startWithDemo(folder.resolve("data"))) {
      assertEquals(200, server.get("/q/swagger-ui/").statusCode());
      assertEquals(200, server.get("/q/metrics").statusCode());
      JsonNode document = new ObjectMapper().readTree(server.get("/q/openapi?format=json").body());
      int bodies = 0;
      int reads = 0;
      String session = created(server);
      for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
        String address = filledIn(path.getKey(), session);
        for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
          String method = operation.getKey().toUpperCase(Locale.ROOT);
          for (String body : bodies(operation.getValue())) {
            assertSucceeds(server, method, address, body);
            bodies++;
          }
          if (method.equals("GET")) {
            assertSucceeds(server, method, address + parameters(operation.getValue()), null);
            reads++;
          }
        }
      }
      assertTrue(bodies >= 9, "bodies: " + bodies);
      assertTrue(reads >= 14, "reads: " + reads);
    }
  }

  private static String filledIn(String path, String session) {
    return path.startsWith("/sessions")
        ? path.replace("{id}", session)
        : path.replace("{name}", "demo").replace("{id}", "noto-2709-fe0f");
  }

  /** The examples of a body, as they are shown. */
  private static List<String> bodies(JsonNode operation) {
    List<String> bodies = new ArrayList<>();
    JsonNode examples = operation.at("/requestBody/content/application~1json/examples");
    for (Map.Entry<String, JsonNode> example : examples.properties()) {
      JsonNode value = example.getValue().get("value");
      bodies.add(value.isTextual() ? value.textValue() : value.toString());
    }
    return bodies;
  }

  /** The examples of a query's parameters, as a query. */
  private static String parameters(JsonNode operation) {
    StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
    for (JsonNode parameter : operation.path("parameters")) {
      if (parameter.get("in").asText().equals("query") && parameter.has("example")) {
        String value = URLEncoder.encode(parameter.get("example").asText(), StandardCharsets.UTF_8);
        query.add(parameter.get("name").asText() + "=" + value);
      }
    }
    return query.toString();
  }

  private static void assertSucceeds(Server server, String method, String address, String body) {
    HttpRequest request =
        server
            .request(address)
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = server.send(request);
    assertTrue(
        answer.statusCode() == 200 || answer.statusCode() == 201,
        () ->
            "%s %s %s: %d %s".formatted(method, address, body, answer.statusCode(), answer.body()));
  }

  private static String created(Server server) throws IOException {
    return new ObjectMapper()
        .readTree(
            server.post("/sessions", "{\"dataset\":\"demo\",\"query\":{\"text\":\"mail\"}}").body())
        .at("/session/id")
        .asText();
  }
}
