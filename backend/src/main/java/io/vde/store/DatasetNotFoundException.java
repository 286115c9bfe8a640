package io.vde.store;

/** There is no such dataset. */
public final class DatasetNotFoundException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String name;

  public DatasetNotFoundException(String name) {
    super("There is no dataset named '%s'".formatted(name));
    this.name = name;
  }

  /** Name of the dataset. */
  public String name() {
    return name;
  }
}
