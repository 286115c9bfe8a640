package io.vde.media;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many bytes of what callers send may be on the heap at the same time, over all of them. Who
 * knows how many will come {@link #await waits} for a share of that size; who does not {@link
 * Share#grow grows} one as bytes come in, and is turned away when there is no more. Nobody waits
 * who holds a share already: two who did could wait for each other for ever.
 */
public final class ByteBudget {
  private static final int UNIT = 1024;
  private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

  private final int units;
  private final Semaphore free;

  /** A budget of so many bytes. */
  public ByteBudget(long bytes) {
    units = Math.clamp(bytes / UNIT, 1, Integer.MAX_VALUE);
    free = new Semaphore(units, true);
  }

  /** A part of the heap (8: an eighth), but room for one of the largest files. */
  public static ByteBudget ofHeap(int part) {
    return new ByteBudget(Math.max(64L << 20, Runtime.getRuntime().maxMemory() / part));
  }

  /**
   * Waits until so many bytes may be held; what is larger than the budget takes all of it.
   *
   * @throws RejectedExecutionException when the thread is interrupted
   */
  public Share await(long bytes) {
    return await(bytes, FOR_EVER);
  }

  /**
   * Waits until so many bytes may be held, but not longer than that.
   *
   * @throws RejectedExecutionException when the time has passed, or the thread is interrupted
   */
  public Share await(long bytes, Duration patience) {
    int wanted = units(bytes);
    try {
      if (!free.tryAcquire(wanted, patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new RejectedExecutionException("There is no memory for that many bytes now.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RejectedExecutionException("The wait for memory was given up.", e);
    }
    return new Share(wanted);
  }

  /** A share of nothing, which may grow. */
  public Share none() {
    return new Share(0);
  }

  private int units(long bytes) {
    return (int) Math.min((bytes + UNIT - 1) / UNIT, units);
  }

  /** Bytes that one caller holds, until it is closed; closing it again does nothing. */
  public final class Share implements AutoCloseable {
    private final AtomicInteger held;

    private Share(int units) {
      held = new AtomicInteger(units);
    }

    /** Takes so many bytes more, when they are free. */
    public boolean grow(long bytes) {
      int wanted = units(bytes);
      if (!free.tryAcquire(wanted)) {
        return false;
      }
      held.addAndGet(wanted);
      return true;
    }

    /** Holds so many bytes in all, if those that are missing are free; never gives any back. */
    public boolean growTo(long bytes) {
      int missing = units(bytes) - held.get();
      if (missing > 0 && !free.tryAcquire(missing)) {
        return false;
      }
      held.addAndGet(Math.max(0, missing));
      return true;
    }

    /** Gives back what is more than so many bytes. */
    public void shrinkTo(long bytes) {
      int kept = Math.min(held.get(), units(bytes));
      free.release(held.getAndSet(kept) - kept);
    }

    @Override
    public void close() {
      free.release(held.getAndSet(0));
    }
  }
}
