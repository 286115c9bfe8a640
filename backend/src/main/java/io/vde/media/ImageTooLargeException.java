package io.vde.media;

/** The image has more bytes or more pixels than are allowed, or needs more memory than there is. */
public final class ImageTooLargeException extends MediaException {
  private static final long serialVersionUID = 1L;

  public ImageTooLargeException(String message) {
    this(message, null);
  }

  public ImageTooLargeException(String message, Throwable cause) {
    super(message, cause);
  }
}
