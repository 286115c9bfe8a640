package io.vde.store.embedded;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link DotKernel} with the Vector API. The only class that names it, so that the others load in a
 * JVM without {@code jdk.incubator.vector}.
 *
 * <p>A product of two codes in [-127, 127] fits 16 bits, and so does the sum of two such products
 * (32,258): rows are widened to shorts, multiplied and added in pairs, and only the pairs widened
 * to ints.
 *
 * <p>The long loops over codes call the Vector API and nothing of this class: after some operations
 * C2 inlines into a method what the JDK has marked for it and nothing else, and vectors that are
 * given to a method that is not inlined are objects, many times as slow.
 */
final class SimdKernel extends DotKernel {
  private static final VectorSpecies<Short> SHORTS =
      ShortVector.SPECIES_PREFERRED.vectorBitSize() > 512
          ? ShortVector.SPECIES_512
          : ShortVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(SHORTS.vectorBitSize() / 2));
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, SHORTS.vectorShape());
  private static final int LANES = SHORTS.length();

  private static final VectorSpecies<Long> LONGS =
      VectorSpecies.of(long.class, SHORTS.vectorShape());

  private static final VectorSpecies<Float> WIDE_FLOATS =
      VectorSpecies.of(float.class, SHORTS.vectorShape());

  private static final IntVector INDEX = IntVector.zero(INTS).addIndex(1);

  private static final VectorOperators.Unary BITS = VectorOperators.BIT_COUNT;
  private static final VectorOperators.Conversion<Byte, Short> B2S = VectorOperators.B2S;
  private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

  private static final int RAISE = 1 << 15;

  // Whether it takes two vectors to hold the partial sums: also where the machine's are shorter
  // still.
  private static final boolean HALVES = DoubleVector.SPECIES_PREFERRED.length() < SUMS;

  private static final VectorSpecies<Double> DOUBLES =
      HALVES ? DoubleVector.SPECIES_256 : DoubleVector.SPECIES_512;
  private static final VectorSpecies<Float> FLOATS =
      HALVES ? FloatVector.SPECIES_128 : FloatVector.SPECIES_256;

  private final boolean countsBits;

  /**
   * A kernel.
   *
   * @param countsBits whether the processor counts the bits of a vector in one instruction
   */
  SimdKernel(boolean countsBits) {
    this.countsBits = countsBits;
  }

  /** Whether vectors have 512 bits here. */
  static boolean wide() {
    return SHORTS.vectorBitSize() == 512;
  }

  @Override
  void dots(MemorySegment rows, long offset, long stride, int count, short[] query, int[] out) {
    // In two runs beside each other: while one waits for memory, the other is computed with.
    int run = (count + 1) / 2;
    for (int i = 0; i < run; i++) {
      int j = Math.min(i + run, count - 1);
      twoDots(rows, offset + i * stride, offset + j * stride, query, out, i, j);
    }
  }

  @Override
  void dots(MemorySegment rows, long stride, int[] indices, int count, short[] query, int[] out) {
    // Loads that wait for nothing come first: many are on their way at a time.
    out[0] = fetch(rows, stride, indices, count);
    for (int i = 0; i < count; i += 2) {
      int j = Math.min(i + 1, count - 1);
      twoDots(rows, indices[i] * stride, indices[j] * stride, query, out, i, j);
    }
  }

  /** Dot products of a query and two rows: a part of the query is read once for both. */
  private static void twoDots(
      MemorySegment rows, long row0, long row1, short[] query, int[] out, int out0, int out1) {
    // Sums of the products' sums in the lower halves, and in the upper.
    IntVector low0 = IntVector.zero(INTS);
    IntVector low1 = IntVector.zero(INTS);
    IntVector high0 = IntVector.zero(INTS);
    IntVector high1 = IntVector.zero(INTS);
    for (int i = 0; i < query.length; i += 2 * LANES) {
      ShortVector q0 = ShortVector.fromArray(SHORTS, query, i);
      ShortVector q1 = ShortVector.fromArray(SHORTS, query, i + LANES);
      ByteVector a0 = ByteVector.fromMemorySegment(BYTES, rows, row0 + i, LITTLE);
      ByteVector b0 = ByteVector.fromMemorySegment(BYTES, rows, row0 + i + LANES, LITTLE);
      ByteVector a1 = ByteVector.fromMemorySegment(BYTES, rows, row1 + i, LITTLE);
      ByteVector b1 = ByteVector.fromMemorySegment(BYTES, rows, row1 + i + LANES, LITTLE);
      Vector<Short> s0 = a0.convertShape(B2S, SHORTS, 0).mul(q0);
      Vector<Short> s1 = a1.convertShape(B2S, SHORTS, 0).mul(q0);
      IntVector p0 = s0.add(b0.convertShape(B2S, SHORTS, 0).mul(q1)).reinterpretAsInts();
      IntVector p1 = s1.add(b1.convertShape(B2S, SHORTS, 0).mul(q1)).reinterpretAsInts();
      // Raised, so that the lower sum is not negative.
      low0 = low0.add(p0.lanewise(VectorOperators.XOR, RAISE));
      low1 = low1.add(p1.lanewise(VectorOperators.XOR, RAISE));
      high0 = high0.add(p0.lanewise(VectorOperators.ASHR, 16));
      high1 = high1.add(p1.lanewise(VectorOperators.ASHR, 16));
    }
    // What the upper halves, times 2^16, are of the lower sums' 32 bits is taken out again.
    low0 = low0.sub(high0.lanewise(VectorOperators.LSHL, 16)).add(high0);
    low1 = low1.sub(high1.lanewise(VectorOperators.LSHL, 16)).add(high1);
    int raised = query.length / 4 * RAISE;
    out[out0] = low0.reduceLanes(VectorOperators.ADD) - raised;
    out[out1] = low1.reduceLanes(VectorOperators.ADD) - raised;
  }

  /** Some number that depends on all lines of some rows. */
  private static int fetch(MemorySegment rows, long stride, int[] indices, int count) {
    IntVector all = IntVector.zero(INTS);
    int last = (int) stride - INTS.vectorByteSize();
    for (int i = 0; i < count; i++) {
      long row = indices[i] * stride;
      for (int j = 0; j < last; j += INTS.vectorByteSize()) {
        all = all.add(IntVector.fromMemorySegment(INTS, rows, row + j, LITTLE));
      }
      all = all.add(IntVector.fromMemorySegment(INTS, rows, row + last, LITTLE));
    }
    return all.lane(0);
  }

  @Override
  boolean countsBits() {
    return countsBits;
  }

  // The tail is read first: what reads a long is not marked to be inlined.
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
    Arrays.fill(sums, out, out + count, 0);
    long start = offset - out * stride;
    long plane = (long) words * Long.BYTES;
    for (int at = 0; at < query.length; at += Sketch.QUERY_PLANES * Sketch.CHUNK) {
      int word = Sketch.chunkStart(at / (Sketch.QUERY_PLANES * Sketch.CHUNK), words);
      for (int lane = 0; lane < Sketch.CHUNK; lane += LONGS.length()) {
        LongVector q0 = LongVector.fromArray(LONGS, query, at + lane);
        LongVector q1 = LongVector.fromArray(LONGS, query, at + Sketch.CHUNK + lane);
        LongVector q2 = LongVector.fromArray(LONGS, query, at + 2 * Sketch.CHUNK + lane);
        LongVector q3 = LongVector.fromArray(LONGS, query, at + 3 * Sketch.CHUNK + lane);
        long first = (long) (word + lane) * Long.BYTES;
        for (int i = out; i < out + count; i++) {
          long row = start + i * stride;
          long tail = rows.get(Sketch.LONG, row + 3 * plane);
          factors[i] = Float.intBitsToFloat((int) tail);
          deviations[i] = Float.intBitsToFloat((int) (tail >>> Integer.SIZE));
          alongs[i] = rows.get(FLOAT, row + 3 * plane + Long.BYTES);
          long place = row + first;
          LongVector x0 = LongVector.fromMemorySegment(LONGS, rows, place, LITTLE);
          LongVector x1 = LongVector.fromMemorySegment(LONGS, rows, place + plane, LITTLE);
          LongVector x2 = LongVector.fromMemorySegment(LONGS, rows, place + 2 * plane, LITTLE);
          // What counts 32, 16, ..., 1; the last plane of the query counts negative.
          LongVector s = x2.and(q3).lanewise(BITS);
          s = x2.and(q2).lanewise(BITS).sub(s.add(s)).sub(x1.and(q3).lanewise(BITS));
          s = s.add(s).add(x2.and(q1).lanewise(BITS)).add(x1.and(q2).lanewise(BITS));
          s = s.sub(x0.and(q3).lanewise(BITS));
          s = s.add(s).add(x2.and(q0).lanewise(BITS)).add(x1.and(q1).lanewise(BITS));
          s = s.add(x0.and(q2).lanewise(BITS));
          s = s.add(s).add(x1.and(q0).lanewise(BITS)).add(x0.and(q1).lanewise(BITS));
          s = s.add(s).add(x0.and(q0).lanewise(BITS));
          sums[i] += (int) s.reduceLanes(VectorOperators.ADD);
        }
      }
    }
  }

  @Override
  int atLeast(float[] values, int from, int to, float threshold, int[] places) {
    int found = 0;
    int i = from;
    for (; i <= to - INTS.length(); i += INTS.length()) {
      VectorMask<Integer> mask =
          FloatVector.fromArray(WIDE_FLOATS, values, i)
              .compare(VectorOperators.GE, threshold)
              .cast(INTS);
      INDEX.add(i).compress(mask).intoArray(places, found);
      found += mask.trueCount();
    }
    for (; i < to; i++) {
      if (values[i] >= threshold) {
        places[found++] = i;
      }
    }
    return found;
  }

  @Override
  double dot(MemorySegment vectors, long offset, double[] query) {
    DoubleVector a = DoubleVector.zero(DOUBLES);
    DoubleVector b = a;
    int end = query.length - query.length % SUMS;
    for (int i = 0; i < end; i += SUMS) {
      a = product(vectors, offset, query, i, a);
      b = HALVES ? product(vectors, offset, query, i + SUMS / 2, b) : b;
    }
    return sum(a, b, vectors, offset, end, query);
  }

  @Override
  void dots(MemorySegment[] vectors, long[] offsets, double[] query, double[] out) {
    MemorySegment v0 = vectors[0];
    MemorySegment v1 = vectors[1];
    MemorySegment v2 = vectors[2];
    MemorySegment v3 = vectors[3];
    long o0 = offsets[0];
    long o1 = offsets[1];
    long o2 = offsets[2];
    long o3 = offsets[3];
    DoubleVector a0 = DoubleVector.zero(DOUBLES);
    DoubleVector a1 = a0;
    DoubleVector a2 = a0;
    DoubleVector a3 = a0;
    DoubleVector b0 = a0;
    DoubleVector b1 = a0;
    DoubleVector b2 = a0;
    DoubleVector b3 = a0;
    int end = query.length - query.length % SUMS;
    for (int i = 0; i < end; i += SUMS) {
      a0 = product(v0, o0, query, i, a0);
      a1 = product(v1, o1, query, i, a1);
      a2 = product(v2, o2, query, i, a2);
      a3 = product(v3, o3, query, i, a3);
      if (HALVES) {
        b0 = product(v0, o0, query, i + SUMS / 2, b0);
        b1 = product(v1, o1, query, i + SUMS / 2, b1);
        b2 = product(v2, o2, query, i + SUMS / 2, b2);
        b3 = product(v3, o3, query, i + SUMS / 2, b3);
      }
    }
    out[0] = sum(a0, b0, v0, o0, end, query);
    out[1] = sum(a1, b1, v1, o1, end, query);
    out[2] = sum(a2, b2, v2, o2, end, query);
    out[3] = sum(a3, b3, v3, o3, end, query);
  }

  /** Adds up the sums of a vector's components before {@code end} and the products of the rest. */
  private static double sum(
      DoubleVector a, DoubleVector b, MemorySegment vectors, long offset, int end, double[] query) {
    double[] sums = new double[SUMS];
    a.intoArray(sums, 0);
    if (HALVES) {
      b.intoArray(sums, SUMS / 2);
    }
    for (int i = end; i < query.length; i++) {
      sums[i % SUMS] += vectors.get(FLOAT, offset + (long) i * Float.BYTES) * query[i];
    }
    return pairwise(sums);
  }

  private static DoubleVector product(
      MemorySegment vectors, long offset, double[] query, int index, DoubleVector sum) {
    long place = offset + (long) index * Float.BYTES;
    DoubleVector values =
        (DoubleVector)
            FloatVector.fromMemorySegment(FLOATS, vectors, place, LITTLE)
                .convertShape(VectorOperators.F2D, DOUBLES, 0);
    return values.fma(DoubleVector.fromArray(DOUBLES, query, index), sum);
  }

  @Override
  String description() {
    return "Vector API, "
        + SHORTS.vectorBitSize()
        + " bits"
        + (countsBits ? ", with a scan of sketches" : "");
  }
}
