package io.vde.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.vde.testing.Patience;
import io.vde.testing.Settings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteFetcherTest {
  private static final String VAGUE = "The URL could not be fetched.";
  private static Vertx vertx;
  private final List<RemoteFetcher> fetchers = new ArrayList<>();
  private final ByteBudget memory = new ByteBudget(64 << 20);
  private HttpServer server;
  private ExecutorService serving;
  private int port;

  @BeforeAll
  static void begin() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void end() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    serving = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(serving);
    server.start();
    port = server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    fetchers.forEach(RemoteFetcher::close);
    server.stop(0);
    serving.shutdownNow();
  }

  @Test
  void fetchesTheBytesAndTellsNothingOfUs() {
    AtomicReference<Headers> seen = new AtomicReference<>();
    byte[] body = new byte[100_000];
    Arrays.fill(body, (byte) 7);
    answer(
        "/a",
        exchange -> {
          seen.set(exchange.getRequestHeaders());
          assertEquals("q=1%202", exchange.getRequestURI().getRawQuery());
          send(exchange, 200, body);
        });
    assertArrayEquals(
        body,
        fetcher("vde.fetch.allow", "127.0.0.1")
            .fetch(at("127.0.0.1", "/a?q=1%202"), memory)
            .body());
    for (String header : List.of("Cookie", "Authorization", "Referer")) {
      assertNull(seen.get().getFirst(header), header);
    }
  }

  @Test
  void usesNoConnectionTwiceSoThatNoneIsStale() {
    Set<InetSocketAddress> clients = ConcurrentHashMap.newKeySet();
    answer(
        "/a",
        exchange -> {
          clients.add(exchange.getRemoteAddress());
          assertEquals("close", exchange.getRequestHeaders().getFirst("Connection"));
          send(exchange, 200, new byte[] {1});
        });
    RemoteFetcher fetcher = fetcher("vde.fetch.allow", "127.0.0.1");
    for (int i = 0; i < 5; i++) {
      fetcher.fetch(at("127.0.0.1", "/a"), memory).share().close();
    }
    assertEquals(5, clients.size());
  }

  @Test
  void readsAnAnswerThatIsShortEnoughToComeAtOnce() {
    answer("/a", exchange -> send(exchange, 200, new byte[] {7}));
    RemoteFetcher fetcher = fetcher("vde.fetch.allow", "127.0.0.1");
    for (int i = 0; i < 300; i++) {
      assertArrayEquals(new byte[] {7}, fetcher.fetch(at("127.0.0.1", "/a"), memory).body());
    }
  }

  @Test
  void connectsToTheCheckedAddressWithTheHostsName() {
    AtomicReference<String> host = new AtomicReference<>();
    answer(
        "/a",
        exchange -> {
          host.set(exchange.getRequestHeaders().getFirst("Host"));
          send(exchange, 200, new byte[] {1});
        });
    assertEquals(
        1,
        fetcher("vde.fetch.allow", "localhost").fetch(at("localhost", "/a"), memory).body().length);
    assertEquals("localhost:" + port, host.get());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:%d/a",
        "http://localhost:%d/a",
        "http://2130706433:%d/a",
        "http://0.0.0.0:%d/a",
        "http://[::1]:%d/a",
        "http://[::ffff:127.0.0.1]:%d/a",
        "http://[64:ff9b::7f00:1]:%d/a",
        "http://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "http://no-such-host.invalid/"
      })
  void privateAddressesReadLikeAnyFailure(String url) {
    AtomicInteger calls = new AtomicInteger();
    answer("/a", exchange -> calls.incrementAndGet());
    FetchFailedException e =
        assertThrows(
            FetchFailedException.class,
            () -> fetcher().fetch(URI.create(url.formatted(port)), memory).body());
    assertEquals(VAGUE, e.getMessage());
    assertEquals(0, calls.get());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "ftp://example.org/a",
        "jar:http://example.org!/a",
        "data:image/png;base64,AAAA",
        "//example.org/a",
        "a.png",
        "http:///a",
        "http://127.1/a",
        "http://user:secret@example.org/a"
      })
  void onlyPlainWebUrlsAreFetched(String url) {
    assertThrows(FetchFailedException.class, () -> fetcher().fetch(URI.create(url), memory).body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:%d/secret",
        "//127.0.0.1:%d/secret",
        "file:///etc/passwd",
        "not a url",
        ""
      })
  void aRedirectIsCheckedAgain(String location) {
    AtomicInteger calls = new AtomicInteger();
    answer(
        "/secret",
        exchange -> {
          calls.incrementAndGet();
          send(exchange, 200, new byte[] {1});
        });
    answer(
        "/a",
        exchange -> {
          exchange.getResponseHeaders().add("Location", location.formatted(port));
          send(exchange, 302, new byte[0]);
        });
    // Allowed by its name alone: its address, where somebody listens, is refused.
    assertThrows(
        FetchFailedException.class,
        () -> fetcher("vde.fetch.allow", "localhost").fetch(at("localhost", "/a"), memory).body());
    assertEquals(0, calls.get());
  }

  @Test
  void redirectsAreFollowedButNotForEver() {
    answer("/end", exchange -> send(exchange, 200, new byte[] {1, 2, 3}));
    answer(
        "/hop/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          int left = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
          exchange.getResponseHeaders().add("Location", left == 1 ? "/end" : "" + (left - 1));
          send(exchange, 307, new byte[0]);
        });
    RemoteFetcher fetcher = fetcher("vde.fetch.allow", "127.0.0.0/8");
    assertEquals(3, fetcher.fetch(at("127.0.0.1", "/hop/5"), memory).body().length);
    assertThrows(
        FetchFailedException.class, () -> fetcher.fetch(at("127.0.0.1", "/hop/6"), memory).body());
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 206, 400, 404, 500})
  void anythingBut200IsAFailure(int status) {
    answer("/a", exchange -> send(exchange, status, new byte[0]));
    FetchFailedException e =
        assertThrows(
            FetchFailedException.class,
            () ->
                fetcher("vde.fetch.allow", "127.0.0.1")
                    .fetch(at("127.0.0.1", "/a"), memory)
                    .body());
    assertEquals(VAGUE, e.getMessage());
  }

  @Test
  void anAnswerThatIsTooLongIsCutOff() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    CountDownLatch hungUp = new CountDownLatch(1);
    answer(
        "/a",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] block = new byte[1 << 16];
          try (OutputStream out = exchange.getResponseBody()) {
            while (sent.addAndGet(block.length) < 1 << 30) {
              out.write(block);
            }
          } catch (IOException e) {
            hungUp.countDown();
          }
        });
    RemoteFetcher fetcher =
        fetcher("vde.fetch.allow", "127.0.0.1", "vde.fetch.max-bytes", "1000000");
    assertThrows(
        ImageTooLargeException.class, () -> fetcher.fetch(at("127.0.0.1", "/a"), memory).body());
    assertTrue(hungUp.await(Patience.SECONDS, TimeUnit.SECONDS), "the connection is closed");
    assertTrue(sent.get() < 1 << 27, sent + " bytes were sent");
  }

  @Test
  void aBodyOfExactlyTheLimitIsTaken() {
    answer("/a", exchange -> send(exchange, 200, new byte[1000]));
    answer("/b", exchange -> send(exchange, 200, new byte[1001]));
    RemoteFetcher fetcher = fetcher("vde.fetch.allow", "127.0.0.1", "vde.fetch.max-bytes", "1000");
    assertEquals(1000, fetcher.fetch(at("127.0.0.1", "/a"), memory).body().length);
    assertThrows(
        ImageTooLargeException.class, () -> fetcher.fetch(at("127.0.0.1", "/b"), memory).body());
  }

  @Test
  void aBodyThatEndsEarlyIsAFailure() {
    answer(
        "/a",
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write(new byte[10]);
          exchange.close();
        });
    assertThrows(
        FetchFailedException.class,
        () -> fetcher("vde.fetch.allow", "127.0.0.1").fetch(at("127.0.0.1", "/a"), memory).body());
  }

  @Test
  void aServerThatNeverAnswersIsGivenUp() throws Exception {
    List<String> limits = List.of("vde.fetch.timeout", "vde.fetch.read-timeout");
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      URI uri = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/");
      for (String limit : limits) {
        String other = limits.get(1 - limits.indexOf(limit));
        RemoteFetcher fetcher = fetcher("vde.fetch.allow", "127.0.0.1", limit, "0.2s", other, "1h");
        FetchFailedException e =
            assertTimeoutPreemptively(
                Duration.ofSeconds(Patience.SECONDS),
                () -> assertThrows(FetchFailedException.class, () -> fetcher.fetch(uri, memory)),
                limit);
        assertEquals(VAGUE, e.getMessage());
      }
    }
  }

  @Test
  void aServerThatDripsIsGivenUp() {
    CountDownLatch end = new CountDownLatch(1);
    answer(
        "/a",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            do {
              out.write(1);
              out.flush();
            } while (!await(end, 20));
          }
        });
    RemoteFetcher fetcher = fetcher("vde.fetch.allow", "127.0.0.1", "vde.fetch.timeout", "0.5s");
    assertThrows(
        FetchFailedException.class, () -> fetcher.fetch(at("127.0.0.1", "/a"), memory).body());
    end.countDown();
  }

  @Test
  void tooManyAtOnceAreTurnedAway() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    answer(
        "/a",
        exchange -> {
          begun.countDown();
          await(go, 10_000);
          send(exchange, 200, new byte[] {1});
        });
    RemoteFetcher one =
        fetcher(
            "vde.fetch.allow", "127.0.0.1", "vde.fetch.concurrency", "1", "vde.fetch.wait", "0.1s");
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<byte[]> first = callers.submit(() -> one.fetch(at("127.0.0.1", "/a"), memory).body());
      assertTrue(begun.await(Patience.SECONDS, TimeUnit.SECONDS));
      assertThrows(
          RejectedExecutionException.class, () -> one.fetch(at("127.0.0.1", "/a"), memory).body());
      go.countDown();
      assertEquals(1, first.get().length);
    }
  }

  @Test
  void aSlowServerKeepsNoMemoryFromTheOthers() throws Exception {
    int largest = 1 << 20;
    ByteBudget small = new ByteBudget(largest);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    answer("/slow", exchange -> inTwoParts(exchange, new byte[2000], begun, go));
    answer("/quick", exchange -> send(exchange, 200, new byte[largest - 10_000]));
    RemoteFetcher fetcher = withLimit(largest, "vde.fetch.wait", "1ms");
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<RemoteFetcher.Fetched> slow =
          callers.submit(() -> fetcher.fetch(at("127.0.0.1", "/slow"), small));
      assertTrue(begun.await(Patience.SECONDS, TimeUnit.SECONDS));
      RemoteFetcher.Fetched quick = fetcher.fetch(at("127.0.0.1", "/quick"), small);
      assertEquals(largest - 10_000, quick.body().length);
      quick.share().close();
      go.countDown();
      slow.get().share().close();
    }
    assertTrue(small.none().grow(largest), "all was given back");
  }

  @Test
  void whatFindsNoMemoryIsFetchedAgainWhenThereIsSome() throws Exception {
    int largest = 1 << 20;
    ByteBudget small = new ByteBudget(largest);
    ByteBudget.Share others = small.none();
    assertTrue(others.grow(largest - 10_000));
    AtomicInteger calls = new AtomicInteger();
    CountDownLatch cutOff = new CountDownLatch(1);
    answer(
        "/a",
        exchange -> {
          byte[] body = new byte[100_000];
          if (calls.incrementAndGet() > 1) {
            send(exchange, 200, body);
            return;
          }
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            while (true) {
              out.write(body);
            }
          } catch (IOException e) {
            cutOff.countDown();
          }
        });
    RemoteFetcher fetcher = withLimit(largest, "vde.fetch.wait", "2m");
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<RemoteFetcher.Fetched> waiting =
          callers.submit(() -> fetcher.fetch(at("127.0.0.1", "/a"), small));
      assertTrue(cutOff.await(Patience.SECONDS, TimeUnit.SECONDS));
      others.close();
      RemoteFetcher.Fetched fetched = waiting.get();
      assertEquals(100_000, fetched.body().length);
      assertTrue(small.none().grow(largest - 101 * 1024), "it holds no more than its body");
    }
    assertEquals(2, calls.get());
  }

  @Test
  void whatFindsNoMemoryInTimeIsTurnedAwayAndHoldsNothing() {
    int largest = 1 << 20;
    ByteBudget small = new ByteBudget(largest);
    ByteBudget.Share others = small.none();
    assertTrue(others.grow(largest - 10_000));
    answer("/a", exchange -> send(exchange, 200, new byte[100_000]));
    RemoteFetcher fetcher = withLimit(largest, "vde.fetch.wait", "50ms");
    assertThrows(
        RejectedExecutionException.class, () -> fetcher.fetch(at("127.0.0.1", "/a"), small));
    others.close();
    assertTrue(small.none().grow(largest), "all was given back");
  }

  private RemoteFetcher withLimit(int bytes, String key, String value) {
    return fetcher(
        "vde.fetch.allow", "127.0.0.1", "vde.fetch.max-bytes", Integer.toString(bytes), key, value);
  }

  private static void inTwoParts(
      HttpExchange exchange, byte[] body, CountDownLatch begun, CountDownLatch go)
      throws IOException {
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body, 0, body.length / 2);
    exchange.getResponseBody().flush();
    begun.countDown();
    await(go, 60_000);
    exchange.getResponseBody().write(body, body.length / 2, body.length - body.length / 2);
    exchange.close();
  }

  private URI at(String host, String path) {
    return URI.create("http://" + host + ":" + port + path);
  }

  private RemoteFetcher fetcher(String... settings) {
    RemoteFetcher fetcher = new RemoteFetcher(vertx, Settings.of(FetchConfig.class, settings));
    fetchers.add(fetcher);
    return fetcher;
  }

  private void answer(String path, HttpHandler handler) {
    server.createContext(path, handler);
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static boolean await(CountDownLatch latch, long millis) {
    try {
      return latch.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
