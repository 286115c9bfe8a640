package io.vde.ingest;

/** A dataset that sessions teach on is not deleted without them. */
public final class DatasetInUseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DatasetInUseException(String name, long sessions) {
    super(
        "%d sessions teach on the dataset '%s'; sessions=delete deletes them too"
            .formatted(sessions, name));
  }
}
