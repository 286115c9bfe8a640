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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    store.append(
        session,
        new LogEntry(
            revision, Kind.CALL, List.of(new Mark(image, Verdict.SKIPPED, null)), false, null, NOW),
        new Session.Tally(revision, 0, 0, (int) revision, true, false, NOW));
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
      held.await();
      for (int i = 1; i <= labellers; i++) {
        String session = "s" + i;
        threads.add(Thread.ofPlatform().start(() -> append(store, session, 1, "i")));
      }
      for (Thread waiting : threads.subList(1, threads.size())) {
        while (waiting.getState() != Thread.State.WAITING) {
          Thread.onSpinWait();
        }
      }
      release[0].run();
      for (Thread thread : threads) {
        thread.join();
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
}
