package io.vde.learn;

import io.vde.store.LogEntry.Kind;
import io.vde.store.Session;

/** There is no call to take back or to bring back. */
public final class NothingToUndoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NothingToUndoException(Session session, Kind kind) {
    super(
        "There is nothing to %s in the session '%s'"
            .formatted(kind == Kind.UNDO ? "undo" : "redo", session.name()));
  }
}
