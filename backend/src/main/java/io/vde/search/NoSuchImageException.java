package io.vde.search;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** A dataset has no images of these ids. */
public final class NoSuchImageException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MOST_NAMED = 10;

  private final transient List<String> ids;

  public NoSuchImageException(String dataset, String id) {
    this(dataset, List.of(id));
  }

  public NoSuchImageException(String dataset, Collection<String> ids) {
    super("There is no image %s in the dataset '%s'".formatted(named(ids), dataset));
    this.ids = List.copyOf(ids);
  }

  private static String named(Collection<String> ids) {
    String first =
        ids.stream().limit(MOST_NAMED).map(id -> "'" + id + "'").collect(Collectors.joining(", "));
    return ids.size() > MOST_NAMED
        ? first + " (and %d more)".formatted(ids.size() - MOST_NAMED)
        : first;
  }

  /** All of them. */
  public List<String> ids() {
    return ids;
  }
}
