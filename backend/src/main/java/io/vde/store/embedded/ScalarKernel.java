package io.vde.store.embedded;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@link DotKernel} in plain Java, for a JVM without {@code jdk.incubator.vector}. */
final class ScalarKernel extends DotKernel {
  @Override
  void dots(MemorySegment rows, long offset, long stride, int count, short[] query, int[] out) {
    byte[] row = new byte[query.length];
    for (int i = 0; i < count; i++) {
      out[i] = dot(rows, offset + i * stride, row, query);
    }
  }

  @Override
  void dots(MemorySegment rows, long stride, int[] indices, int count, short[] query, int[] out) {
    byte[] row = new byte[query.length];
    for (int i = 0; i < count; i++) {
      out[i] = dot(rows, indices[i] * stride, row, query);
    }
  }

  // The JIT compiler vectorises this loop over arrays, but not over a MemorySegment.
  private static int dot(MemorySegment rows, long offset, byte[] row, short[] query) {
    MemorySegment.copy(rows, ValueLayout.JAVA_BYTE, offset, row, 0, row.length);
    int sum = 0;
    for (int i = 0; i < row.length; i++) {
      sum += row[i] * query[i];
    }
    return sum;
  }

  @Override
  boolean countsBits() {
    return false;
  }

  @Override
  void bitDots(
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
      float[] alongs) {
    long plane = (long) words * Long.BYTES;
    for (int i = 0; i < count; i++) {
      long row = offset + i * stride;
      int sum = 0;
      for (int j = 0; j < query.length; j++) {
        int chunk = j / (Sketch.QUERY_PLANES * Sketch.CHUNK);
        int queryPlane = j / Sketch.CHUNK % Sketch.QUERY_PLANES;
        int word = Sketch.chunkStart(chunk, words) + j % Sketch.CHUNK;
        for (int p = 0; p < Sketch.PLANES; p++) {
          long place = row + p * plane + (long) word * Long.BYTES;
          int product = Long.bitCount(rows.get(Sketch.LONG, place) & query[j]) << p;
          // The last of the query's planes is its sign.
          sum += (queryPlane == Sketch.QUERY_PLANES - 1 ? -product : product) << queryPlane;
        }
      }
      sums[out + i] = sum;
      factors[out + i] = rows.get(FLOAT, row + Sketch.PLANES * plane);
      deviations[out + i] = rows.get(FLOAT, row + Sketch.PLANES * plane + Float.BYTES);
      alongs[out + i] = rows.get(FLOAT, row + Sketch.PLANES * plane + 2 * Float.BYTES);
    }
  }

  @Override
  int atLeast(float[] values, int from, int to, float threshold, int[] places) {
    int found = 0;
    for (int i = from; i < to; i++) {
      if (values[i] >= threshold) {
        places[found++] = i;
      }
    }
    return found;
  }

  @Override
  double dot(MemorySegment vectors, long offset, double[] query) {
    double[] sums = new double[SUMS];
    for (int i = 0; i < query.length; i++) {
      float value = vectors.get(FLOAT, offset + (long) i * Float.BYTES);
      sums[i % SUMS] += value * query[i];
    }
    return pairwise(sums);
  }

  @Override
  void dots(MemorySegment[] vectors, long[] offsets, double[] query, double[] out) {
    for (int i = 0; i < GROUP; i++) {
      out[i] = dot(vectors[i], offsets[i], query);
    }
  }

  @Override
  String description() {
    return "plain Java";
  }
}
