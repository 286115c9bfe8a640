package io.vde.clip;

/**
 * A model bundle lacks something or holds something that is not supported. The message names the
 * file and the key.
 */
public final class BundleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BundleException(String message) {
    super(message);
  }

  public BundleException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The same, of the model that a setting names: there may be two. */
  BundleException of(String setting) {
    return getMessage().startsWith(setting)
        ? this
        : new BundleException(setting + ": " + getMessage(), this);
  }
}
