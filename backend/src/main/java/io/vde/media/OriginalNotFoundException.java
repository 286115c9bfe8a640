package io.vde.media;

/** No original with this digest is kept. */
public final class OriginalNotFoundException extends MediaException {
  private static final long serialVersionUID = 1L;

  public OriginalNotFoundException(String message) {
    this(message, null);
  }

  public OriginalNotFoundException(String message, Throwable cause) {
    super(message, cause);
  }
}
