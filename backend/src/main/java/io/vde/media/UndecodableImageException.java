package io.vde.media;

/** The bytes are of a known type but damaged, cut short or otherwise not an image. */
public final class UndecodableImageException extends MediaException {
  private static final long serialVersionUID = 1L;

  public UndecodableImageException(String message) {
    this(message, null);
  }

  public UndecodableImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
