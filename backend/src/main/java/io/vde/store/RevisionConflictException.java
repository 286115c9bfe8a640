package io.vde.store;

/** A log has moved on since it was read. */
public final class RevisionConflictException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RevisionConflictException(String id, long revision) {
    super("Revision %d of session '%s' is taken".formatted(revision, id));
  }
}
