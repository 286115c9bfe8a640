package io.vde.media;

/** The disk has no room for a file. Nothing of it was kept; reading goes on. */
public final class DiskFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DiskFullException(Throwable cause) {
    super("The disk is full: nothing was stored.", cause);
  }
}
