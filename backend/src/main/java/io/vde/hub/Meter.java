package io.vde.hub;

import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Counts what arrives, and tells the listener and the log now and then. What is expected may grow
 * on the way, as files say what else is needed. For one thread.
 */
final class Meter {
  private static final Logger LOG = Logger.getLogger(Meter.class);
  private static final long TELL_NANOS = 200_000_000L;
  private static final long LOG_NANOS = 10_000_000_000L;

  private final String repository;
  private final Consumer<DownloadProgress> listener;
  private long total;
  private boolean unknown;
  private long finished;
  private long current;
  private long told;
  private long logged;
  private long loggedTenth;

  /** For the files of a repository. */
  Meter(String repository, Consumer<DownloadProgress> listener) {
    this.repository = repository;
    this.listener = listener;
    long now = System.nanoTime();
    this.told = now - TELL_NANOS;
    this.logged = now;
  }

  /** So many more bytes will come; empty when that is not known, and then the sum is not either. */
  void expect(OptionalLong bytes) {
    unknown |= bytes.isEmpty();
    total = unknown ? 0 : total + bytes.getAsLong();
    tell();
  }

  /** So many bytes of the present file are there. */
  void at(long bytes) {
    current = bytes;
    long now = System.nanoTime();
    if (now - told >= TELL_NANOS) {
      told = now;
      tell();
    }
    long tenth = total == 0 ? 0 : 10 * (finished + current) / total;
    if (now - logged >= LOG_NANOS || tenth > loggedTenth) {
      logged = now;
      loggedTenth = tenth;
      LOG.infof("%s: %s", repository, amount());
    }
  }

  /** The present file is whole. */
  void finish(long bytes) {
    finished += bytes;
    current = 0;
    tell();
  }

  private String amount() {
    double done = (finished + current) / 1e6;
    return total == 0
        ? "%.1f MB downloaded".formatted(done)
        : "%.1f of %.1f MB downloaded".formatted(done, total / 1e6);
  }

  private void tell() {
    listener.accept(new DownloadProgress(repository, finished + current, total));
  }
}
