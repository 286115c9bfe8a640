package io.vde.store;

/** There is no such session. */
public final class SessionNotFoundException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SessionNotFoundException(String id) {
    super("There is no session '%s'".formatted(id));
  }
}
