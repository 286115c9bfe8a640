package io.vde.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.clip.EmbeddingException;
import io.vde.clip.ModelFaultException;
import io.vde.clip.ModelNotReadyException;
import io.vde.clip.ModelState;
import jakarta.ws.rs.core.Response;
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

  @Test
  void aModelThatLoadsIsAskedForAgainAndOneThatFailedIsNot() {
    Response loading =
        answer(new ModelState(ModelState.Phase.LOADING, "The model is loading.", 0, null));
    Response failed =
        answer(new ModelState(ModelState.Phase.FAILED, "The model has no config.json.", 0, null));
    assertEquals(503, loading.getStatus());
    assertNotNull(loading.getHeaderString("Retry-After"));
    assertEquals(503, failed.getStatus());
    assertNull(failed.getHeaderString("Retry-After"));
    assertTrue(failed.getEntity().toString().contains("urn:vde:model-failed"));
  }

  private static Response answer(ModelState state) {
    RuntimeException fault = new CompletionException(new ModelNotReadyException(state));
    return Problems.response(Problems.of(fault, "/search"), fault);
  }

  private static int status(RuntimeException fault) {
    return Problems.of(new CompletionException(fault), "/embed").status();
  }
}
