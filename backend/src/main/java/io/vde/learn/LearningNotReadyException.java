package io.vde.learn;

/** Nothing can be fitted yet, or at all; the message says why. */
public final class LearningNotReadyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LearningNotReadyException(String reason) {
    super(reason);
  }
}
