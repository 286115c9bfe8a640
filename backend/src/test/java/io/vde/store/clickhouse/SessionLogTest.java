package io.vde.store.clickhouse;

import static io.vde.store.Images.axis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.LogEntry;
import io.vde.store.LogEntry.Kind;
import io.vde.store.LogEntry.Mark;
import io.vde.store.LogEntry.Verdict;
import io.vde.store.RevisionConflictException;
import io.vde.store.Session;
import io.vde.store.SessionStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many labellers on many nodes: one order, nothing lost, few parts. */
class SessionLogTest {
  private static final String DATABASE = "logs";
  private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);

  @BeforeEach
  void fresh() {
    Engine.shared().fresh(DATABASE);
  }

  private static SessionStore node(String... settings) {
    return new ClickHouseSessionStore(
        Engine.shared().database(Dialect.MYSCALE, DATABASE, settings));
  }

  private static void create(SessionStore store, String id) {
    Session.Tally none = new Session.Tally(0, 0, 0, 0, false, false, NOW);
    store.create(new Session(id, "n", "d", "[]", axis(4, 0), "sgd", null, "m", NOW, none));
  }

  private static void append(SessionStore store, String session, long revision, String image) {
    store.append(session, entry(revision, image), tally(revision));
  }

  private static LogEntry entry(long revision, String image) {
    return new LogEntry(
        revision, Kind.CALL, List.of(new Mark(image, Verdict.SKIPPED, null)), false, null, NOW);
  }

  private static Session.Tally tally(long revision) {
    return new Session.Tally(revision, 0, 0, (int) revision, true, false, NOW);
  }

  /** Appends as a node does: after a conflict, behind what is there now. */
  private static void appendSomewhere(SessionStore store, String session, String image) {
    while (true) {
      try {
        append(store, session, store.find(session).orElseThrow().tally().revision() + 1, image);
        return;
      } catch (RevisionConflictException conflict) {
        // Another node was quicker.
      }
    }
  }

  @Test
  void theSessionsOfADatasetGoTogether() {
    try (Proxy proxy = new Proxy(Engine.shared().url());
        SessionStore store = node("vde.clickhouse.url", proxy.url())) {
      for (int i = 0; i < 20; i++) {
        create(store, "s" + i);
        append(store, "s" + i, 1, "image");
      }
      proxy.statements().clear();
      store.deleteOn("d");
      assertEquals(
          1, proxy.statements().stream().filter(sql -> sql.startsWith("ALTER TABLE")).count());
      assertEquals(
          2, proxy.statements().stream().filter(sql -> sql.startsWith("INSERT INTO")).count());
      assertEquals(0, store.countOn("d"));
      assertEquals("1", Engine.shared().run("SELECT count() FROM logs._vde_log"));
    }
  }

  @Test
  void nodesThatWriteTheSameSessionAtOnceEndWithOneLog() throws Exception {
    int threads = 4;
    int each = 8;
    try (SessionStore a = node();
        SessionStore b = node();
        ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      create(a, "s");
      List<Future<?>> writers = new ArrayList<>();
      Set<String> expected = new HashSet<>();
      for (SessionStore node : List.of(a, b)) {
        for (int thread = 0; thread < threads; thread++) {
          String prefix = (node == a ? "a" : "b") + thread + "-";
          for (int i = 0; i < each; i++) {
            expected.add(prefix + i);
          }
          writers.add(
              pool.submit(
                  () -> {
                    for (int i = 0; i < each; i++) {
                      String image = prefix + i;
                      appendSomewhere(node, "s", image);
                      assertTrue(
                          node.log("s").stream()
                              .anyMatch(e -> e.marks().getFirst().imageId().equals(image)),
                          "a node does not read its own write");
                    }
                  }));
        }
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
      List<String> log = images(a);
      assertEquals(log, images(b));
      assertEquals(2 * threads * each, log.size());
      assertEquals(expected, Set.copyOf(log));
      assertEquals(2 * threads * each, b.find("s").orElseThrow().tally().revision());
    }
  }

  private static List<String> images(SessionStore store) {
    List<LogEntry> log = store.log("s");
    for (int i = 0; i < log.size(); i++) {
      assertEquals(i + 1, log.get(i).revision());
    }
    return log.stream().map(entry -> entry.marks().getFirst().imageId()).toList();
  }

  @Test
  void appendsThatWaitGoTogether() throws Exception {
    int labellers = 16;
    CountDownLatch held = new CountDownLatch(1);
    try (Proxy proxy = new Proxy(Engine.shared().url());
        SessionStore store = node("vde.clickhouse.url", proxy.url())) {
      for (int i = 0; i <= labellers; i++) {
        create(store, "s" + i);
      }
      Runnable[] release = new Runnable[1];
      proxy.on(
          "INSERT INTO `logs`.`_vde_log`",
          1,
          (request, forward) -> {
            // Lost on its way: the first append is sent again when the others wait.
            release[0] = () -> request.connection().close();
            held.countDown();
          });
      List<Thread> threads = new ArrayList<>();
      threads.add(Thread.ofPlatform().start(() -> append(store, "s0", 1, "i")));
      assertTrue(held.await(60, TimeUnit.SECONDS));
      for (int i = 1; i <= labellers; i++) {
        String session = "s" + i;
        threads.add(Thread.ofPlatform().start(() -> append(store, session, 1, "i")));
      }
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      for (Thread waiting : threads.subList(1, threads.size())) {
        while (waiting.getState() != Thread.State.WAITING) {
          assertTrue(System.nanoTime() < end, "a labeller does not wait");
          Thread.onSpinWait();
        }
      }
      release[0].run();
      for (Thread thread : threads) {
        assertTrue(thread.join(Duration.ofSeconds(60)), "a labeller does not end");
      }
      assertEquals("2", Engine.shared().run("SELECT uniqExact(sequence) FROM logs._vde_log"));
      assertEquals("17", Engine.shared().run("SELECT count() FROM logs._vde_log"));
    }
  }

  @Test
  void deletedSessionsDoNotMakeTheLogForgetItsLastNumber() {
    try (SessionStore a = node()) {
      create(a, "s");
      for (int revision = 1; revision <= 120; revision++) {
        append(a, "s", revision, "i");
      }
      assertTrue(a.delete("s"));
    }
    try (SessionStore b = node()) {
      create(b, "s");
      append(b, "s", 1, "new");
      assertEquals(List.of("new"), images(b));
    }
    String marks = Engine.shared().run("SELECT count() FROM logs._vde_log WHERE session = ''");
    assertEquals("1", marks);
  }

  @Test
  void aNumberThatACrashHasUsedUpIsPassedOver() {
    try (SessionStore a = node();
        SessionStore b = node()) {
      create(a, "s");
      append(a, "s", 1, "i1");
      // The token of number 3 without its rows: what an old server is left with when it is killed.
      Engine.shared()
          .run(
              "INSERT INTO logs._vde_log (session, sequence) SETTINGS async_insert = 0,"
                  + " insert_deduplication_token = 'append-3' VALUES ('burnt', 3)");
      Engine.shared()
          .run(
              "ALTER TABLE logs._vde_log DELETE WHERE session = 'burnt' SETTINGS mutations_sync = 2");
      append(a, "s", 2, "i2");
      append(b, "s", 3, "i3");
      assertEquals(List.of("i1", "i2", "i3"), images(b));
      assertEquals(
          "[2,4,5]",
          Engine.shared().run("SELECT arraySort(groupArray(sequence)) FROM logs._vde_log"));
    }
  }

  @Test
  void aNumberThatWasRememberedForLongIsAskedForAgain() {
    AtomicLong time = new AtomicLong();
    try (Database database = Engine.shared().database(Dialect.MYSCALE, DATABASE);
        SessionStore b = node()) {
      SessionLog log = new SessionLog(database, new SessionTables(database), time::get);
      create(b, "s");
      create(b, "t");
      log.append("s", entry(1, "i1"), tally(1));
      // The server forgets tokens early, as it does after many inserts of other nodes.
      Engine.shared()
          .run("ALTER TABLE logs._vde_log MODIFY SETTING non_replicated_deduplication_window = 1");
      for (int revision = 1; revision <= 3; revision++) {
        append(b, "t", revision, "i");
      }
      time.addAndGet(TimeUnit.SECONDS.toNanos(30));
      log.append("s", entry(2, "i2"), tally(2));
      assertEquals("5", Engine.shared().run("SELECT uniqExact(sequence) FROM logs._vde_log"));
    }
  }

  @Test
  void rowsThatACrashHasDoubledAreReadOnce() {
    try (SessionStore store = node()) {
      create(store, "s");
      append(store, "s", 1, "i1");
      append(store, "s", 2, "i2");
      Engine.shared()
          .run(
              "INSERT INTO logs._vde_log SETTINGS async_insert = 0, insert_deduplicate = 0"
                  + " SELECT * FROM logs._vde_log");
      assertEquals("4", Engine.shared().run("SELECT count() FROM logs._vde_log"));
      assertEquals(List.of("i1", "i2"), images(store));
      append(store, "s", 3, "i3");
      assertEquals(List.of("i1", "i2", "i3"), images(store));
    }
  }

  @Test
  void aRenameDoesNotBringBackASessionThatIsDeletedMeanwhile() {
    try (Proxy proxy = new Proxy(Engine.shared().url());
        SessionStore a = node("vde.clickhouse.url", proxy.url());
        SessionStore b = node()) {
      create(b, "s");
      proxy.on("INSERT INTO `logs`.`_vde_sessions`", 1, Proxy.after(() -> b.delete("s")));
      a.rename("s", "new", NOW);
      assertTrue(a.find("s").isEmpty());
      assertEquals(0, b.list(0, 10).total());
    }
  }
}
