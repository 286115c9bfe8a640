package io.vde.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many at once: everyone is answered, or asked to come back. */
@QuarkusTest
class ManyClientsTest {
  private static final int CLIENTS = 16;
  private static final int CALLS = 12;

  @Inject Vertx vertx;

  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void demo() {
    DemoDataset.await();
  }

  @Test
  void sixteenEmbedWhileSixteenSearchAndTheEventLoopIsNeverBlocked() throws Exception {
    try (EventLoopWatch watch = new EventLoopWatch();
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      String images = images();
      List<Future<?>> all = new ArrayList<>();
      Map<String, Set<Integer>> seen = new ConcurrentHashMap<>();
      for (int client = 0; client < CLIENTS; client++) {
        String name = "client " + client;
        all.add(
            clients.submit(
                () ->
                    repeat(
                        i -> {
                          note(seen, "texts", post("/embed", texts(name + i)));
                          note(seen, "images", post("/embed", images));
                        })));
        all.add(
            clients.submit(
                () ->
                    repeat(
                        i -> {
                          note(seen, "first page", post("/search", search(name + " " + i, 0)));
                          note(seen, "next page", post("/search", search(name + " " + i, 50)));
                        })));
      }
      for (Future<?> one : all) {
        one.get(2, TimeUnit.MINUTES);
      }
      assertEquals(Set.of("texts", "images", "first page", "next page"), seen.keySet());
      for (Set<Integer> statuses : seen.values()) {
        assertTrue(statuses.contains(200), seen::toString);
        assertTrue(Set.of(200, 503).containsAll(statuses), seen::toString);
      }
      assertEquals(Set.of(), watch.blocked());
      assertEquals(Set.of(), watch.reported());
    }
  }

  @Test
  void anEventLoopThatStandsForLongIsReportedByVertx() throws Exception {
    try (EventLoopWatch watch = new EventLoopWatch()) {
      onAnEventLoop(
          () -> {
            long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            while (watch.reported().isEmpty() && System.nanoTime() < end) {
              LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
          });
      assertTrue(
          watch.reported().stream().anyMatch(line -> line.contains("blocked")),
          watch.reported()::toString);
    }
  }

  @Test
  void anEventLoopThatWaitsOrWorksInOurCodeIsFound() throws Exception {
    awaitBlocked(
        "waits: ",
        watch -> {
          while (watch.blocked().isEmpty()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
          }
        });
    awaitBlocked(
        "works: ",
        watch -> {
          while (watch.blocked().isEmpty()) {
            Thread.onSpinWait();
          }
        });
  }

  private void onAnEventLoop(Runnable work) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    vertx
        .getOrCreateContext()
        .runOnContext(
            start -> {
              work.run();
              done.complete(null);
            });
    done.get(2, TimeUnit.MINUTES);
  }

  private void awaitBlocked(String how, Consumer<EventLoopWatch> blocking) throws Exception {
    try (EventLoopWatch watch = new EventLoopWatch()) {
      onAnEventLoop(() -> blocking.accept(watch));
      assertTrue(
          watch.blocked().stream().allMatch(place -> place.startsWith(how)),
          watch.blocked()::toString);
    }
  }

  private interface Calls {
    void make(int i) throws Exception;
  }

  private static Void repeat(Calls calls) throws Exception {
    for (int i = 0; i < CALLS / 2; i++) {
      calls.make(i);
    }
    return null;
  }

  private static void note(Map<String, Set<Integer>> seen, String kind, int status) {
    seen.computeIfAbsent(kind, _ -> new ConcurrentSkipListSet<>()).add(status);
  }

  private int post(String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static String texts(String seed) {
    return IntStream.range(0, 32)
        .mapToObj(i -> "\"%s, picture number %d\"".formatted(seed, i))
        .collect(Collectors.joining(",", "{\"texts\":[", "]}"));
  }

  private static String images() throws Exception {
    try (InputStream in = ManyClientsTest.class.getResourceAsStream("/families/photo.jpg")) {
      String base64 = Base64.getEncoder().encodeToString(in.readAllBytes());
      return IntStream.range(0, 16)
          .mapToObj(i -> "{\"base64\":\"%s\"}".formatted(base64))
          .collect(Collectors.joining(",", "{\"images\":[", "]}"));
    }
  }

  private static String search(String words, int offset) {
    return "{\"dataset\":\"demo\",\"query\":{\"text\":\"%s\"},\"limit\":50,\"offset\":%d}"
        .formatted(words, offset);
  }
}
