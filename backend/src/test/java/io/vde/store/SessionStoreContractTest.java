package io.vde.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.LogEntry.Kind;
import io.vde.store.LogEntry.Mark;
import io.vde.store.LogEntry.Verdict;
import io.vde.store.Session.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every session store must do. */
public abstract class SessionStoreContractTest {
  private static final Instant T0 = Instant.parse("2026-01-02T03:04:05.678Z");

  private SessionStore store;

  /** Opens the store; a second call, after {@link SessionStore#close}, opens the same one again. */
  protected abstract SessionStore open();

  /** Length of a long log; less where an entry is a trip to a database. */
  protected int manyEntries() {
    return 5000;
  }

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private void reopen() {
    store.close();
    store = open();
  }

  private static Session session(String id, String dataset) {
    return new Session(
        id,
        "Crème brûlée 🍮 'quoted' \\ \"double\"",
        dataset,
        "[{\"text\":\"a\\nb\"}]",
        new float[] {0.6f, -0.8f, Float.MIN_VALUE},
        "sgd",
        null,
        "demo",
        T0,
        new Tally(0, 0, 0, 0, false, false, T0));
  }

  private static LogEntry marks(long revision, Mark... marks) {
    return new LogEntry(revision, Kind.CALL, List.of(marks), false, null, T0.plusMillis(revision));
  }

  private static Tally tally(long revision) {
    return new Tally(revision, 3, 2, 1, true, false, T0.plusMillis(revision));
  }

  private static void assertSame(Session expected, Session actual) {
    assertArrayEquals(expected.queryVector(), actual.queryVector());
    // Records compare arrays by identity, so they are compared apart.
    assertEquals(withVector(expected, null).toString(), withVector(actual, null).toString());
  }

  private static Session withVector(Session s, float[] vector) {
    return new Session(
        s.id(),
        s.name(),
        s.dataset(),
        s.query(),
        vector,
        s.method(),
        s.filter(),
        s.model(),
        s.createdAt(),
        s.tally());
  }

  @Test
  void aSessionComesBackAsItWasCreated() {
    Session session = session("01A", "demo");
    store.create(session);
    reopen();
    assertSame(session, store.find("01A").orElseThrow());
    assertEquals(List.of(), store.log("01A"));
  }

  @Test
  void anUnknownSessionIsNotFound() {
    assertTrue(store.find("nope").isEmpty());
    assertFalse(store.delete("nope"));
    assertThrows(SessionNotFoundException.class, () -> store.log("nope"));
    assertThrows(SessionNotFoundException.class, () -> store.rename("nope", "x", T0));
    assertThrows(SessionNotFoundException.class, () -> store.append("nope", marks(1), tally(1)));
  }

  @Test
  void aLogComesBackInOrderWithItsVectorsAndWeights() {
    store.create(session("01A", "demo"));
    Mark right = new Mark("a\tb 😀 'x'", Verdict.POSITIVE, new float[] {1, 0, 0});
    Mark wrong = new Mark("c", Verdict.NEGATIVE, new float[] {0, 1, 0});
    Mark skipped = new Mark("d", Verdict.SKIPPED, null);
    store.append("01A", marks(1, right, wrong, skipped), tally(1));
    float[] weights = {0.1f, 0.2f, 0.3f};
    store.append("01A", new LogEntry(2, Kind.CALL, List.of(), true, weights, T0), tally(2));
    store.append("01A", new LogEntry(3, Kind.UNDO, List.of(), false, null, T0), tally(3));
    reopen();

    List<LogEntry> log = store.log("01A");
    assertEquals(List.of(1L, 2L, 3L), log.stream().map(LogEntry::revision).toList());
    assertEquals(
        List.of(Kind.CALL, Kind.CALL, Kind.UNDO), log.stream().map(LogEntry::kind).toList());
    List<Mark> marks = log.getFirst().marks();
    assertEquals(List.of(right.imageId(), "c", "d"), marks.stream().map(Mark::imageId).toList());
    assertArrayEquals(right.vector(), marks.getFirst().vector());
    assertNull(marks.get(2).vector());
    assertTrue(log.get(1).round());
    assertArrayEquals(weights, store.weights("01A", 2));
    assertEquals(tally(3), store.find("01A").orElseThrow().tally());
  }

  @Test
  void anEntryWhoseRevisionIsTakenIsRefusedAndKeepsNothing() {
    store.create(session("01A", "demo"));
    store.append("01A", marks(1), tally(1));
    assertThrows(
        RevisionConflictException.class,
        () -> store.append("01A", marks(1, new Mark("x", Verdict.SKIPPED, null)), tally(9)));
    assertThrows(RevisionConflictException.class, () -> store.append("01A", marks(3), tally(3)));
    assertEquals(1, store.log("01A").size());
    assertEquals(tally(1), store.find("01A").orElseThrow().tally());
  }

  @Test
  void ofCallersThatAppendTheSameRevisionAtOnceExactlyOneWins() throws Exception {
    store.create(session("01A", "demo"));
    Callable<Boolean> append =
        () -> {
          try {
            store.append("01A", marks(1), tally(1));
            return true;
          } catch (RevisionConflictException e) {
            return false;
          }
        };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      int won = 0;
      for (Future<Boolean> each :
          threads.invokeAll(IntStream.range(0, 16).mapToObj(i -> append).toList())) {
        won += each.get() ? 1 : 0;
      }
      assertEquals(1, won);
    }
    assertEquals(1, store.log("01A").size());
  }

  @Test
  void sessionsAreListedNewestFirstInPages() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      String id = "01" + i;
      Session s = session(id, "demo");
      store.create(
          new Session(
              s.id(),
              s.name(),
              s.dataset(),
              s.query(),
              s.queryVector(),
              s.method(),
              "{\"field\":\"a\",\"op\":\"exists\"}",
              s.model(),
              T0.plusSeconds(i / 2),
              s.tally()));
      ids.addFirst(id);
    }
    Page<Session> page = store.list(1, 3);
    assertEquals(5, page.total());
    assertEquals(ids.subList(1, 4), page.items().stream().map(Session::id).toList());
    assertEquals(List.of(), store.list(5, 3).items());
  }

  @Test
  void aRenamedSessionKeepsEverythingElse() {
    Session session = session("01A", "demo");
    store.create(session);
    store.rename("01A", "Mail", T0.plusSeconds(9));
    Session renamed = store.find("01A").orElseThrow();
    assertEquals("Mail", renamed.name());
    assertEquals(T0.plusSeconds(9), renamed.tally().updatedAt());
    assertEquals(session.createdAt(), renamed.createdAt());
  }

  @Test
  void aDeletedSessionIsGoneWithItsLog() {
    store.create(session("01A", "demo"));
    store.append("01A", marks(1, new Mark("x", Verdict.POSITIVE, new float[] {1, 0, 0})), tally(1));
    assertTrue(store.delete("01A"));
    reopen();
    assertTrue(store.find("01A").isEmpty());
    store.create(session("01A", "demo"));
    assertEquals(List.of(), store.log("01A"));
  }

  @Test
  void theSessionsOfADatasetAreCountedAndDeletedTogether() {
    store.create(session("01A", "demo"));
    store.create(session("01B", "demo"));
    store.create(session("01C", "other"));
    assertEquals(2, store.countOn("demo"));
    store.deleteOn("demo");
    assertEquals(0, store.countOn("demo"));
    assertEquals(1, store.list(0, 10).total());
  }

  @Test
  void aLogOfThousandsOfSingleLabelsComesBackWhole() {
    store.create(session("01A", "demo"));
    int entries = manyEntries();
    float[] vector = new float[512];
    for (int i = 1; i <= entries; i++) {
      vector[0] = i;
      vector[511] = -i;
      store.append(
          "01A", marks(i, new Mark("image-" + i, Verdict.POSITIVE, vector.clone())), tally(i));
    }
    long start = System.nanoTime();
    reopen();
    List<LogEntry> log = store.log("01A");
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.out.printf(
        "%s: reopened and read %d labels of 512 numbers in %d ms%n",
        getClass().getSimpleName(), entries, took.toMillis());
    assertTrue(took.compareTo(Duration.ofSeconds(30)) < 0, () -> "reopening took " + took);
    assertEquals(entries, log.size());
    for (int i = 1; i <= entries; i++) {
      Mark mark = log.get(i - 1).marks().getFirst();
      assertEquals("image-" + i, mark.imageId());
      assertEquals(i, mark.vector()[0]);
      assertEquals(-i, mark.vector()[511]);
    }
  }
}
