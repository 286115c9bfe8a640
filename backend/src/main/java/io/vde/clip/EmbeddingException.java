package io.vde.clip;

/** The model ran and gave nothing usable for an input. */
public final class EmbeddingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EmbeddingException(String message) {
    super(message);
  }
}
