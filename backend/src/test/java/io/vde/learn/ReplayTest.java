package io.vde.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.LogEntry;
import io.vde.store.LogEntry.Kind;
import io.vde.store.LogEntry.Mark;
import io.vde.store.LogEntry.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReplayTest {
  private final Replay replay = new Replay();

  private void call(boolean round, Mark... marks) {
    replay.apply(
        new LogEntry(replay.revision() + 1, Kind.CALL, List.of(marks), round, null, Instant.EPOCH));
  }

  private void move(Kind kind) {
    replay.apply(new LogEntry(replay.revision() + 1, kind, List.of(), false, null, Instant.EPOCH));
  }

  private static Mark mark(String id, Verdict verdict) {
    return new Mark(id, verdict, new float[] {1});
  }

  private static Map<String, Verdict> verdicts(Replay replay) {
    Map<String, Verdict> verdicts = new TreeMap<>();
    replay.labels().forEach((id, label) -> verdicts.put(id, label.verdict()));
    return verdicts;
  }

  @Test
  void theLastVerdictOnAnImageStands() {
    call(false, mark("a", Verdict.POSITIVE));
    call(false, mark("a", Verdict.NEGATIVE), mark("b", Verdict.SKIPPED));
    assertEquals(Map.of("a", Verdict.NEGATIVE, "b", Verdict.SKIPPED), verdicts(replay));
    call(false, mark("a", Verdict.CLEARED));
    assertEquals(Map.of("b", Verdict.SKIPPED), verdicts(replay));
  }

  @Test
  void skippedImagesTeachNothing() {
    call(false, mark("a", Verdict.SKIPPED));
    assertFalse(replay.unlearnt());
    assertEquals(0, replay.examples().size());
  }

  @Test
  void clearingAVerdictIsSomethingToLearn() {
    call(true, mark("a", Verdict.POSITIVE));
    assertFalse(replay.unlearnt());
    call(false, mark("a", Verdict.CLEARED));
    assertTrue(replay.unlearnt());
  }

  @Test
  void undoTakesBackTheWholeLastCallAndItsRound() {
    call(true, mark("a", Verdict.POSITIVE));
    call(true, mark("a", Verdict.NEGATIVE), mark("b", Verdict.SKIPPED));
    assertEquals(2, replay.learned().revision());
    move(Kind.UNDO);
    assertEquals(Map.of("a", Verdict.POSITIVE), verdicts(replay));
    assertEquals(new Replay.Learned(1, 1, 0), replay.learned());
    move(Kind.REDO);
    assertEquals(new Replay.Learned(2, 0, 1), replay.learned());
  }

  @Test
  void aNewCallEmptiesRedo() {
    call(false, mark("a", Verdict.POSITIVE));
    move(Kind.UNDO);
    assertTrue(replay.canRedo());
    call(false, mark("b", Verdict.POSITIVE));
    assertFalse(replay.canRedo());
  }

  @Test
  void examplesDoNotDependOnTheOrderOfTheMarks() {
    call(false, mark("b", Verdict.NEGATIVE), mark("a", Verdict.POSITIVE));
    boolean[] positive = replay.examples().positive();
    assertTrue(positive[0]);
    assertFalse(positive[1]);
  }

  @Test
  void onlyMarksThatChangeSomethingCount() {
    call(false, mark("a", Verdict.POSITIVE), mark("s", Verdict.SKIPPED));
    List<Mark> effective =
        replay.effective(
            List.of(
                mark("a", Verdict.POSITIVE),
                mark("s", Verdict.SKIPPED),
                mark("x", Verdict.CLEARED),
                mark("y", Verdict.SKIPPED)));
    assertEquals(List.of("y"), effective.stream().map(Mark::imageId).toList());
    assertEquals(
        List.of(),
        replay.effective(List.of(mark("a", Verdict.SKIPPED))),
        "an image that has a verdict keeps it");
  }

  /** A model that keeps whole copies of the state is simple enough to be believed. */
  @Test
  void anySequenceOfCallsUndosAndRedosAddsUpAsInASimpleModel() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int run = 0; run < 300; run++) {
      Replay tested = new Replay();
      List<Map<String, Verdict>> live = new ArrayList<>(List.of(Map.of()));
      List<Map<String, Verdict>> undone = new ArrayList<>();
      List<LogEntry> log = new ArrayList<>();
      for (int step = 0; step < 40; step++) {
        Kind kind = Kind.values()[random.nextInt(3)];
        List<Mark> marks = new ArrayList<>();
        if (kind == Kind.UNDO && live.size() > 1) {
          undone.add(live.removeLast());
        } else if (kind == Kind.REDO && !undone.isEmpty()) {
          live.add(undone.removeLast());
        } else {
          kind = Kind.CALL;
          Map<String, Verdict> next = new TreeMap<>(live.getLast());
          for (int i = random.nextInt(4); i >= 0; i--) {
            String id = "image" + random.nextInt(6);
            Verdict verdict = Verdict.values()[random.nextInt(4)];
            if (marks.stream().noneMatch(m -> m.imageId().equals(id))) {
              marks.add(mark(id, verdict));
              next.merge(id, verdict, (old, now) -> now);
              next.values().removeIf(v -> v == Verdict.CLEARED);
            }
          }
          live.add(next);
          undone.clear();
        }
        LogEntry entry =
            new LogEntry(step + 1, kind, marks, random.nextBoolean(), null, Instant.EPOCH);
        log.add(entry);
        tested.apply(entry);
        assertEquals(live.getLast(), verdicts(tested), "seed " + seed);
        assertEquals(live.size() > 1, tested.canUndo(), "seed " + seed);
        assertEquals(!undone.isEmpty(), tested.canRedo(), "seed " + seed);
        assertEquals(
            live.getLast().values().stream().filter(v -> v == Verdict.POSITIVE).count(),
            tested.positive(),
            "seed " + seed);
      }
      Replay again = Replay.of(log, Long.MAX_VALUE);
      assertEquals(verdicts(tested), verdicts(again), "seed " + seed);
      assertEquals(tested.learned(), again.learned(), "seed " + seed);
      assertEquals(tested.unlearnt(), again.unlearnt(), "seed " + seed);
    }
  }
}
