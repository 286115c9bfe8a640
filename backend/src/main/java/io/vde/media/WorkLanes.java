package io.vde.media;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A fixed number of threads with one bounded queue a lane: interactive work goes first, what finds
 * its queue full is turned away, and what is cancelled leaves the queue at once.
 */
final class WorkLanes implements AutoCloseable {
  private final ThreadPoolExecutor threads;
  private final Map<Lane, Semaphore> places = new EnumMap<>(Lane.class);
  private final AtomicLong order = new AtomicLong();

  /**
   * Starts no thread yet.
   *
   * @param name of the threads
   * @param threads at most so many at work
   * @param capacity tasks that may wait in each lane
   */
  WorkLanes(String name, int threads, int capacity) {
    for (Lane lane : Lane.values()) {
      places.put(lane, new Semaphore(capacity));
    }
    this.threads =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new PriorityBlockingQueue<>(
                64,
                Comparator.<Runnable, Lane>comparing(task -> ((Task<?>) task).lane)
                    .thenComparingLong(task -> ((Task<?>) task).number)),
            Thread.ofPlatform().daemon().name(name + "-", 0).factory());
    this.threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs work on a thread of the pool.
   *
   * @return its result or exception; a {@link RejectedExecutionException} when the lane is full.
   *     Cancelling it takes work that has not begun out of the queue.
   */
  <T> CompletableFuture<T> submit(Lane lane, Supplier<T> work) {
    Semaphore place = places.get(lane);
    if (!place.tryAcquire()) {
      return CompletableFuture.failedFuture(
          new RejectedExecutionException("Too many images are waiting to be decoded."));
    }
    Task<T> task = new Task<>(lane, order.getAndIncrement(), place, work);
    var _ =
        task.result.whenComplete(
            (value, failure) -> {
              if (threads.getQueue().remove(task)) {
                place.release();
              }
            });
    try {
      threads.execute(task);
    } catch (RejectedExecutionException e) {
      place.release();
      return CompletableFuture.failedFuture(e);
    }
    return task.result;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private static final class Task<T> implements Runnable {
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final Lane lane;
    private final long number;
    private final Semaphore place;
    private final Supplier<T> work;

    Task(Lane lane, long number, Semaphore place, Supplier<T> work) {
      this.lane = lane;
      this.number = number;
      this.place = place;
      this.work = work;
    }

    @Override
    public void run() {
      place.release();
      if (result.isDone()) {
        return;
      }
      try {
        result.complete(work.get());
      } catch (Throwable e) {
        result.completeExceptionally(e);
      }
    }
  }
}
