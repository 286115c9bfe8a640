package io.vde.store.clickhouse;

import static io.vde.store.Images.axis;
import static io.vde.store.Images.dataset;
import static io.vde.store.Images.image;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.ImageStore;
import io.vde.store.LogEntry;
import io.vde.store.LogEntry.Kind;
import io.vde.store.SearchQuery;
import io.vde.store.SearchResult;
import io.vde.store.Session;
import io.vde.store.SessionStore;
import io.vde.store.StoreUnavailableException;
import io.vde.testing.Settings;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sick database, or the network before it, is to the callers of the store. */
class FaultsTest {
  private static final String DATABASE = "faults";
  private static final float[] VECTOR = axis(4, 0);

  private Proxy proxy;
  private ImageStore store;

  @BeforeEach
  void open() {
    Engine.shared().fresh(DATABASE);
    proxy = new Proxy(Engine.shared().url());
    store = images(proxy.url());
    store.create(dataset("d", 4));
    store.upsert("d", List.of(image("a", VECTOR)));
  }

  @AfterEach
  void close() {
    store.close();
    proxy.close();
  }

  private static ImageStore images(String url, String... more) {
    List<String> settings = new ArrayList<>(List.of("vde.clickhouse.url", url));
    settings.addAll(Arrays.asList(more));
    return Engine.shared().images(Dialect.CLICKHOUSE, DATABASE, settings.toArray(String[]::new));
  }

  private SearchResult search(ImageStore from) {
    return from.search("d", new SearchQuery(VECTOR, 0, 5, Set.of(), null, false, true));
  }

  private String refused() {
    return assertThrows(StoreUnavailableException.class, () -> search(store)).getMessage();
  }

  private long sent(String words) {
    return proxy.statements().stream().filter(sql -> sql.contains(words)).count();
  }

  @Test
  void aDatabaseThatIsNotThereIsUnavailableAndSaysNoMore() {
    try (ImageStore nowhere = images("http://127.0.0.1:1")) {
      assertEquals(
          "The database does not answer",
          assertThrows(StoreUnavailableException.class, nowhere::datasets).getMessage());
      assertEquals("The database does not answer", nowhere.unavailableReason());
    }
  }

  @Test
  void bothStoresOfAProcessShareTheirConnections() {
    ClickHouseConfig config =
        Engine.shared()
            .config(
                DATABASE, "vde.clickhouse.url", proxy.url(), "vde.clickhouse.idle-timeout", "60s");
    int attempts = 0;
    // A connection is back in the pool a moment after its answer, which may be too late for the
    // next call; with a pool of its own that call would open one every time.
    while (opensAnotherForImages(config)) {
      assertTrue(++attempts < 100, "every time");
    }
  }

  private boolean opensAnotherForImages(ClickHouseConfig config) {
    ClickHouseStoreProvider provider =
        new ClickHouseStoreProvider(Engine.vertx(), config, Dialect.CLICKHOUSE);
    SessionStore sessions = provider.openSessions();
    int opened;
    boolean another;
    try (ImageStore images = provider.openImages()) {
      assertEquals(0, sessions.countOn("d"));
      opened = proxy.opened();
      assertEquals(1, images.dataset("d").orElseThrow().images());
      another = proxy.opened() > opened;
    }
    // The one is closed without the other.
    assertEquals(0, sessions.countOn("d"));
    sessions.close();
    try (SessionStore again = provider.openSessions()) {
      assertEquals(0, again.countOn("d"));
    }
    return another;
  }

  @Test
  void aDatabaseThatDoesNotExistIsNotReady() {
    try (ImageStore none = images(proxy.url(), "vde.clickhouse.database", "not_there")) {
      assertEquals("The database that is configured does not exist", none.unavailableReason());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "401, 'Code: 193. DB::Exception: Wrong password', user or password",
    "403, 'Code: 516. DB::Exception: Authentication failed', user or password",
    "404, 'Code: 81. DB::Exception: Database vde does not exist', does not exist",
    "502, bad gateway, does not answer",
  })
  void aDatabaseThatCannotBeUsedIsNotReadyUntilItCan(int status, String body, String words) {
    proxy.on("SELECT 1", 1, Proxy.status(status, body));
    // Lost answers are asked for again.
    proxy.on("SELECT 1", status == 502 ? 1 : 0, Proxy.status(status, body));
    String reason = store.unavailableReason();
    assertTrue(reason != null && reason.contains(words), reason);
    assertNull(store.unavailableReason());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          401 | Code: 193, e.displayText() = DB::Exception: Wrong password | user or password
          403 | Code: 516. DB::Exception: default: Authentication failed | user or password
          403 | Forbidden | user or password
          404 | Code: 81. DB::Exception: Database vde does not exist | does not exist
          500 | Code: 497. DB::Exception: Not enough privileges | lacks a privilege
          500 | Code: 159. DB::Exception: Timeout exceeded | too long
          500 | Code: 241. DB::Exception: Memory limit exceeded | overloaded
          500 | Code: 469. DB::Exception: Constraint vec_len is violated | another length
          500 | Code: 49. DB::Exception: Dimension is not equal: query: 4 vs search column: 512 | another length
          500 | Code: 62. DB::Exception: Syntax error: SELECT secret | code 62
          """)
  void anErrorOfTheServerIsSaidInPlainWords(int status, String body, String words) {
    proxy.on("cosineDistance", 9, Proxy.status(status, body));
    StoreUnavailableException refused =
        assertThrows(StoreUnavailableException.class, () -> search(store));
    String message = refused.getMessage();
    if (!message.contains(words)) {
      throw new AssertionError(message, refused);
    }
    assertTrue(!message.contains("Exception") && !message.contains("SELECT"), message);
  }

  @Test
  void anExceptionCodeBesideA200IsAnError() {
    proxy.on(
        "cosineDistance",
        9,
        (request, forward) ->
            request
                .response()
                .putHeader("X-ClickHouse-Exception-Code", "241")
                .end("Code: 241. DB::Exception: Memory limit exceeded"));
    assertTrue(refused().contains("overloaded"));
  }

  @Test
  void aSelectWhoseAnswerIsLostIsSentOnceMore() {
    proxy.on("cosineDistance", 1, Proxy.closed());
    assertEquals(1, search(store).hits().size());
    assertEquals(2, sent("cosineDistance"));
    proxy.on("cosineDistance", 2, Proxy.closed());
    assertEquals("The database does not answer", refused());
    assertEquals(4, sent("cosineDistance"));
  }

  @Test
  void nothingIsSentOnceMoreWhenTheTimeForItIsOver() {
    ClickHouseConfig config =
        Engine.shared()
            .config(DATABASE, "vde.clickhouse.url", proxy.url(), "vde.clickhouse.timeout", "30s");
    AtomicLong passed = new AtomicLong();
    proxy.on(
        "SELECT 41",
        9,
        (request, forward) -> {
          passed.set(Duration.ofSeconds(30).toNanos());
          request.connection().close();
        });
    try (Transport transport =
        new Transport(Engine.vertx(), config, () -> System.nanoTime() + passed.get())) {
      assertThrows(
          StoreUnavailableException.class,
          () -> transport.call(Statement.select("SELECT 41"), body -> body.read()));
    }
    assertEquals(1, sent("SELECT 41"));
  }

  @Test
  void anAnswerThatIsCutOffIsNotTakenForAWholeOne() {
    proxy.on("cosineDistance", 2, Proxy.truncated(Buffer.buffer(new byte[] {1, 2, 'i', 'd'})));
    assertEquals("The database does not answer", refused());
    proxy.on("cosineDistance", 1, Proxy.truncated(Buffer.buffer(new byte[] {0})));
    assertEquals(1, search(store).hits().size());
  }

  @Test
  void aBurstOfErrorsOfWhatStandsBeforeTheServerPasses() {
    proxy.on("cosineDistance", 1, Proxy.status(503, "upstream connect error"));
    assertEquals(1, search(store).hits().size());
    proxy.on("cosineDistance", 3, Proxy.status(502, "bad gateway"));
    assertEquals("The database does not answer", refused());
    assertEquals(1, search(store).hits().size());
    assertEquals(6, sent("cosineDistance"));
  }

  @Test
  void anExportThatIsCutOffBetweenItsRowsEndsThere() {
    RowWriter half =
        RowWriter.of(
            List.of(
                new RowWriter.Column("row", "UInt8"), new RowWriter.Column("sha256", "String")));
    half.uint8(1).string("01").uint8(1).size(9);
    proxy.on("sha256 FROM", 1, Proxy.truncated(Buffer.buffer(half.toBytes())));
    List<String> digests = new ArrayList<>();
    assertEquals(
        "The database's answer was cut off",
        assertThrows(StoreUnavailableException.class, () -> store.digests("d", digests::add))
            .getMessage());
    assertEquals(List.of("01"), digests);
    assertEquals(1, sent("sha256 FROM"));
  }

  @Test
  void exportsTakeNoConnectionsFromSearches() throws Exception {
    CountDownLatch exporting = new CountDownLatch(1);
    HttpServerRequest[] held = new HttpServerRequest[1];
    proxy.on(
        "AS row",
        1,
        (request, forward) -> {
          held[0] = request;
          exporting.countDown();
        });
    try (ImageStore small =
        images(proxy.url(), "vde.clickhouse.connections", "1", "vde.clickhouse.exports", "1")) {
      List<String> exported = new ArrayList<>();
      FutureTask<Void> export =
          new FutureTask<>(
              () -> {
                small.rank("d", VECTOR, null, hit -> exported.add(hit.image().id()));
                return null;
              });
      Thread.ofVirtual().start(export);
      assertTrue(exporting.await(60, TimeUnit.SECONDS));
      assertThrows(
          RejectedExecutionException.class, () -> small.rank("d", VECTOR, null, hit -> {}));
      assertEquals(1, search(small).hits().size());
      assertNull(small.unavailableReason());
      // Lost on its way, it is asked for again.
      held[0].connection().close();
      export.get(60, TimeUnit.SECONDS);
      assertEquals(List.of("a"), exported);
      small.rank("d", VECTOR, null, hit -> exported.add(hit.image().id()));
      assertEquals(List.of("a", "a"), exported);
    }
  }

  @Test
  void anAnswerThatComesBeforeTheServerHasReadAllRowsIsTheAnswer() {
    String text = "Code: 516. DB::Exception: default: Authentication failed";
    NetServer server =
        Engine.vertx()
            .createNetServer()
            .connectHandler(
                socket ->
                    socket.handler(
                        head -> {
                          socket.pause();
                          socket.write(
                              "HTTP/1.1 403 Forbidden\r\nContent-Length: %d\r\n\r\n%s"
                                  .formatted(text.length(), text));
                        }));
    server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
    ClickHouseConfig config =
        Settings.of(
            ClickHouseConfig.class,
            "vde.clickhouse.url",
            "http://127.0.0.1:" + server.actualPort());
    try (Transport transport = new Transport(Engine.vertx(), config)) {
      RowWriter rows = RowWriter.of(List.of(new RowWriter.Column("id", "String")));
      String megabyte = "x".repeat(1 << 20);
      for (int i = 0; i < 64; i++) {
        rows.string(megabyte);
      }
      ServerFault fault =
          assertThrows(
              ServerFault.class,
              () -> transport.call(Statement.insert("t", rows), body -> body.read()));
      assertEquals(516, fault.code());
    } finally {
      server.close();
    }
  }

  @Test
  void whatWasDeletedIsGoneAlthoughAnotherNodesClockIsAhead() {
    Engine.shared()
        .run(
            "INSERT INTO faults.d SELECT * REPLACE (version + 3600000000000 AS version) FROM faults.d");
    assertEquals(1, store.delete("d", List.of("a")));
    assertEquals(0, search(store).total());
    // And what this node writes from now on is newer still.
    store.upsert("d", List.of(image("a", VECTOR)));
    assertEquals(1, search(store).total());
  }

  @Test
  void whatIsWrittenIsSeenAlthoughWhatIsThereIsFromAClockAhead() {
    Engine.shared()
        .run(
            "INSERT INTO faults.d SELECT * REPLACE (version + 3600000000000 AS version) FROM faults.d");
    try (ImageStore restarted = images(proxy.url())) {
      restarted.upsert("d", List.of(image("a", axis(4, 1))));
      assertEquals(1, search(restarted).hits().getFirst().distance(), 1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Code: 497. DB::Exception: Not enough privileges\n",
        "host\t9000\t0\t\t1\t0\nCode: 497. DB::Exception: Not enough privileges\n",
      })
  void anErrorInTheAnswerOfAStatementThatWritesIsAnError(String answer) {
    proxy.on("DROP TABLE", 1, Proxy.status(200, answer));
    assertTrue(
        assertThrows(StoreUnavailableException.class, () -> store.drop("d"))
            .getMessage()
            .contains("lacks a privilege"));
    assertTrue(store.dataset("d").isPresent());
  }

  @ParameterizedTest
  @CsvSource({
    "'Code: 241. DB::Exception: Memory limit exceeded'",
    "'\r\n__exception__\r\ntag\r\nCode: 241. DB::Exception: Memory limit\r\n77 tag\r\n__exception__\r\n'",
  })
  void anErrorAppendedToTheRowsOfAnExportIsFound(String text) {
    byte[] row = new RowWriter().uint8(1).string("01").toBytes();
    Buffer body =
        Buffer.buffer(
                RowWriter.of(
                        List.of(
                            new RowWriter.Column("row", "UInt8"),
                            new RowWriter.Column("sha256", "String")))
                    .toBytes())
            .appendBytes(row)
            .appendBytes(row)
            .appendString(text);
    proxy.on("sha256 FROM", 1, (request, forward) -> request.response().end(body));
    List<String> digests = new ArrayList<>();
    assertTrue(
        assertThrows(StoreUnavailableException.class, () -> store.digests("d", digests::add))
            .getMessage()
            .contains("overloaded"));
    assertEquals(List.of("01", "01"), digests);
  }

  @Test
  void aSlowQueryIsCancelledAtTheServerToo() {
    assertEquals(1, search(store).hits().size());
    try (ImageStore hasty = images(proxy.url(), "vde.clickhouse.timeout", "3s")) {
      proxy.on("cosineDistance", 1, Proxy.silence());
      assertEquals(
          "The database took too long for this",
          assertThrows(StoreUnavailableException.class, () -> search(hasty)).getMessage());
      awaitSent("KILL QUERY WHERE query_id = 'vde-");
    }
  }

  @Test
  void aDatabaseThatHangsIsLeftAloneForAWhile() throws Exception {
    try (ImageStore hasty = images(proxy.url(), "vde.clickhouse.timeout", "3s")) {
      proxy.on("cosineDistance", 1000, Proxy.silence());
      List<FutureTask<SearchResult>> searches = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        FutureTask<SearchResult> search = new FutureTask<>(() -> search(hasty));
        searches.add(search);
        Thread.startVirtualThread(search);
      }
      for (FutureTask<SearchResult> search : searches) {
        assertInstanceOf(
            StoreUnavailableException.class,
            assertThrows(ExecutionException.class, () -> search.get(60, TimeUnit.SECONDS))
                .getCause());
      }
      awaitOpenBreaker(hasty);
    }
  }

  @Test
  void aKillThatIsNotAnsweredKeepsNoConnection() {
    try (ImageStore hasty =
        images(
            proxy.url(),
            "vde.clickhouse.timeout",
            "3s",
            "vde.clickhouse.connections",
            "1",
            "vde.clickhouse.exports",
            "1")) {
      proxy.on("cosineDistance", 2, Proxy.silence());
      proxy.on("KILL", 2, Proxy.silence());
      awaitSearch(hasty);
    }
  }

  /** Waits until the store refuses without a word to the database. */
  private void awaitOpenBreaker(ImageStore from) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    long before;
    do {
      assertTrue(System.nanoTime() < end, "the breaker stays closed");
      before = sent("SELECT");
      assertThrows(StoreUnavailableException.class, () -> search(from));
    } while (sent("SELECT") > before);
  }

  private void awaitSearch(ImageStore from) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      try {
        assertEquals(1, search(from).hits().size());
        return;
      } catch (StoreUnavailableException e) {
        assertTrue(System.nanoTime() < end, "the database is not used again");
      }
    }
  }

  @Test
  void whatFindsTheQueueForAConnectionFullIsRefused() throws Exception {
    List<Proxy.Forward> held = new CopyOnWriteArrayList<>();
    Semaphore arrived = new Semaphore(0);
    try (ImageStore small =
        images(
            proxy.url(),
            "vde.clickhouse.connections",
            "1",
            "vde.clickhouse.exports",
            "1",
            "vde.clickhouse.waiting",
            "1",
            "vde.clickhouse.timeout",
            "5m")) {
      assertEquals(1, search(small).hits().size());
      proxy.on(
          "cosineDistance",
          2,
          (request, forward) -> {
            held.add(forward);
            arrived.release();
          });
      List<FutureTask<SearchResult>> searches = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        searches.add(started(small));
        assertTrue(arrived.tryAcquire(60, TimeUnit.SECONDS));
      }
      // One of these waits; the others are told at once.
      for (int i = 0; i < 3; i++) {
        searches.add(started(small));
      }
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (searches.stream().filter(FutureTask::isDone).count() < 2) {
        assertTrue(System.nanoTime() < end, "nothing is refused");
        Thread.onSpinWait();
      }
      held.forEach(Proxy.Forward::answered);
      int refused = 0;
      for (FutureTask<SearchResult> search : searches) {
        try {
          assertEquals(1, search.get(60, TimeUnit.SECONDS).hits().size());
        } catch (ExecutionException e) {
          assertInstanceOf(RejectedExecutionException.class, e.getCause());
          refused++;
        }
      }
      assertEquals(2, refused);
    }
  }

  private static FutureTask<SearchResult> started(ImageStore store) {
    FutureTask<SearchResult> search =
        new FutureTask<>(
            () -> store.search("d", new SearchQuery(VECTOR, 0, 5, Set.of(), null, false, false)));
    Thread.startVirtualThread(search);
    return search;
  }

  @Test
  void aCallerThatIsInterruptedIsLetGoAndItsQueryKilled() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    proxy.on("cosineDistance", 1, (request, forward) -> waiting.countDown());
    FutureTask<SearchResult> search = new FutureTask<>(() -> search(store));
    Thread thread = Thread.ofVirtual().start(search);
    assertTrue(waiting.await(60, TimeUnit.SECONDS));
    thread.interrupt();
    assertTrue(
        assertThrows(ExecutionException.class, search::get).getCause()
            instanceof CancellationException);
    awaitSent("KILL QUERY");
  }

  private void awaitSent(String words) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (sent(words) == 0) {
      assertTrue(System.nanoTime() < end, "never sent: " + words);
      Thread.onSpinWait();
    }
  }

  @Test
  void theDatabaseIsDownAndUpAgainByItself() {
    assertNull(store.unavailableReason());
    proxy.on("", 1000, Proxy.closed());
    for (int i = 0; i < 12; i++) {
      assertEquals("The database does not answer", refused());
    }
    awaitOpenBreaker(store);
    assertNotNull(store.unavailableReason());
    proxy.heal();
    assertNull(store.unavailableReason());
    awaitSearch(store);
  }

  @Test
  void anInsertWhoseAnswerWasLostIsNotDoubled() {
    Engine.shared().run("SYSTEM STOP MERGES faults.d");
    proxy.on("INSERT INTO `faults`.`d`", 1, Proxy.doneButUnanswered());
    store.upsert("d", List.of(image("b", axis(4, 1)), image("c", axis(4, 2))));
    assertEquals(2, sent("INSERT INTO `faults`.`d`") - 1);
    assertEquals("5", Engine.shared().run("SELECT count() FROM faults.d"));
    assertEquals(3, search(store).total());
    assertEquals(3, search(store).hits().size());
    assertEquals(3, store.dataset("d").orElseThrow().images());
    List<String> exported = new ArrayList<>();
    store.rank("d", VECTOR, null, hit -> exported.add(hit.image().id()));
    assertEquals(List.of("a", "b", "c"), exported);
  }

  @Test
  void aLabelWhoseAnswerWasLostIsInTheLogOnce() {
    Instant now = Instant.ofEpochMilli(1_700_000_000_000L);
    try (var sessions =
        new ClickHouseSessionStore(
            Engine.shared()
                .database(Dialect.CLICKHOUSE, DATABASE, "vde.clickhouse.url", proxy.url()))) {
      Session.Tally none = new Session.Tally(0, 0, 0, 0, false, false, now);
      sessions.create(new Session("s", "n", "d", "[]", VECTOR, "sgd", null, "m", now, none));
      for (int revision = 1; revision <= 3; revision++) {
        proxy.on("INSERT INTO `faults`.`_vde_log`", 1, Proxy.doneButUnanswered());
        sessions.append(
            "s",
            new LogEntry(revision, Kind.CALL, List.of(), false, null, now),
            new Session.Tally(revision, 1, 0, 0, true, false, now));
      }
      assertEquals(3, sessions.log("s").size());
      assertEquals("3", Engine.shared().run("SELECT count() FROM faults._vde_log"));
      // A deleted session takes the last numbers of the log with it; the next append goes on.
      assertTrue(sessions.delete("s"));
      sessions.create(new Session("t", "n", "d", "[]", VECTOR, "sgd", null, "m", now, none));
    }
    try (var node =
        new ClickHouseSessionStore(Engine.shared().database(Dialect.CLICKHOUSE, DATABASE))) {
      node.append(
          "t",
          new LogEntry(1, Kind.CALL, List.of(), false, null, now),
          new Session.Tally(1, 1, 0, 0, true, false, now));
      assertEquals(1, node.log("t").size());
    }
  }

  @Test
  void aConnectionThatIsClosedWhenItIsToBeUsedCostsARepetitionAtMost() {
    for (int i = 0; i < 20; i++) {
      assertEquals(1, search(store).hits().size());
      proxy.closeConnections();
    }
  }
}
