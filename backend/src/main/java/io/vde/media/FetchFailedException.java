package io.vde.media;

/**
 * A remote image could not be fetched. One vague message whatever the reason, so that nobody can
 * map a network with it.
 */
public final class FetchFailedException extends MediaException {
  private static final long serialVersionUID = 1L;

  public FetchFailedException(String message) {
    this(message, null);
  }

  public FetchFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
