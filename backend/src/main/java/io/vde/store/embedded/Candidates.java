package io.vde.store.embedded;

import java.util.Arrays;

/**
 * The documents that a scan cannot yet rule out of the k nearest, each with its approximate score
 * and an upper bound of the true one. The k-th best approximate score so far is the threshold that
 * a document's bound must reach. Ties at the threshold are all kept, however many there are.
 */
final class Candidates {
  private static final int CAPACITY = 2048;

  private final FloatHeap best;
  private int size;
  private int[] docs = new int[CAPACITY];
  private float[] approximate = new float[CAPACITY];
  private float[] bound = new float[CAPACITY];

  Candidates(int k) {
    best = new FloatHeap(k);
  }

  int size() {
    return size;
  }

  /** What a bound must reach now; rises as documents are added. */
  float threshold() {
    return best.lowest();
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

  /** Adds a document whose bound reaches the threshold. */
  void add(int doc, float approximateScore, float upperBound) {
    keep(doc, approximateScore, upperBound);
    best.offer(approximateScore);
  }

  /** Raises the threshold by a document's score, whether or not the document is kept. */
  void offer(float approximateScore) {
    best.offer(approximateScore);
  }

  /** Keeps a document whose bound reaches the threshold, without raising that. */
  void keep(int doc, float approximateScore, float upperBound) {
    if (size == docs.length) {
      grow();
    }
    docs[size] = doc;
    approximate[size] = approximateScore;
    bound[size] = upperBound;
    size++;
  }

  private void grow() {
    prune();
    if (size > docs.length / 2) {
      int capacity = docs.length * 2;
      docs = Arrays.copyOf(docs, capacity);
      approximate = Arrays.copyOf(approximate, capacity);
      bound = Arrays.copyOf(bound, capacity);
    }
  }

  /** Drops what is below the threshold now. The others stay in their order. */
  void prune() {
    float threshold = threshold();
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
