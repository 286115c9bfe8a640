package io.vde.store.embedded;

import java.lang.foreign.MemorySegment;

/**
 * The arithmetic that a search spends its time in. Every implementation gives the same results to
 * the last bit, so that an answer does not depend on the machine: integer sums are exact, and
 * {@link #dot} adds exact double products in an order that is part of its contract.
 */
abstract class DotKernel {
  /** Partial sums that {@link #dot} keeps. */
  static final int DOUBLE_LANES = 8;

  /**
   * Dot products of consecutive int8 rows with a query.
   *
   * @param rows the rows; row {@code i} starts at byte {@code offset + i * stride}
   * @param query codes in [-127, 127], as many as there are in a row, a multiple of {@link
   *     Int8Row#BLOCK}
   * @param out gets {@code count} sums
   */
  abstract void dots(
      MemorySegment rows, long offset, long stride, int count, short[] query, int[] out);

  /**
   * Dot products of chosen int8 rows with a query.
   *
   * @param rows the rows; row {@code i} starts at byte {@code i * stride}
   * @param indices {@code count} row numbers
   * @param out gets the sum of row {@code indices[j]} at {@code j}
   */
  abstract void dots(
      MemorySegment rows, long stride, int[] indices, int count, short[] query, int[] out);

  /**
   * Dot product of two float vectors of the same length in double arithmetic. The product of two
   * floats is exact in a double; products are added to partial sum {@code i % 8}, and the partial
   * sums pairwise at the end.
   */
  abstract double dot(float[] a, float[] b);

  /** What a log line calls it. */
  abstract String description();

  /** Adds up the partial sums of {@link #dot}. */
  static double pairwise(double[] s) {
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
  }
}
