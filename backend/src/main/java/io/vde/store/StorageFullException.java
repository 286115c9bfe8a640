package io.vde.store;

/** The disk has no room for a write. Nothing of the write was kept; reading goes on. */
public final class StorageFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StorageFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
