package io.vde.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.quarkus.test.junit.QuarkusTest;
import io.vde.testing.Patience;
import io.vde.testing.Settings;
import io.vde.testing.SmallDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetching from a hub on this machine. The client is made by Quarkus, hence its test. */
@QuarkusTest
class HubTest {
  private static final String SMALL = "config.json";
  private static final String LARGE = "onnx/model.onnx";
  private static final int LARGE_BYTES = 300_000;

  @TempDir Path home;
  private final Map<String, String> environment = new HashMap<>();
  private final List<DownloadProgress> told = new CopyOnWriteArrayList<>();
  private LocalHub server;

  /** Seconds that the hub may be silent. */
  private int silence = 60;

  @BeforeEach
  void serve() throws IOException {
    byte[] large = new byte[LARGE_BYTES];
    new Random(7).nextBytes(large);
    server =
        new LocalHub(100_000)
            .put(SMALL, "{\"model_type\":\"clip\"}".getBytes(StandardCharsets.UTF_8))
            .put(LARGE, large);
    environment.put("HF_ENDPOINT", server.endpoint() + "/");
    environment.put("HF_HOME", home.toString());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Snapshot fetch(String repository, boolean update, String... wanted) {
    return fetch(repository, update, files -> Stream.of(wanted).filter(files::has).toList());
  }

  private Snapshot fetch(Function<RepositoryFiles, List<String>> choice) {
    return fetch(LocalHub.REPOSITORY, false, choice);
  }

  private Snapshot fetch(
      String repository, boolean update, Function<RepositoryFiles, List<String>> choice) {
    HubConfig patient =
        Settings.of(
            HubConfig.class,
            "vde.hub.retry-pause",
            "0.001s",
            "vde.hub.read-timeout",
            silence + "s",
            "vde.hub.retries",
            "3");
    return new Hub(patient, name -> Optional.ofNullable(environment.get(name)))
        .fetch(Repository.parse(repository).orElseThrow(), update, choice, told::add);
  }

  private Snapshot fetch() {
    return fetch(LocalHub.REPOSITORY, false, SMALL, LARGE, "optional.json");
  }

  private String refusal() {
    return assertThrows(HubException.class, this::fetch).getMessage();
  }

  private Path repository() {
    return home.resolve("hub/models--owner--tiny-clip");
  }

  private Path blob(String path) {
    return repository().resolve("blobs").resolve(server.etag(path));
  }

  private void assertComplete(Snapshot snapshot) throws IOException {
    for (String path : List.of(SMALL, LARGE)) {
      assertArrayEquals(
          server.content(path), Files.readAllBytes(snapshot.folder().resolve(path)), path);
    }
  }

  private Set<String> blobs() throws IOException {
    Path folder = repository().resolve("blobs");
    if (!Files.exists(folder)) {
      return Set.of();
    }
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    }
    return names;
  }

  @Test
  void theFirstTimeItDownloadsAndTheSecondTimeItAsksNobody() throws IOException {
    Snapshot snapshot = fetch();
    assertComplete(snapshot);
    assertEquals(server.commit, snapshot.commit());
    assertEquals(LocalHub.REPOSITORY, snapshot.repository());
    long total = LARGE_BYTES + server.content(SMALL).length;
    assertEquals(new DownloadProgress(LocalHub.REPOSITORY, 0, total), told.getFirst());
    assertEquals(new DownloadProgress(LocalHub.REPOSITORY, total, total), told.getLast());
    server.requests.clear();
    assertEquals(snapshot, fetch());
    assertEquals(List.of(), server.requests);
    server.close();
    environment.put("HF_HUB_OFFLINE", "1");
    assertEquals(snapshot, fetch());
  }

  @Test
  void whatAFileSaysIsNeededTooIsAddedToTheSameProgress() throws IOException {
    server.put("second.json", new byte[1000]).put("third.json", new byte[2000]);
    fetch(
        files -> {
          List<String> wanted = new ArrayList<>(List.of(LARGE));
          for (String next : List.of("second.json", "third.json")) {
            if (files.local(wanted.getLast()).isPresent()) {
              wanted.add(next);
            }
          }
          return wanted;
        });
    assertTrue(Files.exists(blob("third.json")));
    for (int i = 1; i < told.size(); i++) {
      assertTrue(told.get(i - 1).bytes() <= told.get(i).bytes(), told.toString());
      assertTrue(told.get(i - 1).total() <= told.get(i).total(), told.toString());
    }
    long total = LARGE_BYTES + 3000;
    assertEquals(new DownloadProgress(LocalHub.REPOSITORY, total, total), told.getLast());
  }

  @Test
  void onlyWhatIsWantedIsFetched() throws IOException {
    server.put("pytorch_model.bin", new byte[200_000]);
    fetch();
    assertEquals(Set.of(server.etag(SMALL), server.etag(LARGE)), blobs());
  }

  /** hub/make_python_cache.py wrote the other one. */
  @Test
  void theCacheIsTheSameAsPythonsToTheLastLink() throws IOException {
    Path python = pythonCache().resolve("models--owner--tiny-clip");
    serveWhatPythonFetched();
    fetch();
    Map<String, String> expected = described(python);
    assertEquals(6, expected.size(), expected.toString());
    assertEquals(expected, described(repository()));
  }

  @Test
  void whatPythonFetchedIsUsedWithoutARequest() throws IOException {
    serveWhatPythonFetched();
    server.requests.clear();
    environment.put("HF_HUB_CACHE", pythonCache().toString());
    assertComplete(fetch());
    assertEquals(List.of(), server.requests);
  }

  /**
   * In the repository a link is a file that says where to: not every way to copy one keeps links.
   */
  private Path pythonCache() throws IOException {
    Path stored = Path.of("src/test/resources/hub/python-cache");
    Path cache = home.resolve("python-cache");
    try (Stream<Path> files = Files.walk(stored)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = cache.resolve(stored.relativize(file));
        Files.createDirectories(copy.getParent());
        if (stored.relativize(file).toString().contains("snapshots")) {
          Files.createSymbolicLink(copy, Path.of(Files.readString(file)));
        } else {
          Files.copy(file, copy);
        }
      }
    }
    return cache;
  }

  private void serveWhatPythonFetched() throws IOException {
    server.close();
    byte[] large = new byte[2048];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) i;
    }
    byte[] small = server.content(SMALL);
    server = new LocalHub(1000).put(SMALL, small).put(LARGE, large);
    environment.put("HF_ENDPOINT", server.endpoint());
  }

  /** What each file of a folder is: a link and where to, or its content. */
  private static Map<String, String> described(Path folder) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(file -> !Files.isDirectory(file)).toList()) {
        found.put(
            folder.relativize(file).toString(),
            Files.isSymbolicLink(file)
                ? "-> " + Files.readSymbolicLink(file)
                : Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return found;
  }

  @Test
  void whereSymbolicLinksAreRefusedTheFilesAreThereAllTheSame() throws IOException {
    environment.put("HF_HUB_DISABLE_SYMLINKS", "1");
    Snapshot snapshot = fetch();
    assertComplete(snapshot);
    assertFalse(Files.isSymbolicLink(snapshot.folder().resolve(LARGE)));
    server.requests.clear();
    fetch();
    assertEquals(List.of(), server.requests);
  }

  @Test
  void theTokenGoesToTheHubAndToNobodyElse() throws IOException {
    server.token = "hf_secret";
    environment.put("HF_TOKEN", "hf_secret");
    assertComplete(fetch());
    assertTrue(server.requests.stream().anyMatch(LocalHub.Request::store));
    for (LocalHub.Request request : server.requests) {
      assertEquals(
          request.store() ? null : "Bearer hf_secret",
          request.headers().getFirst("Authorization"),
          request.toString());
      assertEquals("identity", request.headers().getFirst("Accept-Encoding"));
    }
  }

  @Test
  void theTokenIsAlsoReadFromThePythonToolsFile() throws IOException {
    server.token = "hf_filed";
    Files.writeString(home.resolve("token"), "hf_filed\n");
    assertComplete(fetch());
  }

  @Test
  void whoeverIsNotKnownIsToldToSetTheToken() throws IOException {
    server.token = "hf_secret";
    assertTrue(refusal().contains("HF_TOKEN"), refusal());
    environment.put("HF_TOKEN", "hf_wrong");
    assertTrue(refusal().contains("HF_TOKEN") && !refusal().contains("hf_wrong"), refusal());
    assertEquals(Set.of(), blobs());
  }

  @Test
  void aGatedRepositorySaysWhereItsConditionsAre() {
    server.hubFault =
        exchange ->
            exchange.getRequestURI().getPath().contains("/resolve/")
                && LocalHub.refuse(exchange, 403, "GatedRepo");
    String message = refusal();
    assertTrue(message.contains("gated"), message);
    assertTrue(message.contains(server.endpoint() + "/owner/tiny-clip"), message);
  }

  @Test
  void aRepositoryAFileOrARevisionThatIsNotThereIsNamed() {
    assertTrue(
        assertThrows(HubException.class, () -> fetch("owner/other", false, SMALL))
            .getMessage()
            .contains("owner/other"));
    server.hubFault =
        exchange ->
            exchange.getRequestURI().getPath().contains("/revision/v9")
                && LocalHub.refuse(exchange, 404, "RevisionNotFound");
    assertTrue(
        assertThrows(HubException.class, () -> fetch(LocalHub.REPOSITORY + "@v9", false, SMALL))
            .getMessage()
            .contains("no revision v9"));
    server.hubFault =
        exchange ->
            exchange.getRequestURI().getPath().endsWith(LARGE)
                && LocalHub.refuse(exchange, 404, "EntryNotFound");
    assertTrue(refusal().contains(LARGE), refusal());
  }

  @Test
  void contentThatIsNotWhatTheHubPromisedIsRefusedAndNothingOfItIsLeft() throws IOException {
    byte[] other = server.content(LARGE).clone();
    other[LARGE_BYTES / 2]++;
    server.storeFault =
        exchange -> {
          LocalHub.send(exchange, other);
          return true;
        };
    String message = refusal();
    assertTrue(message.contains(LARGE) && message.contains("SHA-256"), message);
    assertEquals(Set.of(server.etag(SMALL)), blobs());
    server.storeFault = exchange -> false;
    assertComplete(fetch());
  }

  @Test
  void aSmallFileIsCheckedToo() {
    server.hubFault =
        exchange -> {
          if (exchange.getRequestMethod().equals("GET")
              && exchange.getRequestURI().getPath().startsWith("/moved/")) {
            LocalHub.send(exchange, "{\"model_type\":\"bert\"}".getBytes(StandardCharsets.UTF_8));
            return true;
          }
          return false;
        };
    assertTrue(refusal().contains("git SHA-1"), refusal());
  }

  @Test
  void filesWhoseEtagIsNoDigestAreCheckedByTheirSizeAndKeptApart() throws IOException {
    String other = "optional.json";
    server.put(other, server.content(SMALL).clone());
    server.content(other)[2]++;
    server.hubFault = exchange -> withEtagOfSizeAndTime(exchange, server.content(SMALL).length);
    Snapshot snapshot = fetch();
    assertComplete(snapshot);
    assertArrayEquals(
        server.content(other), Files.readAllBytes(snapshot.folder().resolve(other)), other);
    server.requests.clear();
    assertEquals(snapshot, fetch());
    assertEquals(List.of(), server.requests);
  }

  @Test
  void aFileWhoseEtagIsNoDigestIsRefusedWhenItsSizeIsWrong() {
    server.hubFault = exchange -> withEtagOfSizeAndTime(exchange, server.content(SMALL).length - 1);
    assertTrue(refusal().contains(SMALL), refusal());
  }

  @Test
  void aFileOfNeitherDigestNorSizeIsRefused() {
    server.hubFault = exchange -> withEtagOfSizeAndTime(exchange, -1);
    assertTrue(refusal().contains("no usable ETag"), refusal());
  }

  /** As servers of plain files answer. */
  private boolean withEtagOfSizeAndTime(HttpExchange exchange, long promised) throws IOException {
    if (!exchange.getRequestURI().getPath().startsWith("/moved/")
        || !exchange.getRequestMethod().equals("HEAD")) {
      return false;
    }
    exchange.getResponseHeaders().set("ETag", "\"5f3c-" + promised + "\"");
    if (promised >= 0) {
      exchange.getResponseHeaders().set("Content-Length", Long.toString(promised));
    }
    return LocalHub.refuse(exchange, 200, null);
  }

  @Test
  void aConnectionThatIsCutIsContinuedWhereItEnded() throws IOException {
    AtomicInteger cuts = new AtomicInteger();
    server.storeFault =
        exchange -> {
          if (cuts.getAndIncrement() > 0) {
            return false;
          }
          exchange.sendResponseHeaders(200, LARGE_BYTES);
          send(exchange, 0, LARGE_BYTES / 2);
          exchange.close();
          return true;
        };
    assertComplete(fetch());
    List<LocalHub.Request> store =
        server.downloads().stream().filter(LocalHub.Request::store).toList();
    assertEquals(2, store.size());
    assertNull(store.getFirst().headers().getFirst("Range"));
    assertEquals("bytes=" + LARGE_BYTES / 2 + "-", store.getLast().headers().getFirst("Range"));
  }

  /** Sends a part of the large file, and waits until it has arrived on the disk. */
  private void send(HttpExchange exchange, int from, int to) throws IOException {
    exchange.getResponseBody().write(server.stored(exchange), from, to - from);
    exchange.getResponseBody().flush();
    Path growing = repository().resolve("blobs").resolve(server.etag(LARGE) + ".vde.incomplete");
    long end = System.nanoTime() + 60_000_000_000L;
    while (!Files.exists(growing) || Files.size(growing) < to) {
      assertTrue(System.nanoTime() < end, "nothing arrives");
      Thread.onSpinWait();
    }
  }

  @Test
  void theNextStartContinuesWhatTheLastOneLeft() throws IOException {
    server.storeFault = exchange -> LocalHub.refuse(exchange, 502, null);
    Files.createDirectories(repository().resolve("blobs"));
    Path left = repository().resolve("blobs").resolve(server.etag(LARGE) + ".vde.incomplete");
    Files.write(left, Arrays.copyOf(server.content(LARGE), LARGE_BYTES / 3));
    assertTrue(refusal().contains("502"), refusal());
    assertTrue(Files.exists(left));
    server.storeFault = exchange -> false;
    assertComplete(fetch());
    assertEquals("bytes=100000-", server.downloads().getLast().headers().getFirst("Range"));
    assertFalse(Files.exists(left));
  }

  @Test
  void aWrongRestOfAnEarlierDownloadIsThrownAway() throws IOException {
    Files.createDirectories(repository().resolve("blobs"));
    Files.write(
        repository().resolve("blobs").resolve(server.etag(LARGE) + ".vde.incomplete"),
        new byte[5000]);
    assertComplete(fetch());
  }

  @Test
  void aServerThatIgnoresTheRangeIsReadFromTheStart() throws IOException {
    Files.createDirectories(repository().resolve("blobs"));
    Files.write(
        repository().resolve("blobs").resolve(server.etag(LARGE) + ".vde.incomplete"),
        new byte[5000]);
    server.storeFault =
        exchange -> {
          exchange.sendResponseHeaders(200, LARGE_BYTES);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(server.stored(exchange));
          }
          return true;
        };
    assertComplete(fetch());
    assertEquals(LARGE_BYTES + server.content(SMALL).length, told.getLast().bytes());
  }

  @Test
  void aServerThatAlwaysBeginsAnewAndCutsAtTheSameByteIsGivenUp() throws IOException {
    server.storeFault = exchange -> server.cut(exchange, LARGE_BYTES / 2);
    assertTrue(refusal().contains("connection"), refusal());
    // Twice refused: each time one request, and as many again as there are retries.
    assertTrue(server.downloads().size() <= 1 + 2 * 2 * (1 + 3), server.downloads().toString());
  }

  @Test
  void aServerThatSendsMoreThanItPromisedIsRefusedAndNothingOfItIsLeft() throws IOException {
    server.storeFault =
        exchange -> {
          exchange.sendResponseHeaders(200, 0); // of no known length
          byte[] chunk = new byte[1 << 16];
          try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < 10_000; i++) {
              out.write(chunk);
            }
          }
          return true;
        };
    String message = refusal();
    assertTrue(message.contains("more than the 300000 bytes"), message);
    assertEquals(Set.of(server.etag(SMALL)), blobs());
  }

  @Test
  void aServerThatIsOverloadedIsAskedAgain() throws IOException {
    Set<String> asked = ConcurrentHashMap.newKeySet();
    LocalHub.Fault busy =
        exchange ->
            asked.add(exchange.getRequestMethod() + exchange.getRequestURI())
                && LocalHub.refuse(exchange, asked.size() % 2 == 0 ? 503 : 429, null);
    server.hubFault = busy;
    server.storeFault = busy;
    assertComplete(fetch());
  }

  @Test
  void aSlowServerIsWaitedForAndASilentOneIsAskedAgain() throws IOException {
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger silent = new AtomicInteger();
    silence = 8;
    server.storeFault =
        exchange -> {
          if (silent.getAndIncrement() > 0) {
            return false;
          }
          exchange.sendResponseHeaders(200, LARGE_BYTES);
          try {
            // Slow for longer in all than it may be silent at a time.
            for (int part = 0; part < 5; part++) {
              send(exchange, part * 1000, part * 1000 + 1000);
              assertFalse(end.await(2, TimeUnit.SECONDS));
            }
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return true;
        };
    assertComplete(fetch());
    end.countDown();
    assertEquals("bytes=5000-", server.downloads().getLast().headers().getFirst("Range"));
  }

  @Test
  void twoAtOnceFetchEachFileOnce() throws IOException {
    CountDownLatch second = new CountDownLatch(2);
    server.hubFault =
        exchange -> {
          if (exchange.getRequestURI().getPath().startsWith("/api/")) {
            second.countDown();
            try {
              second.await(Patience.SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
          return false;
        };
    CompletableFuture<Snapshot> other = CompletableFuture.supplyAsync(this::fetch);
    assertComplete(fetch());
    assertComplete(other.join());
    assertEquals(2, server.downloads().size(), server.downloads().toString());
  }

  @Test
  void offlineWithoutTheFilesSaysSoAndAsksNobody() {
    environment.put("HF_HUB_OFFLINE", "1");
    String message = refusal();
    assertTrue(message.contains("HF_HUB_OFFLINE") && message.contains("owner/tiny-clip"), message);
    assertEquals(List.of(), server.requests);
  }

  @Test
  void anUpdateIsAskedForAndWithoutAHubWhatIsThereIsUsed() throws IOException {
    Snapshot old = fetch();
    server.commit = "f".repeat(40);
    server.put(SMALL, "{\"model_type\":\"clip\",\"new\":true}".getBytes(StandardCharsets.UTF_8));
    assertEquals(old, fetch());
    server.requests.clear();
    Snapshot updated = fetch(LocalHub.REPOSITORY, true, SMALL, LARGE);
    assertEquals(server.commit, updated.commit());
    assertComplete(updated);
    assertFalse(
        server.requests.stream().anyMatch(LocalHub.Request::store), "the large one is the same");
    server.close();
    assertEquals(updated, fetch(LocalHub.REPOSITORY, true, SMALL, LARGE));
  }

  @Test
  void aPinnedCommitIsUsedAsItIs() throws IOException {
    server.hubFault =
        exchange -> {
          if (exchange.getRequestURI().getPath().endsWith("/revision/" + server.commit)) {
            return LocalHub.refuse(exchange, 404, null);
          }
          return false;
        };
    String pinned = LocalHub.REPOSITORY + "@" + server.commit;
    Snapshot snapshot = fetch(pinned, false, SMALL, LARGE);
    assertComplete(snapshot);
    assertFalse(Files.exists(repository().resolve("refs")));
    server.close();
    assertEquals(snapshot, fetch(pinned, false, SMALL, LARGE));
  }

  @Test
  void aMirrorWithoutAListIsAskedForEachFile() throws IOException {
    server.hasList = false;
    assertComplete(fetch());
    server.requests.clear();
    fetch();
    assertEquals(List.of(), server.requests);
  }

  @Test
  void aPageThatIsNoHubIsSaidToBeNone() {
    server.hubFault =
        exchange -> {
          LocalHub.send(exchange, "<html>Hello</html>".getBytes(StandardCharsets.UTF_8));
          return true;
        };
    assertTrue(refusal().contains("not a model hub"), refusal());
  }

  @Test
  void aModelThatDoesNotFitOnTheDiskIsNotBegun() throws IOException {
    server.hubFault =
        exchange -> {
          if (exchange.getRequestURI().getPath().endsWith(LARGE)) {
            exchange.getResponseHeaders().set("X-Linked-Size", "900000000000000000");
            exchange.getResponseHeaders().set("X-Repo-Commit", server.commit);
            exchange.getResponseHeaders().set("X-Linked-ETag", server.etag(LARGE));
            exchange.getResponseHeaders().set("Location", "http://elsewhere.invalid/");
            return LocalHub.refuse(exchange, 302, null);
          }
          return false;
        };
    assertTrue(refusal().contains("no room"), refusal());
    assertEquals(Set.of(), blobs());
  }

  @Test
  void aDiskThatFillsUpMeanwhileLeavesNothing() throws Exception {
    Path disk = home.resolve("disk");
    try (SmallDisk small = SmallDisk.mount(disk, "size=128k")) {
      environment.put("HF_HUB_CACHE", disk.resolve("hub").toString());
      server.hubFault = this::withoutSize;
      assertTrue(refusal().contains("no room"), refusal());
      try (Stream<Path> files = Files.walk(disk)) {
        assertFalse(files.anyMatch(file -> file.toString().endsWith(".incomplete")));
      }
      small.resize("2m");
      assertComplete(fetch());
    }
  }

  /** A store of which nobody knows beforehand how much it will send. */
  private boolean withoutSize(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestMethod().equals("HEAD")
        || !exchange.getRequestURI().getPath().endsWith(LARGE)) {
      return false;
    }
    exchange.getResponseHeaders().set("X-Repo-Commit", server.commit);
    exchange.getResponseHeaders().set("X-Linked-ETag", server.etag(LARGE));
    exchange.getResponseHeaders().set("Location", "http://elsewhere.invalid/");
    return LocalHub.refuse(exchange, 302, null);
  }

  @Test
  void namesThatLeadOutOfTheCacheAreNotTaken() {
    server.put("evil", new byte[10]);
    server.hubFault =
        exchange -> {
          if (exchange.getRequestURI().getPath().equals("/moved/evil")) {
            exchange.getResponseHeaders().set("ETag", "\"../../evil\"");
            exchange.getResponseHeaders().set("Content-Length", "10");
            return LocalHub.refuse(exchange, 200, null);
          }
          return false;
        };
    assertThrows(HubException.class, () -> fetch(LocalHub.REPOSITORY, false, "evil"));
    server.put("../../../../evil.json", new byte[10]);
    Snapshot snapshot = fetch(LocalHub.REPOSITORY, false, SMALL, "../../../../evil.json");
    assertFalse(Files.exists(snapshot.folder().resolve("../../../../evil.json")));
    for (String name : List.of("../evil", "owner/..", "a/b/c", "owner/na--me", "o/n@../../x")) {
      assertEquals(Optional.empty(), Repository.parse(name), name);
    }
  }

  @Test
  void throughAProxyUnlessTheHostIsNamedAsDirect() throws IOException {
    List<String> seen = new ArrayList<>();
    try (LocalHub proxy = new LocalHub(1)) {
      proxy.hubFault =
          exchange -> {
            seen.add(exchange.getRequestURI().toString());
            seen.add(exchange.getRequestHeaders().getFirst("Proxy-Authorization"));
            return LocalHub.refuse(exchange, 403, "GatedRepo");
          };
      String address = proxy.endpoint().replace("http://", "http://me:s%40crt@");
      environment.put("http_proxy", address);
      refusal();
      assertTrue(seen.getFirst().startsWith(server.endpoint() + "/api/"), seen.toString());
      assertEquals("Basic bWU6c0BjcnQ=", seen.get(1)); // me:s@crt
      seen.clear();
      environment.put("NO_PROXY", "example.org, localhost");
      assertComplete(fetch());
      assertEquals(List.of(), seen);
    }
  }

  @Test
  void whatIsInTheCacheNeedsNoProxyNoTokenAndNoEndpoint() throws IOException {
    Snapshot snapshot = fetch();
    environment.put("ALL_PROXY", "socks5://localhost:1080");
    environment.put("HF_TOKEN", "two words");
    environment.put("HF_ENDPOINT", "nowhere");
    assertEquals(snapshot, fetch());
    environment.put("HF_HUB_OFFLINE", "1");
    assertEquals(snapshot, fetch());
  }

  @Test
  void aProxyThatIsNoHttpProxyIsSaidWhenItIsNeeded() throws IOException {
    environment.put("ALL_PROXY", "socks5://me:s3cret@localhost:1080");
    assertTrue(refusal().contains("ALL_PROXY"), refusal());
    assertFalse(refusal().contains("s3cret"), refusal());
    environment.put("NO_PROXY", "localhost");
    assertComplete(fetch());
  }

  @Test
  void noSecretOfAVariableIsShown() throws IOException {
    environment.put("HF_ENDPOINT", "https://user:s3cret@mirror.example");
    assertHidden();
    environment.put("HF_ENDPOINT", server.endpoint());
    environment.put("HF_TOKEN", "hf_s3cret\r\ns3cret");
    assertHidden();
    environment.remove("HF_TOKEN");
    Files.writeString(home.resolve("token"), "hf_s3cret\ns3cret\n");
    assertHidden();
  }

  private void assertHidden() {
    for (Throwable e = assertThrows(HubException.class, this::fetch); e != null; e = e.getCause()) {
      assertFalse(e.toString().contains("s3cret"), e.toString());
    }
  }

  @Test
  void proxiesAreChosenBySchemeAndHost() {
    Map<String, String> variables =
        Map.of(
            "HTTPS_PROXY", "proxy.lan:3128",
            "NO_PROXY", ".internal,10.0.0.1:8443,exact.org");
    Proxies proxies = Proxies.of(name -> Optional.ofNullable(variables.get(name)));
    assertEquals(3128, proxies.forUri(URI.create("https://hub.org/x")).orElseThrow().port());
    for (String direct :
        List.of(
            "http://hub.org/x",
            "https://a.internal/",
            "https://10.0.0.1:8443/",
            "https://www.exact.org/")) {
      assertTrue(proxies.forUri(URI.create(direct)).isEmpty(), direct);
    }
    assertTrue(proxies.forUri(URI.create("https://10.0.0.1/")).isPresent());
    assertTrue(proxies.forUri(URI.create("https://inexact.org/")).isPresent());
  }

  @Test
  void theCacheIsWhereThePythonToolsHaveIt() {
    assertEquals(Path.of("/h/hub"), cache("HF_HOME", "/h"));
    assertEquals(Path.of("/c"), cache("HF_HOME", "/h", "HF_HUB_CACHE", "/c"));
    assertEquals(Path.of("/x/huggingface/hub"), cache("XDG_CACHE_HOME", "/x"));
    Path user = Path.of(System.getProperty("user.home"));
    assertEquals(user.resolve(".cache/huggingface/hub"), cache("HF_HOME", ""));
    assertEquals(user.resolve("models"), cache("HF_HUB_CACHE", "~/models"));
  }

  private static Path cache(String... variables) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < variables.length; i += 2) {
      map.put(variables[i], variables[i + 1]);
    }
    return new HubEnvironment(name -> Optional.ofNullable(map.get(name))).cache();
  }
}
