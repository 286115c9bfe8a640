package io.vde.ingest;

/** A dataset cannot be made as it is described. */
public final class BadDatasetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String field;

  BadDatasetException(String field, String reason) {
    super(reason);
    this.field = field;
  }

  /** The part of the description at fault. */
  public String field() {
    return field;
  }
}
