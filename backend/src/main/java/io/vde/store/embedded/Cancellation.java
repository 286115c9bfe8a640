package io.vde.store.embedded;

import java.util.concurrent.CancellationException;

/**
 * Tells a running search that nobody waits for it any more. A flag rather than an interrupt, which
 * would close the files of a channel-based directory under everybody.
 */
final class Cancellation {
  private volatile boolean cancelled;

  void cancel() {
    cancelled = true;
  }

  void check() {
    if (cancelled) {
      throw new CancellationException("The caller was interrupted");
    }
  }
}
