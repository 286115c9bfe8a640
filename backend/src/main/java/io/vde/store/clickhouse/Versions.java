package io.vde.store.clickhouse;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Numbers for rows, so that of two rows of one image the later wins: nanoseconds since 1970 by the
 * database's clock, always growing in this process. Of two nodes that write the same image within
 * the inaccuracy of that clock (a round trip, and the drift since it was last read), either may
 * win.
 */
final class Versions {
  private final LongSupplier clock;
  private final AtomicLong last = new AtomicLong();

  /** Goes by a clock of nanoseconds since 1970. */
  Versions(LongSupplier clock) {
    this.clock = clock;
  }

  /** Takes so many numbers in a row and gives the first. */
  long next(int count) {
    long now = clock.getAsLong();
    return last.updateAndGet(before -> Math.max(before, now) + count) - count + 1;
  }

  /** A number beyond one that is there. */
  long beyond(long version) {
    last.accumulateAndGet(version, Math::max);
    return next(1);
  }
}
