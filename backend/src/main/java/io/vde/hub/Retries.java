package io.vde.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Patience with what passes: a connection that fails, a server that is overloaded. Counts the tries
 * since the last success.
 */
final class Retries {
  private static final Logger LOG = Logger.getLogger(Retries.class);
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);
  private static final long LONGEST_PAUSE_MILLIS = 30_000;

  private final int most;
  private final long firstPauseMillis;
  private int failures;

  Retries(int most, long firstPauseMillis) {
    this.most = most;
    this.firstPauseMillis = firstPauseMillis;
  }

  /** Something arrived: the patience begins anew. */
  void succeeded() {
    failures = 0;
  }

  /**
   * Waits before the next try.
   *
   * @param failure what went wrong
   * @throws HubException when that was the last try, or the thread was interrupted
   */
  void pause(IOException failure) {
    String reason = reason(failure);
    if (wasInterrupted(failure)) {
      Thread.currentThread().interrupt();
      throw new HubException("The download was stopped.", failure);
    }
    if (failures >= most) {
      throw new HubException(reason, failure);
    }
    long pause = Math.min(LONGEST_PAUSE_MILLIS, firstPauseMillis << Math.min(failures, 16));
    if (failure instanceof PassingException passing) {
      pause = Math.max(pause, Math.min(LONGEST_PAUSE_MILLIS, passing.retryAfterMillis));
    }
    failures++;
    LOG.infof("%s Trying again in %.1f s.", reason, pause / 1e3);
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException("The download was stopped.", e);
    }
  }

  /**
   * Gives an answer back, unless it says that the same request may succeed later.
   *
   * @throws PassingException then
   */
  static HubAnswer checked(HubAnswer answer) throws PassingException {
    if (!PASSING.contains(answer.status())) {
      return answer;
    }
    String after = String.valueOf(answer.header("Retry-After"));
    answer.response().close();
    throw new PassingException(
        answer.status(), after.matches("[0-9]{1,5}") ? 1000L * Long.parseLong(after) : 0);
  }

  private static String reason(IOException failure) {
    if (failure instanceof PassingException) {
      return failure.getMessage();
    }
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String words = String.valueOf(cause.getMessage()).strip().replaceAll("[.\\s]+$", "");
    return "The connection to the hub failed (%s).".formatted(words);
  }

  /** The client wraps an interrupt, and forgets it. */
  private static boolean wasInterrupted(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException
          || cause.getClass() == InterruptedIOException.class) {
        return true;
      }
    }
    return Thread.currentThread().isInterrupted();
  }

  /** The hub is there, but not now. */
  static final class PassingException extends IOException {
    private static final long serialVersionUID = 1L;
    private final long retryAfterMillis;

    PassingException(int status, long retryAfterMillis) {
      super("The hub answers with status %d.".formatted(status));
      this.retryAfterMillis = retryAfterMillis;
    }
  }
}
