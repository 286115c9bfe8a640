package io.vde.media;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many bytes of what callers send may be on the heap at the same time, over all of them. Of one
 * budget, either all {@link #await wait} for a share whose size they know, or all {@link Share#grow
 * grow} theirs as bytes come in and are turned away when there is no more: who holds some and waits
 * for more may wait for ever.
 */
public final class ByteBudget {
  private static final int UNIT = 1024;

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
    int wanted = units(bytes);
    try {
      free.acquire(wanted);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RejectedExecutionException("Nobody waits for the memory any more.", e);
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

    @Override
    public void close() {
      free.release(held.getAndSet(0));
    }
  }
}
