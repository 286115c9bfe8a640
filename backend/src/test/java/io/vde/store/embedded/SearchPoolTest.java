package io.vde.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.embedded.EmbeddedSettings.KernelMode;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One thread searches, and one search may wait. */
class SearchPoolTest {
  private final SearchPool pool =
      new SearchPool(new EmbeddedSettings(1, 1, 1, 1 << 20, KernelMode.SCALAR));

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void whatACallerThatIsInterruptedWaitsForIsGivenUp() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    FutureTask<Object> search =
        new FutureTask<>(
            () ->
                pool.call(
                    "d",
                    cancellation -> {
                      begun.countDown();
                      while (true) {
                        cancellation.check();
                        Thread.onSpinWait();
                      }
                    }));
    Thread caller = Thread.ofVirtual().start(search);
    assertTrue(begun.await(1, TimeUnit.MINUTES));
    caller.interrupt();
    assertGivenUp(search);
    assertEquals("next", pool.call("d", cancellation -> "next"));
  }

  @Test
  void whatHasNotBegunLeavesTheQueue() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    FutureTask<Object> first =
        new FutureTask<>(
            () ->
                pool.call(
                    "d",
                    cancellation -> {
                      begun.countDown();
                      free.await();
                      return "first";
                    }));
    Thread.ofVirtual().start(first);
    assertTrue(begun.await(1, TimeUnit.MINUTES));
    for (int i = 0; i < 3; i++) {
      Thread.currentThread().interrupt();
      assertThrows(CancellationException.class, () -> pool.call("d", cancellation -> "next"));
      assertTrue(Thread.interrupted(), "the thread no longer knows");
    }
    free.countDown();
    assertEquals("first", first.get(1, TimeUnit.MINUTES));
  }

  private static void assertGivenUp(FutureTask<Object> search) {
    assertInstanceOf(
        CancellationException.class,
        assertThrows(ExecutionException.class, () -> search.get(1, TimeUnit.MINUTES)).getCause());
  }
}
