package io.vde.store.embedded;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The arithmetic that a search spends its time in. Every implementation gives the same results to
 * the last bit, so that an answer does not depend on the machine: integer sums are exact, and
 * {@link #dot} adds exact double products in an order that is part of its contract.
 */
abstract class DotKernel {
  /** How float vectors lie in a segment. */
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Vectors that {@link #dots(MemorySegment[], long[], double[], double[])} takes. */
  static final int GROUP = 4;

  /** Partial sums that {@link #dot} keeps. */
  static final int SUMS = 8;

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
   * Whether to scan sketches first: whether the processor counts the bits of a vector at once,
   * which makes {@link #bitDots} several times as fast as the dot products of int8 rows.
   */
  abstract boolean countsBits();

  /**
   * Dot products of the codes of sketches and a query's.
   *
   * @param rows {@link Sketch} rows; row {@code i} starts at byte {@code offset + i * stride}
   * @param words longs in a plane
   * @param query {@link Sketch.Query#chunks}
   * @param sums gets the product of row {@code i} at {@code out + i}
   * @param factors gets the first float after the planes of row {@code i} at {@code out + i}
   * @param deviations likewise the second, and {@code alongs} the third
   */
  abstract void bitDots(
      MemorySegment rows,
      long offset,
      long stride,
      int count,
      int words,
      long[] query,
      int out,
      int[] sums,
      float[] factors,
      float[] deviations,
      float[] alongs);

  /**
   * Finds the values from index {@code from} to {@code to} that reach a threshold.
   *
   * @param places gets their indices, ascending; has room for all
   * @return how many there are
   */
  abstract int atLeast(float[] values, int from, int to, float threshold, int[] places);

  /**
   * Dot product of a float vector and a query in double arithmetic. The product of two floats is
   * exact in a double; products are added to partial sum {@code i % 8}, and the partial sums
   * pairwise at the end.
   *
   * @param vectors little-endian floats; the vector starts at byte {@code offset}
   * @param query floats, {@link #widen}ed
   */
  abstract double dot(MemorySegment vectors, long offset, double[] query);

  /**
   * The same of {@link #GROUP} vectors at once: while one is fetched from memory, the others are
   * computed with.
   *
   * @param vectors vector {@code i} starts at byte {@code offsets[i]} of {@code vectors[i]}
   * @param out gets {@link #GROUP} products
   */
  abstract void dots(MemorySegment[] vectors, long[] offsets, double[] query, double[] out);

  /** A query as {@link #dot} takes it. */
  static double[] widen(float[] query) {
    double[] wide = new double[query.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = query[i];
    }
    return wide;
  }

  /** What a log line calls it. */
  abstract String description();

  /** Adds up the partial sums of {@link #dot}. */
  static double pairwise(double[] sums) {
    for (int half = SUMS / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        sums[i] += sums[i + half];
      }
    }
    return sums[0];
  }
}
