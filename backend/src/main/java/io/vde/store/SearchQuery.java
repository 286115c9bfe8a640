package io.vde.store;

import static java.util.Objects.requireNonNull;

import java.util.Set;

/**
 * A nearest-neighbour query.
 *
 * @param vector unit length, {@code dimension} long
 * @param offset hits to pass over, 0 or more, without an upper bound
 * @param limit hits to return, 0 or more
 * @param exclude ids that must not appear; unknown ones are ignored
 * @param filter which images to rank; null means all
 * @param includeVectors whether hits carry their vectors
 * @param countTotal whether to count all images that match the filter less the excluded ones
 * @param exact whether an approximate index, where the store has one, must not be used
 */
public record SearchQuery(
    float[] vector,
    int offset,
    int limit,
    Set<String> exclude,
    Filter filter,
    boolean includeVectors,
    boolean countTotal,
    boolean exact) {
  public SearchQuery {
    requireNonNull(vector, "vector is null");
    exclude = Set.copyOf(exclude);
    if (offset < 0 || limit < 0) {
      throw new IllegalArgumentException("offset " + offset + " and limit " + limit + " < 0");
    }
  }

  /** A query that an index may answer. */
  public SearchQuery(
      float[] vector,
      int offset,
      int limit,
      Set<String> exclude,
      Filter filter,
      boolean includeVectors,
      boolean countTotal) {
    this(vector, offset, limit, exclude, filter, includeVectors, countTotal, false);
  }
}
