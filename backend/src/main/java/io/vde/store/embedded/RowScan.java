package io.vde.store.embedded;

import java.io.IOException;

/** Scores documents by their int8 rows. */
@FunctionalInterface
interface RowScan {
  /** Documents that are scored at a time, at most. */
  int BLOCK = 64;

  /**
   * Scores some documents of a segment and keeps those whose upper bound reaches a threshold.
   *
   * @param leaf number of the segment
   * @param docs {@code count} documents, ascending
   * @param out gets them
   */
  void scan(int leaf, int[] docs, int count, float threshold, Passed out) throws IOException;
}
