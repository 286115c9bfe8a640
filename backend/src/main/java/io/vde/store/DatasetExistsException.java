package io.vde.store;

/** The name of a new dataset is taken. */
public final class DatasetExistsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String name;

  public DatasetExistsException(String name) {
    super("There is already a dataset named '%s'".formatted(name));
    this.name = name;
  }

  /** Name of the dataset. */
  public String name() {
    return name;
  }
}
