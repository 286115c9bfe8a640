package io.vde.store.embedded;

/** The documents of a block that a scan could not rule out. */
final class Passed {
  // What a scan works with: int8 rows' dot products with the query, and the places of those that
  // are to be looked at closer.
  final int[] sums;
  final int[] near;

  private final int[] docs;
  private final float[] scores;
  private final float[] bounds;
  private final long[] hashes;
  private int size;

  Passed(int capacity) {
    sums = new int[capacity];
    near = new int[capacity];
    docs = new int[capacity];
    scores = new float[capacity];
    bounds = new float[capacity];
    hashes = new long[capacity];
  }

  void clear() {
    size = 0;
  }

  void add(int doc, float score, float bound, long hash) {
    docs[size] = doc;
    scores[size] = score;
    bounds[size] = bound;
    hashes[size++] = hash;
  }

  int size() {
    return size;
  }

  int doc(int index) {
    return docs[index];
  }

  /** Approximate score of the document at an index. */
  float score(int index) {
    return scores[index];
  }

  /** Upper bound of its true score. */
  float bound(int index) {
    return bounds[index];
  }

  /** {@link IdHash} of its id. */
  long hash(int index) {
    return hashes[index];
  }
}
