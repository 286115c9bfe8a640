package io.vde.store.clickhouse;

import java.util.concurrent.CancellationException;

/** Nobody waits for the answer any more. */
final class CallerInterruptedException extends CancellationException {
  private static final long serialVersionUID = 1L;

  private CallerInterruptedException(InterruptedException cause) {
    super("The caller was interrupted");
    initCause(cause);
  }

  /** In place of an interrupt that was caught; the thread keeps the flag. */
  static CallerInterruptedException of(InterruptedException caught) {
    Thread.currentThread().interrupt();
    return new CallerInterruptedException(caught);
  }
}
