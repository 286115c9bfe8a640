package io.vde.clip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.media.Lane;
import io.vde.testing.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MicroBatcherTest {
  /** The tower runs a batch for each permit. */
  private final Semaphore permits = new Semaphore(0);

  private final Semaphore entered = new Semaphore(0);
  private final List<List<Integer>> batches = Collections.synchronizedList(new ArrayList<>());
  private final MicroBatcher<Integer> batcher =
      new MicroBatcher<>(
          "test-tower",
          new MicroBatcher.Limits(4, 6, Duration.ofMinutes(1), false),
          input -> input / 100,
          this::run);

  @AfterEach
  void close() {
    permits.release(1000);
    batcher.close();
  }

  @Test
  void aLoneInputRunsAtOnceAndWhatArrivesMeanwhileIsTheNextBatch() throws Exception {
    CompletableFuture<float[]> first = submit(1, Lane.BULK);
    entered.acquire();
    List<CompletableFuture<float[]>> others = new ArrayList<>();
    for (int i = 2; i <= 6; i++) {
      others.add(submit(i, Lane.BULK));
    }
    finish(first, others);
    assertEquals(List.of(List.of(1), List.of(2, 3, 4, 5), List.of(6)), batches);
  }

  @Test
  void peopleGoFirstAndImportsFillUpTheBatch() throws Exception {
    CompletableFuture<float[]> first = submit(1, Lane.BULK);
    entered.acquire();
    List<CompletableFuture<float[]>> others = new ArrayList<>();
    for (int i = 2; i <= 5; i++) {
      others.add(submit(i, Lane.BULK));
    }
    others.add(submit(6, Lane.INTERACTIVE));
    finish(first, others);
    assertEquals(List.of(List.of(1), List.of(6, 2, 3, 4), List.of(5)), batches);
  }

  @Test
  void oneSearchGoesBeforeWhatSixteenCallsHaveQueued() throws Exception {
    try (MicroBatcher<Integer> wide =
        new MicroBatcher<>(
            "wide",
            new MicroBatcher.Limits(8, 1000, Duration.ofMinutes(1), false),
            input -> 0,
            this::run)) {
      CompletableFuture<float[]> first = wide.submit(1, Lane.BATCH);
      entered.acquire();
      List<CompletableFuture<float[]>> others = new ArrayList<>();
      others.add(wide.submit(900, Lane.BULK));
      for (int i = 0; i < 16 * 16; i++) {
        others.add(wide.submit(1000 + i, Lane.BATCH));
      }
      others.add(wide.submit(2, Lane.INTERACTIVE));
      finish(first, others);
      assertEquals(2, batches.get(1).getFirst());
      assertEquals(900, batches.getLast().getLast());
    }
  }

  @Test
  void onlyTheAlikeShareABatch() throws Exception {
    CompletableFuture<float[]> first = submit(1, Lane.BULK);
    entered.acquire();
    List<CompletableFuture<float[]>> others = new ArrayList<>();
    for (int i : new int[] {100, 2, 101, 3}) {
      others.add(submit(i, Lane.BULK));
    }
    finish(first, others);
    assertEquals(List.of(List.of(1), List.of(100, 101), List.of(2, 3)), batches);
  }

  @Test
  void everyInputGetsItsOwnVectorOfLengthOne() throws Exception {
    permits.release(1000);
    List<CompletableFuture<float[]>> all = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      all.add(submit(i, i % 2 == 0 ? Lane.BULK : Lane.INTERACTIVE));
    }
    for (int i = 1; i <= 6; i++) {
      double length = Math.hypot(i, 1);
      assertArrayEquals(
          new float[] {(float) (i / length), (float) (1 / length)},
          all.get(i - 1).get(Patience.SECONDS, TimeUnit.SECONDS),
          1e-6f);
    }
  }

  @Test
  void aFullLaneTurnsAwayAndTheOtherDoesNot() throws Exception {
    submit(1, Lane.BULK);
    entered.acquire();
    for (int i = 2; i <= 7; i++) {
      submit(i, Lane.BULK);
    }
    assertInstanceOf(RejectedExecutionException.class, failure(submit(8, Lane.BULK)));
    assertTrue(!submit(9, Lane.INTERACTIVE).isDone());
  }

  @Test
  void whatIsCancelledLeavesTheQueueAndNeverRuns() throws Exception {
    CompletableFuture<float[]> first = submit(1, Lane.BULK);
    entered.acquire();
    List<CompletableFuture<float[]>> others = new ArrayList<>();
    for (int i = 2; i <= 7; i++) {
      others.add(submit(i, Lane.BULK));
    }
    others.remove(0).cancel(true);
    assertEquals(5, batcher.waiting());
    others.add(submit(8, Lane.BULK));
    finish(first, others);
    assertTrue(batches.stream().noneMatch(batch -> batch.contains(2)), batches::toString);
  }

  @Test
  void peopleRunAloneWhereABatchWouldChangeTheirVectors() throws Exception {
    try (MicroBatcher<Integer> alone =
        new MicroBatcher<>(
            "alone",
            new MicroBatcher.Limits(4, 6, Duration.ofMinutes(1), true),
            input -> 0,
            this::run)) {
      CompletableFuture<float[]> first = alone.submit(1, Lane.BULK);
      entered.acquire();
      List<CompletableFuture<float[]>> others = new ArrayList<>();
      for (int i = 2; i <= 3; i++) {
        others.add(alone.submit(i, Lane.INTERACTIVE));
        others.add(alone.submit(i + 10, Lane.BULK));
        others.add(alone.submit(i + 20, Lane.BATCH));
      }
      finish(first, others);
      assertEquals(
          List.of(List.of(1), List.of(2), List.of(3), List.of(22), List.of(23), List.of(12, 13)),
          batches);
    }
  }

  @Test
  void whatAPersonWaitedForTooLongIsTurnedAwayAndNeverRuns() throws Exception {
    try (MicroBatcher<Integer> hasty =
        new MicroBatcher<>(
            "hasty", new MicroBatcher.Limits(4, 6, Duration.ZERO, false), input -> 0, this::run)) {
      permits.release(1000);
      assertInstanceOf(
          RejectedExecutionException.class, failure(hasty.submit(1, Lane.INTERACTIVE)));
      assertInstanceOf(RejectedExecutionException.class, failure(hasty.submit(3, Lane.BATCH)));
      assertEquals(2, hasty.submit(2, Lane.BULK).get(Patience.SECONDS, TimeUnit.SECONDS).length);
      assertEquals(List.of(List.of(2)), batches);
    }
  }

  @Test
  void oneBrokenVectorDoesNotSpoilItsBatch() throws Exception {
    CompletableFuture<float[]> first = submit(1, Lane.BULK);
    entered.acquire();
    CompletableFuture<float[]> nan = submit(NAN, Lane.BULK);
    CompletableFuture<float[]> zero = submit(ZERO, Lane.BULK);
    CompletableFuture<float[]> good = submit(3, Lane.BULK);
    finish(first, List.of(good));
    assertInstanceOf(EmbeddingException.class, failure(nan));
    assertInstanceOf(EmbeddingException.class, failure(zero));
  }

  @Test
  void aTowerThatThrowsFailsItsBatchThroughNoFaultOfTheInputsAndRunsOn() throws Exception {
    permits.release(1000);
    Throwable fault = failure(submit(THROW, Lane.BULK));
    assertInstanceOf(ModelFaultException.class, fault);
    assertInstanceOf(IllegalStateException.class, fault.getCause());
    assertEquals(2, submit(3, Lane.BULK).get(Patience.SECONDS, TimeUnit.SECONDS).length);
  }

  @Test
  void closingTurnsAwayWhatWaits() throws Exception {
    submit(1, Lane.BULK);
    entered.acquire();
    CompletableFuture<float[]> waiting = submit(2, Lane.BULK);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(batcher::close);
    assertInstanceOf(RejectedExecutionException.class, failure(waiting));
    permits.release(1);
    closing.get(Patience.SECONDS, TimeUnit.SECONDS);
    assertInstanceOf(RejectedExecutionException.class, failure(submit(3, Lane.BULK)));
  }

  private static final int NAN = 50;
  private static final int ZERO = 51;
  private static final int THROW = 52;

  private List<float[]> run(List<Integer> batch) {
    batches.add(batch);
    entered.release();
    permits.acquireUninterruptibly();
    if (batch.contains(THROW)) {
      throw new IllegalStateException("broken");
    }
    return batch.stream()
        .map(
            input ->
                switch (input) {
                  case NAN -> new float[] {Float.NaN, 1};
                  case ZERO -> new float[] {0, 0};
                  default -> new float[] {input, 1};
                })
        .toList();
  }

  private CompletableFuture<float[]> submit(int input, Lane lane) {
    return batcher.submit(input, lane);
  }

  private void finish(CompletableFuture<float[]> first, List<CompletableFuture<float[]>> others)
      throws Exception {
    permits.release(1000);
    first.get(Patience.SECONDS, TimeUnit.SECONDS);
    for (CompletableFuture<float[]> other : others) {
      other.get(Patience.SECONDS, TimeUnit.SECONDS);
    }
  }

  private static Throwable failure(CompletableFuture<float[]> future) {
    return assertThrows(
            ExecutionException.class, () -> future.get(Patience.SECONDS, TimeUnit.SECONDS))
        .getCause();
  }
}
