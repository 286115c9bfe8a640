package io.vde.store.embedded;

import java.util.Arrays;
import org.apache.lucene.util.NumericUtils;

/**
 * Documents with exact scores, sorted by falling score, then document number. Eight bytes a
 * document: the score's bits, turned so that they sort in falling order, above the number.
 */
final class Ranking {
  private long[] keys;
  private int size;
  private int ordered;

  Ranking(int capacity) {
    keys = new long[Math.max(16, capacity)];
  }

  int size() {
    return size;
  }

  void add(int doc, float score) {
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, (int) Math.min(Integer.MAX_VALUE - 16, size * 2L));
    }
    keys[size++] = key(score) << 32 | doc;
  }

  private static long key(float score) {
    return ~NumericUtils.floatToSortableInt(score);
  }

  void sort() {
    Arrays.sort(keys, 0, size);
  }

  int doc(int index) {
    return (int) keys[index];
  }

  float score(int index) {
    return NumericUtils.sortableIntToFloat(~(int) (keys[index] >> 32));
  }

  /** First index of the run of equal scores that holds an index. */
  int runStart(int index) {
    int score = (int) (keys[index] >> 32);
    int low = 0;
    int high = index;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if ((int) (keys[middle] >> 32) < score) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Index behind the run of equal scores that starts at an index. */
  int runEnd(int start) {
    int end = start + 1;
    while (end < size && (int) (keys[end] >> 32) == (int) (keys[start] >> 32)) {
      end++;
    }
    return end;
  }

  /** Index up to which runs of equal scores are in their final order. */
  int ordered() {
    return ordered;
  }

  /** Says that all runs that start before an index are in their final order. */
  void orderedUpTo(int end) {
    ordered = end;
  }

  /** Puts the documents of a run into another order. */
  void reorder(int start, int[] docs) {
    long score = keys[start] & 0xFFFFFFFF00000000L;
    for (int i = 0; i < docs.length; i++) {
      keys[start + i] = score | docs[i];
    }
  }
}
