package io.vde.search;

/** A dataset has no image of that id. */
public final class NoSuchImageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NoSuchImageException(String dataset, String id) {
    super("There is no image '%s' in the dataset '%s'".formatted(id, dataset));
  }
}
