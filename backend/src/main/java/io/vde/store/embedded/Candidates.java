package io.vde.store.embedded;

import java.util.Arrays;

/**
 * The documents that a scan cannot yet rule out of the k nearest, each with its approximate score
 * and an upper bound of the true one.
 *
 * <p>Appending is cheap, and now and then the k-th best approximate score so far becomes the
 * threshold that a document's bound must reach; so a scan costs no heap operation a document. Ties
 * at the threshold are all kept, however many there are.
 */
final class Candidates {
  private final int k;
  private int size;
  private int[] docs;
  private float[] approximate;
  private float[] bound;
  private float threshold = Float.NEGATIVE_INFINITY;

  Candidates(int k) {
    this.k = k;
    int capacity = Math.max(256, 3 * k);
    docs = new int[capacity];
    approximate = new float[capacity];
    bound = new float[capacity];
  }

  int size() {
    return size;
  }

  /** What a bound must reach now; rises as documents are added. */
  float threshold() {
    return threshold;
  }

  int doc(int index) {
    return docs[index];
  }

  float approximate(int index) {
    return approximate[index];
  }

  float bound(int index) {
    return bound[index];
  }

  void add(int doc, float approximateScore, float upperBound) {
    if (size == docs.length) {
      prune();
      if (size > docs.length / 2) {
        int capacity = docs.length * 2;
        docs = Arrays.copyOf(docs, capacity);
        approximate = Arrays.copyOf(approximate, capacity);
        bound = Arrays.copyOf(bound, capacity);
      }
      if (upperBound < threshold) {
        return;
      }
    }
    docs[size] = doc;
    approximate[size] = approximateScore;
    bound[size] = upperBound;
    size++;
  }

  /** Raises the threshold to the k-th best approximate score and drops what is below it. */
  void prune() {
    if (size <= k) {
      return;
    }
    threshold = Math.max(threshold, FloatSelection.largest(approximate, size, k));
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (bound[i] >= threshold) {
        docs[kept] = docs[i];
        approximate[kept] = approximate[i];
        bound[kept] = bound[i];
        kept++;
      }
    }
    size = kept;
  }
}
