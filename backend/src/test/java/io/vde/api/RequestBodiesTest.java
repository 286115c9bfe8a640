package io.vde.api;

import static io.restassured.RestAssured.given;
import static io.vde.api.DemoDataset.json;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vde.media.ByteBudget;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a body may take of the heap and of the disk, whatever it says of itself. */
@QuarkusTest
class RequestBodiesTest {
  private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long FAR_BEYOND = 300_000_000;

  @TestHTTPResource("/")
  URI root;

  @ConfigProperty(name = "vde.data-dir")
  Path data;

  @Inject ByteBudget budget;

  @BeforeEach
  void demo() {
    DemoDataset.await();
  }

  /** What came back, and how many bytes of the body had been sent by then. */
  private record Answer(String text, long sent) {}

  /** Sends a body of unknown length, chunk after chunk, until the service answers. */
  private Answer sentUntilAnswered(String path, String type, String start, String more)
      throws Exception {
    AtomicLong sent = new AtomicLong();
    try (Socket socket = new Socket(root.getHost(), root.getPort())) {
      socket.setSoTimeout((int) TimeUnit.MINUTES.toMillis(2));
      CompletableFuture<String> answer = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  byte[] first = new byte[4096];
                  int count = socket.getInputStream().read(first);
                  answer.complete(new String(first, 0, Math.max(count, 0), StandardCharsets.UTF_8));
                } catch (IOException e) {
                  answer.completeExceptionally(e);
                }
              });
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST %s HTTP/1.1\r\nHost: localhost:%d\r\nContent-Type: %s\r\n"
                  + "Transfer-Encoding: chunked\r\n\r\n")
              .formatted(path, root.getPort(), type)
              .getBytes(StandardCharsets.US_ASCII));
      chunk(out, start);
      String large = more.repeat((1 << 16) / more.length());
      while (!answer.isDone() && sent.get() < FAR_BEYOND) {
        chunk(out, large);
        sent.addAndGet(large.length());
      }
      return new Answer(answer.get(1, TimeUnit.MINUTES), sent.get());
    }
  }

  private static void chunk(OutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(bytes);
    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  @Test
  void aJsonBodyWithoutALengthIsTooLargeAsSoonAsItIsBeyondTheLimit() throws Exception {
    Answer answer =
        sentUntilAnswered("/embed", "application/json", "{\"images\":[{\"base64\":\"", "AAAA");
    assertTrue(answer.text.startsWith("HTTP/1.1 413"), answer.text);
    assertTrue(answer.text.contains("urn:vde:too-large"), answer.text);
    assertTrue(answer.sent < FAR_BEYOND, "it went on to the end");
  }

  @Test
  void aListOfMoreValuesThanAnyCallTakesIsRefusedBeforeItIsOnTheHeap() throws Exception {
    Answer answer =
        sentUntilAnswered("/sessions/x/label", "application/json", "{\"labels\":[{}", ",{}");
    assertTrue(answer.text.startsWith("HTTP/1.1 400"), answer.text);
    assertTrue(answer.sent < 50_000_000, "read before it was refused: " + answer.sent);
  }

  @Test
  void overHttp2ABodyWithoutALengthIsTooLargeAsWell() throws Exception {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      HttpResponse<String> first =
          client.send(
              HttpRequest.newBuilder(root.resolve("/info")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(HttpClient.Version.HTTP_2, first.version());
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(root.resolve("/embed"))
                  .header("Content-Type", "application/json")
                  .timeout(java.time.Duration.ofMinutes(2))
                  .POST(
                      HttpRequest.BodyPublishers.ofInputStream(
                          () -> endless("{\"images\":[{\"base64\":\"", "AAAA")))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(413, answer.statusCode());
      assertTrue(answer.body().contains("urn:vde:too-large"), answer.body());
    }
  }

  private static InputStream endless(String start, String more) {
    byte[] block = more.repeat((1 << 16) / more.length()).getBytes(StandardCharsets.UTF_8);
    return new SequenceInputStream(
        new ByteArrayInputStream(start.getBytes(StandardCharsets.UTF_8)),
        new InputStream() {
          @Override
          public int read() {
            return block[0];
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            int count = Math.min(length, block.length);
            System.arraycopy(block, 0, into, offset, count);
            return count;
          }
        });
  }

  @Test
  void whenOthersHoldTheBudgetALargeBodyIsTurnedAwayAndASmallOneIsRead() {
    String small = "{\"texts\":[\"cat\"]}";
    String large = "{\"texts\":[\"cat\"]" + " ".repeat(3 << 20) + "}";
    ByteBudget.Share others = budget.none();
    try {
      for (long step = 1L << 30; step >= 1024; step /= 2) {
        while (others.grow(step)) {
          assertTrue(step > 0);
        }
      }
      json(large)
          .post("/embed")
          .then()
          .statusCode(503)
          .header("Retry-After", notNullValue())
          .body("type", equalTo("urn:vde:unavailable"));
      json(small).post("/embed").then().statusCode(200);
    } finally {
      others.close();
    }
    json(large).post("/embed").then().statusCode(200);
  }

  private static final String FIELD =
      "--cut\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n";

  @Test
  void theFieldOfAnUploadIsBoundedAndNothingOfItStays() throws Exception {
    Answer answer =
        sentUntilAnswered(
            "/datasets/demo/images",
            "multipart/form-data; boundary=cut",
            FIELD.formatted("metadata"),
            "xxxx");
    assertTrue(answer.text.startsWith("HTTP/1.1 413"), answer.text);
    assertTrue(answer.sent < FAR_BEYOND, "it went on to the end");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--cut\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n",
        "--cut\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n",
        "--cut\r\nContent-Disposition: form-data\r\n\r\n",
        "--cut\r\nContent-Disposition: form-data; name=\r\n\r\n",
        "--cut\r\nX: ",
        "--cut\r\n",
        "no boundary at all"
      })
  void aPartThatIsNotReadHereOrAnEndlessHeaderIsRefusedAtOnce(String start) throws Exception {
    for (String path : List.of("/datasets/demo/images", "/embed")) {
      Answer answer = sentUntilAnswered(path, "multipart/form-data; boundary=cut", start, "xxxx");
      assertTrue(answer.text.startsWith("HTTP/1.1 400"), answer.text);
      assertTrue(answer.sent < 50_000_000, "read before it was refused: " + answer.sent);
    }
  }

  @Test
  void moreFilesThanAllowedAreRefusedBeforeTheyFillTheDisk() throws Exception {
    String file =
        "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nx\r\n";
    Answer answer =
        sentUntilAnswered("/datasets/demo/images", "multipart/form-data; boundary=cut", file, file);
    assertTrue(answer.text.startsWith("HTTP/1.1 400"), answer.text);
    assertTrue(answer.text.contains("1 to 1000 times"), answer.text);
    awaitNoUploads();
  }

  private void awaitNoUploads() throws IOException {
    await(() -> uploads().isEmpty());
  }

  /**
   * Begins a request that says it is longer than it is, and hangs up when the service is seen to
   * read it.
   */
  private void cutOff(String path, String type, String body, Condition isRead) throws IOException {
    try (Socket socket = new Socket(root.getHost(), root.getPort())) {
      socket
          .getOutputStream()
          .write(
              ("POST %s HTTP/1.1\r\nHost: localhost:%d\r\nContent-Type: %s\r\n"
                      + "Content-Length: %d\r\n\r\n%s")
                  .formatted(path, root.getPort(), type, body.length() + 1000, body)
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      await(isRead);
    }
  }

  /** Something that becomes true. */
  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(Condition condition) throws IOException {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < end, "it never became true");
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private List<Path> uploads() throws IOException {
    try (Stream<Path> files = Files.list(data.resolve("uploads"))) {
      return files.toList();
    }
  }

  /** Takes all that is free of the budget, for a moment. */
  private long freeBytes() {
    long free = 0;
    try (ByteBudget.Share share = budget.none()) {
      for (long step = 1L << 30; step >= 1024; step /= 2) {
        while (share.grow(step)) {
          free += step;
        }
      }
    }
    return free;
  }

  @Test
  void anUploadCutOffHalfWayKeepsNothingAndLeavesNothing() throws Exception {
    String name = "cut-" + System.nanoTime();
    json("{\"name\":\"%s\"}".formatted(name)).post("/datasets").then().statusCode(201);
    String picture = "GIF87a" + "x".repeat(100_000);
    cutOff(
        "/datasets/" + name + "/images",
        "multipart/form-data; boundary=cut",
        "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.gif\"\r\n\r\n"
            + picture
            + "\r\n--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.gif\"\r\n\r\n"
            + picture,
        () -> uploads().size() == 2);
    awaitNoUploads();
    given().get("/datasets/" + name).then().body("images", equalTo(0));
    given().delete("/datasets/" + name).then().statusCode(204);
  }

  @Test
  void aLabelCallCutOffHalfWayAppliesNothing() throws Exception {
    String session = DemoDataset.session("clock");
    List<String> ids = DemoDataset.nearest("clock", 2);
    long free = freeBytes();
    cutOff(
        "/sessions/" + session + "/label",
        "application/json",
        "{\"labels\":[{\"id\":\"%s\",\"positive\":true},".formatted(ids.get(0))
            + " ".repeat(3 << 20),
        // A body of that size needs a share of the budget while it is read.
        () -> freeBytes() < free);
    await(() -> freeBytes() == free);
    // Calls on one session are applied in turn: this one tells what the one before has left.
    json("{\"labels\":[{\"id\":\"%s\",\"positive\":false}]}".formatted(ids.get(1)))
        .post("/sessions/" + session + "/label")
        .then()
        .statusCode(200)
        .body("session.revision", equalTo(1))
        .body("session.counts.positive", equalTo(0))
        .body("session.counts.negative", equalTo(1));
  }

  @Test
  void aFileBeyondTheLimitWhoseLengthIsNotSaidFailsAndTheOthersDoNot() throws Exception {
    String name = "long-" + System.nanoTime();
    json("{\"name\":\"%s\"}".formatted(name)).post("/datasets").then().statusCode(201);
    byte[] small;
    try (InputStream in = RequestBodiesTest.class.getResourceAsStream("/it/picture.png")) {
      small = in.readAllBytes();
    }
    String head = "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n\r\n";
    List<InputStream> parts =
        List.of(
            new ByteArrayInputStream(head.formatted("large").getBytes(StandardCharsets.UTF_8)),
            new ByteArrayInputStream(new byte[50_000_001]),
            new ByteArrayInputStream(
                ("\r\n" + head.formatted("small")).getBytes(StandardCharsets.UTF_8)),
            new ByteArrayInputStream(small),
            new ByteArrayInputStream("\r\n--cut--\r\n".getBytes(StandardCharsets.UTF_8)));
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(root.resolve("/datasets/" + name + "/images"))
                  .header("Content-Type", "multipart/form-data; boundary=cut")
                  .POST(
                      HttpRequest.BodyPublishers.ofInputStream(
                          () -> new SequenceInputStream(java.util.Collections.enumeration(parts))))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(200, answer.statusCode(), answer.body());
      assertTrue(answer.body().contains("50 MB"), answer.body());
      assertTrue(answer.body().contains("created"), answer.body());
    }
    awaitNoUploads();
    given().delete("/datasets/" + name).then().statusCode(204);
  }

  @Test
  void aMultipartBodyThatIsNoneIsMalformed() {
    for (String type : List.of("multipart/form-data", "multipart/form-data; boundary=")) {
      given()
          .contentType(type)
          .body("--cut--\r\n".getBytes(StandardCharsets.UTF_8))
          .post("/embed")
          .then()
          .statusCode(400)
          .body("detail", containsString("boundary"));
    }
    byte[] broken = "--cut\r\nno colon\r\n\r\nx\r\n--cut--\r\n".getBytes(StandardCharsets.UTF_8);
    given()
        .contentType("multipart/form-data; boundary=cut")
        .body(broken)
        .post("/embed")
        .then()
        .statusCode(400);
    given()
        .contentType("multipart/form-data; boundary=cut")
        .body(Arrays.copyOf(broken, 10))
        .post("/embed")
        .then()
        .statusCode(400);
  }
}
