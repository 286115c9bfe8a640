package io.vde.media;

/**
 * An image that could not be had. The message is a sentence for the person who sent it: no paths,
 * no classes.
 */
public abstract sealed class MediaException extends RuntimeException
    permits UndecodableImageException,
        UnsupportedImageException,
        ImageTooLargeException,
        FetchFailedException,
        OriginalNotFoundException {
  private static final long serialVersionUID = 1L;

  MediaException(String message, Throwable cause) {
    super(message, cause);
  }
}
