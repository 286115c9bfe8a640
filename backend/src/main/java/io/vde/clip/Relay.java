package io.vde.clip;

import java.util.concurrent.CompletableFuture;

/**
 * Futures that stand for steps which follow each other. {@link CompletableFuture} itself tells the
 * later ones of a fault, but not the earlier ones of a cancellation.
 */
public final class Relay {
  private Relay() {}

  /** Gives on what becomes of a step, and cancels the step with the result. */
  public static <T> void follow(CompletableFuture<T> step, CompletableFuture<T> result) {
    var _ =
        step.whenComplete(
            (value, failure) -> {
              if (failure != null) {
                result.completeExceptionally(failure);
              } else {
                result.complete(value);
              }
            });
    cancelWith(result, step);
  }

  /** Whoever cancels the result has no use for a step on the way to it. */
  static void cancelWith(CompletableFuture<?> result, CompletableFuture<?> step) {
    var _ =
        result.whenComplete(
            (value, failure) -> {
              if (result.isCancelled()) {
                step.cancel(false);
              }
            });
  }
}
