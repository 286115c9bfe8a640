package io.vde.api;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vde.clip.Encoder;
import io.vde.media.ByteBudget;
import io.vde.media.Lane;
import io.vde.media.Pixels;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Work that nobody waits for any more. The model is held, so that none of it can be done. */
@QuarkusTest
class GoneClientsTest {
  private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(1);

  @TestHTTPResource("/")
  URI root;

  @Inject Encoder encoder;

  @Inject ByteBudget budget;

  private final CountDownLatch free = new CountDownLatch(1);
  private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
  private final Handler listener =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          if (record.getThrown() != null
              || record.getLevel().intValue() >= Level.WARNING.intValue()) {
            log.add(record.getLoggerName() + ": " + record.getMessage() + " " + record.getThrown());
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void demo() {
    DemoDataset.await();
    Logger.getLogger("").addHandler(listener);
  }

  @AfterEach
  void free() {
    free.countDown();
    Logger.getLogger("").removeHandler(listener);
  }

  @Test
  void textsOfAClientThatGoesAwayLeaveTheQueue() throws Exception {
    holdTexts();
    try (Socket stays = sent(post("/embed", texts("stays", 3)));
        Socket goes = sent(post("/embed", texts("goes", 16)))) {
      await(this::textsWaiting, 19);
      leave(goes);
      await(this::textsWaiting, 3);
      free.countDown();
      assertEquals("HTTP/1.1 200 OK", statusLine(stays));
    }
    assertEquals(List.of(), List.copyOf(log));
  }

  @Test
  void filesOfAClientThatGoesAwayLeaveTheQueue() throws Exception {
    Pixels black = new Pixels(1, 1, new byte[3]);
    hold(() -> encoder.embedImage(black, Lane.INTERACTIVE));
    byte[] gif = Base64.getDecoder().decode("R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=");
    String part =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.gif\"\r\n\r\n"
            + new String(gif, StandardCharsets.ISO_8859_1)
            + "\r\n";
    String body = part.repeat(5) + "--b--\r\n";
    try (Socket goes = sent(request("/embed", "multipart/form-data; boundary=b", body))) {
      await(this::imagesWaiting, 5);
      leave(goes);
      await(this::imagesWaiting, 0);
    }
    assertEquals(List.of(), List.copyOf(log));
  }

  @Test
  void theMemoryOfABodyWhoseClientGoesAwayIsFreeAgain() throws Exception {
    int before = freeMegabytes();
    holdTexts();
    try (Socket goes = sent(post("/embed", texts("large ".repeat(1500), 200)))) {
      await(this::textsWaiting, 16);
      assertTrue(freeMegabytes() < before, "a large body takes nothing");
      leave(goes);
      await(this::textsWaiting, 0);
      await(this::freeMegabytes, before);
    }
    assertEquals(List.of(), List.copyOf(log));
  }

  private int freeMegabytes() {
    int free = 0;
    try (ByteBudget.Share all = budget.none()) {
      while (all.grow(1 << 20)) {
        free++;
      }
    }
    return free;
  }

  @Test
  void aSearchOfAClientThatGoesAwayLeavesTheQueue() throws Exception {
    holdTexts();
    String words = "\"words%d\"".formatted(System.nanoTime());
    String search = "{\"dataset\":\"demo\",\"query\":{\"text\":%s}}".formatted(words);
    try (Socket goes = sent(post("/search", search))) {
      await(this::textsWaiting, 1);
      leave(goes);
      await(this::textsWaiting, 0);
    }
    assertEquals(List.of(), List.copyOf(log));
  }

  @Test
  void ofTwoCallsOnOneConnectionOnlyTheOneThatIsGivenUpEnds() throws Exception {
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      HttpRequest first = HttpRequest.newBuilder(root.resolve("/info")).build();
      HttpResponse<String> info = http.send(first, BodyHandlers.ofString());
      assertEquals(HttpClient.Version.HTTP_2, info.version());
      holdTexts();
      CompletableFuture<HttpResponse<String>> stays = embedded(http, texts("stays", 2));
      CompletableFuture<HttpResponse<String>> goes = embedded(http, texts("goes", 4));
      await(this::textsWaiting, 6);
      goes.cancel(true);
      await(this::textsWaiting, 2);
      free.countDown();
      assertEquals(200, stays.get(1, TimeUnit.MINUTES).statusCode());
    }
    assertEquals(List.of(), List.copyOf(log));
  }

  @Test
  void whatChangesSomethingIsDoneAllTheSameAlsoAfterASearchOnTheSameConnection() throws Exception {
    String name = "kept" + System.nanoTime();
    try (Socket socket =
        sent("GET /search?q=horse&dataset=demo HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
      assertEquals("HTTP/1.1 200 OK", statusLine(socket));
      holdTexts();
      String session =
          "{\"dataset\":\"demo\",\"query\":{\"text\":\"%s\"},\"name\":\"%s\"}"
              .formatted(name, name);
      write(socket, post("/sessions", session));
      await(this::textsWaiting, 1);
    }
    // A call that ends with its client, and began later, is gone: so would be this one.
    try (Socket goes = sent(post("/embed", texts("goes", 1)))) {
      await(this::textsWaiting, 2);
      leave(goes);
      await(this::textsWaiting, 1);
    }
    assertFalse(names().contains(name));
    free.countDown();
    await(() -> names().contains(name) ? 1 : 0, 1);
    assertEquals(List.of(), List.copyOf(log));
  }

  private static List<String> names() {
    return given().get("/sessions").then().statusCode(200).extract().path("items.name");
  }

  private int textsWaiting() {
    return encoder.usage().textsWaiting();
  }

  private int imagesWaiting() {
    return encoder.usage().imagesWaiting();
  }

  private void holdTexts() throws InterruptedException {
    hold(() -> encoder.embedText("hold" + System.nanoTime(), Lane.INTERACTIVE));
  }

  /** Keeps a tower's thread from its next run: what depends on a vector runs there. */
  private void hold(Supplier<CompletableFuture<float[]>> run) throws InterruptedException {
    Thread here = Thread.currentThread();
    AtomicBoolean late = new AtomicBoolean();
    CountDownLatch held = new CountDownLatch(1);
    do {
      late.set(false);
      var _ =
          run.get()
              .thenRun(
                  () -> {
                    // Where the vector is there already, this runs here: the next one may do.
                    late.set(Thread.currentThread() == here);
                    if (!late.get()) {
                      held.countDown();
                      waitUntilFree();
                    }
                  });
    } while (late.get());
    assertTrue(held.await(1, TimeUnit.MINUTES));
  }

  private void waitUntilFree() {
    try {
      free.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String texts(String seed, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"%s %d %d\"".formatted(seed, i, System.nanoTime()))
        .collect(Collectors.joining(",", "{\"texts\":[", "]}"));
  }

  private CompletableFuture<HttpResponse<String>> embedded(HttpClient http, String body) {
    return http.sendAsync(
        HttpRequest.newBuilder(root.resolve("/embed"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static String post(String path, String json) {
    return request(path, "application/json", json);
  }

  /** Its body is in Latin-1, a byte a character. */
  private static String request(String path, String type, String body) {
    return "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(path, type, body.length(), body);
  }

  private Socket sent(String request) throws IOException {
    Socket socket = new Socket(root.getHost(), root.getPort());
    socket.setSoTimeout((int) TimeUnit.NANOSECONDS.toMillis(LIMIT_NANOS));
    write(socket, request);
    return socket;
  }

  private static void write(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static void leave(Socket socket) throws IOException {
    socket.close();
  }

  private static String statusLine(Socket socket) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = socket.getInputStream().read(); c >= 0 && c != '\r'; ) {
      line.append((char) c);
      c = socket.getInputStream().read();
    }
    return line.toString();
  }

  private static void await(IntSupplier actual, int expected) {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (actual.getAsInt() != expected && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    assertEquals(expected, actual.getAsInt());
  }
}
