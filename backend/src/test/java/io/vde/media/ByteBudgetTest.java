package io.vde.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {
  private static final long KIB = 1024;

  @Test
  void aShareGrowsWhileThereIsRoomAndGivesAllOfItBackOnce() {
    ByteBudget budget = new ByteBudget(10 * KIB);
    ByteBudget.Share first = budget.none();
    assertTrue(first.grow(6 * KIB));
    assertTrue(first.grow(1));
    ByteBudget.Share second = budget.none();
    assertFalse(second.grow(4 * KIB), "a part of a KiB is one");
    assertTrue(second.grow(3 * KIB));
    first.close();
    first.close();
    assertTrue(second.grow(7 * KIB));
    assertFalse(second.grow(1));
  }

  @Test
  void whoIsInterruptedWaitsNoMore() {
    ByteBudget budget = new ByteBudget(10 * KIB);
    ByteBudget.Share all = budget.await(10 * KIB);
    Thread.currentThread().interrupt();
    assertThrows(RejectedExecutionException.class, () -> budget.await(1));
    assertTrue(Thread.interrupted(), "the thread no longer knows");
    all.close();
    assertTrue(budget.none().grow(10 * KIB));
  }

  @Test
  void whoWaitsNeverHoldsMoreThanTheBudgetWithOthersAndWhatIsLargerTakesAllOfIt() throws Exception {
    ByteBudget budget = new ByteBudget(10 * KIB);
    AtomicLong held = new AtomicLong();
    AtomicLong most = new AtomicLong();
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 1; i <= 200; i++) {
        long kib = i % 20;
        all.add(
            threads.submit(
                () -> {
                  try (ByteBudget.Share _ = budget.await(kib * KIB)) {
                    long taken = Math.min(kib, 10);
                    most.accumulateAndGet(held.addAndGet(taken), Math::max);
                    Thread.yield();
                    held.addAndGet(-taken);
                  }
                }));
      }
    }
    for (Future<?> one : all) {
      one.get();
    }
    assertTrue(most.get() <= 10, "held at once: " + most);
    assertEquals(0, held.get());
  }

  @Test
  void whoWaitsNoLongerThanSoLongIsTurnedAway() {
    ByteBudget budget = new ByteBudget(10 * KIB);
    ByteBudget.Share first = budget.await(6 * KIB, Duration.ofMinutes(1));
    assertThrows(
        RejectedExecutionException.class, () -> budget.await(6 * KIB, Duration.ofMillis(1)));
    first.close();
    budget.await(10 * KIB, Duration.ofMillis(1)).close();
  }

  @Test
  void aShareGrowsAndShrinksToASize() {
    ByteBudget budget = new ByteBudget(10 * KIB);
    ByteBudget.Share share = budget.none();
    assertTrue(share.growTo(4 * KIB - 1));
    assertTrue(share.growTo(4 * KIB), "it has that already");
    assertTrue(share.growTo(2 * KIB), "and more");
    ByteBudget.Share other = budget.none();
    assertFalse(other.growTo(6 * KIB + 1));
    assertTrue(other.growTo(6 * KIB));
    assertFalse(share.growTo(5 * KIB));
    share.shrinkTo(5 * KIB);
    share.shrinkTo(KIB);
    assertTrue(other.growTo(9 * KIB));
    share.close();
    other.close();
    assertTrue(budget.none().growTo(10 * KIB));
    assertTrue(new ByteBudget(KIB).none().growTo(5 * KIB), "all of it is enough for anything");
  }
}
