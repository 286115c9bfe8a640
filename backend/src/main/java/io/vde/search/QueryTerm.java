package io.vde.search;

import java.net.URI;

/**
 * One part of a query. Its vector is scaled to unit length, multiplied by the weight and added to
 * the others'.
 */
public sealed interface QueryTerm {
  /** Finite, at most 10 in magnitude; negative subtracts. */
  double weight();

  /** Words. */
  record Text(String text, double weight) implements QueryTerm {}

  /** An image of the dataset that is searched. */
  record Image(String imageId, double weight) implements QueryTerm {}

  /** An image's bytes. */
  record Bytes(byte[] bytes, double weight) implements QueryTerm {}

  /** An image somewhere else. */
  record Url(URI url, double weight) implements QueryTerm {}

  /** A vector, {@code dimension} long, of any length but zero. */
  record Vector(float[] vector, double weight) implements QueryTerm {}
}
