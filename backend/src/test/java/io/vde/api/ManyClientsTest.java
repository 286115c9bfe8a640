package io.vde.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many at once: everyone is answered, or asked to come back. */
@QuarkusTest
class ManyClientsTest {
  private static final int CLIENTS = 16;
  private static final int CALLS = 12;

  private final List<String> blocked = Collections.synchronizedList(new ArrayList<>());
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void demo() {
    DemoDataset.await();
  }

  @Test
  void sixteenEmbedWhileSixteenSearchAndTheEventLoopIsNeverBlocked() throws Exception {
    Logger checker = Logger.getLogger("io.vertx.core.impl.BlockedThreadChecker");
    Handler handler = listening();
    checker.addHandler(handler);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      String images = images();
      List<Future<Set<Integer>>> all = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        String name = "client " + client;
        all.add(
            clients.submit(
                () -> statuses(i -> post("/embed", i % 2 == 0 ? images : texts(name + i)))));
        all.add(clients.submit(() -> statuses(i -> post("/search", search(name + " " + i)))));
      }
      Set<Integer> seen = new TreeSet<>();
      for (Future<Set<Integer>> one : all) {
        seen.addAll(one.get(2, TimeUnit.MINUTES));
      }
      assertTrue(seen.contains(200), seen::toString);
      seen.removeAll(Set.of(200, 503));
      assertEquals(Set.of(), seen);
      assertEquals(List.of(), blocked);
    } finally {
      checker.removeHandler(handler);
    }
  }

  private interface Call {
    int status(int i) throws Exception;
  }

  private static Set<Integer> statuses(Call call) throws Exception {
    Set<Integer> statuses = new TreeSet<>();
    for (int i = 0; i < CALLS; i++) {
      statuses.add(call.status(i));
    }
    return statuses;
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

  private static String search(String words) {
    return "{\"dataset\":\"demo\",\"query\":{\"text\":\"%s\"},\"limit\":50}".formatted(words);
  }

  /**
   * The checker goes by the clock, and cannot tell a thread that waits for something from one that
   * a busy machine does not let run. The thread itself can: on a lock, on another's answer, or
   * within our code it is blocked; in Netty's own it only waits for a core.
   */
  private Handler listening() {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        Thread.getAllStackTraces()
            .forEach(
                (thread, stack) -> {
                  boolean ours =
                      Arrays.stream(stack)
                          .anyMatch(frame -> frame.getClassName().startsWith("io.vde."));
                  if (record.getMessage().contains(thread.toString())
                      && (ours || thread.getState() != Thread.State.RUNNABLE)) {
                    blocked.add(record.getMessage() + " " + Arrays.toString(stack));
                  }
                });
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }
}
