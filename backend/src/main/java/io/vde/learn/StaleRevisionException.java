package io.vde.learn;

import io.vde.store.Session;

/** A session has moved on since the caller saw it. */
public final class StaleRevisionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Session session;

  StaleRevisionException(Session session, long baseRevision) {
    super(
        "The session is at revision %d, not %d any more"
            .formatted(session.tally().revision(), baseRevision));
    this.session = session;
  }

  /** The session as it is now. */
  public Session session() {
    return session;
  }
}
