package io.vde.media;

/** The bytes are not an image, or of a type or kind that is not read. */
public final class UnsupportedImageException extends MediaException {
  private static final long serialVersionUID = 1L;

  public UnsupportedImageException(String message) {
    this(message, null);
  }

  public UnsupportedImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
