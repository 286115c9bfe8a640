package io.vde.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vde.clip.EmbeddingException;
import io.vde.clip.ModelFaultException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Whose fault a fault is. */
class ProblemsTest {
  @Test
  void anInputThatTheModelCanMakeNothingOfIsTheClients() {
    assertEquals(400, status(new EmbeddingException("The model gave nothing.")));
  }

  @Test
  void aModelThatDoesNotRunIsOurs() {
    assertEquals(500, status(new ModelFaultException(new OutOfMemoryError("native"))));
  }

  private static int status(RuntimeException fault) {
    return Problems.of(new CompletionException(fault), "/embed").status();
  }
}
