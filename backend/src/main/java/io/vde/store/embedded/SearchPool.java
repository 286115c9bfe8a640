package io.vde.store.embedded;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs reads on a bounded number of threads; callers wait, and are refused when too many do. */
final class SearchPool implements AutoCloseable {
  private final ThreadPoolExecutor executor;

  /** A read. */
  @FunctionalInterface
  interface Read<T> {
    T run(Cancellation cancellation) throws Exception;
  }

  SearchPool(EmbeddedSettings settings) {
    executor =
        new ThreadPoolExecutor(
            settings.searchThreads(),
            settings.searchThreads(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(settings.searchQueue()),
            Thread.ofPlatform().name("vde-search-", 0).daemon().factory());
  }

  /**
   * Runs a read and waits for it.
   *
   * @param dataset for messages
   * @throws RejectedExecutionException when too many wait
   * @throws CancellationException when the caller is interrupted; the read ends soon after
   */
  <T> T call(String dataset, Read<T> read) {
    Cancellation cancellation = new Cancellation();
    FutureTask<T> result = new FutureTask<>(() -> read.run(cancellation));
    try {
      executor.execute(result);
    } catch (RejectedExecutionException e) {
      throw new RejectedExecutionException("Too many searches are waiting", e);
    }
    try {
      return result.get();
    } catch (InterruptedException e) {
      cancellation.cancel();
      result.cancel(false);
      executor.remove(result); // or it would keep its place until its turn comes
      Thread.currentThread().interrupt();
      CancellationException cancelled = new CancellationException("Interrupted");
      cancelled.initCause(e);
      throw cancelled;
    } catch (ExecutionException e) {
      throw StorageFaults.translate(e.getCause(), dataset);
    }
  }

  @Override
  public void close() {
    executor.close();
  }
}
