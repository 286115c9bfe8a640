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

  /**
   * Takes the rows in two runs beside each other: while one waits for memory, the other is computed
   * with, and a part of the query is read once for both.
   */
  @Override
  void dots(MemorySegment rows, long offset, long stride, int count, short[] query, int[] out) {
    int run = count / 2;
    for (int i = 0; i < run; i++) {
      long o0 = offset + i * stride;
      long o1 = o0 + run * stride;
      IntVector low0 = IntVector.zero(INTS);
      IntVector low1 = IntVector.zero(INTS);
      IntVector high0 = IntVector.zero(INTS);
      IntVector high1 = IntVector.zero(INTS);
      for (int j = 0; j < query.length; j += 2 * LANES) {
        ShortVector q0 = ShortVector.fromArray(SHORTS, query, j);
        ShortVector q1 = ShortVector.fromArray(SHORTS, query, j + LANES);
        IntVector p0 = pairs(rows, o0 + j, q0, q1);
        IntVector p1 = pairs(rows, o1 + j, q0, q1);
        low0 = low0.add(raised(p0));
        low1 = low1.add(raised(p1));
        high0 = high0.add(high(p0));
        high1 = high1.add(high(p1));
      }
      out[i] = sum(low0, high0, query.length);
      out[i + run] = sum(low1, high1, query.length);
    }
    if (count % 2 == 1) {
      out[count - 1] = dot(rows, offset + (count - 1) * stride, query);
    }
  }

  @Override
  void dots(MemorySegment rows, long stride, int[] indices, int count, short[] query, int[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = dot(rows, indices[i] * stride, query);
    }
  }

  private static int dot(MemorySegment rows, long offset, short[] query) {
    IntVector low = IntVector.zero(INTS);
    IntVector high = IntVector.zero(INTS);
    for (int i = 0; i < query.length; i += 2 * LANES) {
      IntVector pairs =
          pairs(
              rows,
              offset + i,
              ShortVector.fromArray(SHORTS, query, i),
              ShortVector.fromArray(SHORTS, query, i + LANES));
      low = low.add(raised(pairs));
      high = high.add(high(pairs));
    }
    return sum(low, high, query.length);
  }

  /** Sums of two products each, two in an int. */
  private static IntVector pairs(MemorySegment rows, long offset, ShortVector q0, ShortVector q1) {
    return widen(rows, offset).mul(q0).add(widen(rows, offset + LANES).mul(q1)).reinterpretAsInts();
  }

  /** With the lower sum raised by {@link #RAISE}, so that it is not negative. */
  private static IntVector raised(IntVector pairs) {
    return pairs.lanewise(VectorOperators.XOR, RAISE);
  }

  private static IntVector high(IntVector pairs) {
    return pairs.lanewise(VectorOperators.ASHR, 16);
  }

  /**
   * All pairs of a row of some length.
   *
   * @param raised sums of the {@link #raised}: of their upper halves, times 2^16, and their lower;
   *     what exceeds 32 bits falls away in the subtraction
   * @param high sums of the upper halves
   */
  private static int sum(IntVector raised, IntVector high, int length) {
    IntVector low = raised.sub(high.lanewise(VectorOperators.LSHL, 16));
    return low.add(high).reduceLanes(VectorOperators.ADD) - length / 4 * RAISE;
  }

  private static ShortVector widen(MemorySegment rows, long offset) {
    return (ShortVector)
        ByteVector.fromMemorySegment(BYTES, rows, offset, ByteOrder.LITTLE_ENDIAN)
            .convertShape(VectorOperators.B2S, SHORTS, 0);
  }

  @Override
  boolean countsBits() {
    return countsBits;
  }

  /**
   * All in one method: C2 inlines methods of up to 325 bytecodes into their callers, stops to
   * inline at some number of operations, and leaves those that are left many times as slow. This
   * one is too long for the first and has four fifths of the second.
   */
  @Override
  void bitDots(
      MemorySegment rows,
      long stride,
      int[] indices,
      int count,
      int words,
      long[] query,
      long[] sums,
      long[] tails) {
    Arrays.fill(sums, 0, count, 0);
    long plane = (long) words * Long.BYTES;
    for (int at = 0; at < query.length; at += Sketch.QUERY_PLANES * Sketch.CHUNK) {
      int word = Sketch.chunkStart(at / (Sketch.QUERY_PLANES * Sketch.CHUNK), words);
      for (int lane = 0; lane < Sketch.CHUNK; lane += LONGS.length()) {
        LongVector q0 = LongVector.fromArray(LONGS, query, at + lane);
        LongVector q1 = LongVector.fromArray(LONGS, query, at + Sketch.CHUNK + lane);
        LongVector q2 = LongVector.fromArray(LONGS, query, at + 2 * Sketch.CHUNK + lane);
        LongVector q3 = LongVector.fromArray(LONGS, query, at + 3 * Sketch.CHUNK + lane);
        long first = (long) (word + lane) * Long.BYTES;
        for (int i = 0; i < count; i++) {
          long offset = indices[i] * stride + first;
          LongVector x0 = words(rows, offset);
          LongVector x1 = words(rows, offset + plane);
          LongVector x2 = words(rows, offset + 2 * plane);
          // What counts 32, 16, ..., 1; the last plane of the query counts negative.
          LongVector s = common(x2, q3);
          s = common(x2, q2).sub(s.add(s)).sub(common(x1, q3));
          s = s.add(s).add(common(x2, q1)).add(common(x1, q2)).sub(common(x0, q3));
          s = s.add(s).add(common(x2, q0)).add(common(x1, q1)).add(common(x0, q2));
          s = s.add(s).add(common(x1, q0)).add(common(x0, q1));
          s = s.add(s).add(common(x0, q0));
          sums[i] += s.reduceLanes(VectorOperators.ADD);
          tails[i] = rows.get(Sketch.LONG, indices[i] * stride + 3 * plane);
        }
      }
    }
  }

  private static LongVector words(MemorySegment rows, long offset) {
    return LongVector.fromMemorySegment(LONGS, rows, offset, ByteOrder.LITTLE_ENDIAN);
  }

  private static LongVector common(LongVector a, LongVector b) {
    return a.and(b).lanewise(VectorOperators.BIT_COUNT);
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
            FloatVector.fromMemorySegment(FLOATS, vectors, place, ByteOrder.LITTLE_ENDIAN)
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
