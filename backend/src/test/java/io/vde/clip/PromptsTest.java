package io.vde.clip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** The mean over the sentences that a text is put into. */
class PromptsTest {
  private final CompletableFuture<float[]> first = new CompletableFuture<>();
  private final CompletableFuture<float[]> second = new CompletableFuture<>();
  private final CompletableFuture<float[]> mean = Prompts.mean(List.of(first, second));

  @Test
  void theMeanIsThereWhenAllAreAndHasLengthOne() throws Exception {
    first.complete(new float[] {1, 0});
    assertFalse(mean.isDone());
    second.complete(new float[] {0, 1});
    assertArrayEquals(new float[] {.70710678f, .70710678f}, mean.get(), 1e-6f);
  }

  @Test
  void oneRefusedSentenceFailsTheTextAtOnceAndTakesTheOthersOutOfTheQueue() {
    RejectedExecutionException refused = new RejectedExecutionException("full");
    second.completeExceptionally(refused);
    assertSame(refused, assertThrows(ExecutionException.class, mean::get).getCause());
    assertTrue(first.isCancelled());
  }

  @Test
  void aCancelledTextCancelsItsSentences() {
    mean.cancel(false);
    assertTrue(first.isCancelled() && second.isCancelled());
  }
}
