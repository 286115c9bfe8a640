package io.vde.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the packaged service starts, refuses to start, and ends. */
class StartIT {
  @TempDir Path folder;

  private static void refusesInOneLine(Server server, String... words) throws Exception {
    assertTrue(server.process.waitFor(60, TimeUnit.SECONDS), server.output());
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
      assertTrue(server.get("/datasets").body().contains("\"total\":0"));
    }
    try (Stream<Path> left = Files.walk(home)) {
      assertEquals(List.of(home), left.toList());
    }
    assertFalse(server.output().contains(" WARN "), server.output());
    assertFalse(server.output().contains(" ERROR "), server.output());
  }

  @Test
  void interruptedItEndsWithinSeconds() throws Exception {
    Server server = Server.start(folder.resolve("data"), "-Dvde.demo=false");
    new ProcessBuilder("kill", "-INT", Long.toString(server.process.pid())).start().waitFor();
    assertTrue(server.process.waitFor(20, TimeUnit.SECONDS), server.output());
  }

  @Test
  void swaggerUiAndTheDocumentAreThereAndTheExamplesOfTheDocumentWork() throws Exception {
    try (Server server = Server.startWithDemo(folder.resolve("data"))) {
      assertEquals(200, server.get("/q/swagger-ui/").statusCode());
      assertEquals(200, server.get("/q/metrics").statusCode());
      JsonNode document = new ObjectMapper().readTree(server.get("/q/openapi?format=json").body());
      int tried = 0;
      String session = created(server);
      for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
        JsonNode examples =
            path.getValue().at("/post/requestBody/content/application~1json/examples");
        for (Map.Entry<String, JsonNode> example : examples.properties()) {
          JsonNode value = example.getValue().get("value");
          String body = value.isTextual() ? value.textValue() : value.toString();
          int status = server.post(path.getKey().replace("{id}", session), body).statusCode();
          assertTrue(status == 200 || status == 201, path.getKey() + " " + body + ": " + status);
          tried++;
        }
      }
      assertTrue(tried >= 8, "examples: " + tried);
    }
  }

  private static String created(Server server) throws IOException {
    return new ObjectMapper()
        .readTree(
            server.post("/sessions", "{\"dataset\":\"demo\",\"query\":{\"text\":\"mail\"}}").body())
        .at("/session/id")
        .asText();
  }
}
