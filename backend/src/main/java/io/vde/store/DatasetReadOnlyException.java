package io.vde.store;

/** The dataset is a table of somebody else's that may only be searched. */
public final class DatasetReadOnlyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DatasetReadOnlyException(String name) {
    super("The dataset '%s' can only be searched, not changed".formatted(name));
  }
}
