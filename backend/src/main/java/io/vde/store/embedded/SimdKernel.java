package io.vde.store.embedded;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
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

  private static final VectorSpecies<Double> DOUBLES =
      DoubleVector.SPECIES_PREFERRED.length() >= DOUBLE_LANES
          ? DoubleVector.SPECIES_512
          : DoubleVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> FLOATS =
      DOUBLES.length() == DOUBLE_LANES ? FloatVector.SPECIES_256 : FloatVector.SPECIES_128;

  @Override
  void dots(MemorySegment rows, long offset, long stride, int count, short[] query, int[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = dot(rows, offset + i * stride, query);
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
      ShortVector pairs =
          widen(rows, offset + i)
              .mul(ShortVector.fromArray(SHORTS, query, i))
              .add(
                  widen(rows, offset + i + LANES)
                      .mul(ShortVector.fromArray(SHORTS, query, i + LANES)));
      IntVector both = pairs.reinterpretAsInts();
      low = low.add(both.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
      high = high.add(both.lanewise(VectorOperators.ASHR, 16));
    }
    return low.add(high).reduceLanes(VectorOperators.ADD);
  }

  private static ShortVector widen(MemorySegment rows, long offset) {
    return (ShortVector)
        ByteVector.fromMemorySegment(BYTES, rows, offset, ByteOrder.LITTLE_ENDIAN)
            .convertShape(VectorOperators.B2S, SHORTS, 0);
  }

  @Override
  double dot(float[] a, float[] b) {
    double[] sums = new double[DOUBLE_LANES];
    int end = a.length - a.length % DOUBLE_LANES;
    if (DOUBLES.length() == DOUBLE_LANES) {
      DoubleVector sum = DoubleVector.zero(DOUBLES);
      for (int i = 0; i < end; i += DOUBLE_LANES) {
        sum = toDoubles(a, i).fma(toDoubles(b, i), sum);
      }
      sum.intoArray(sums, 0);
    } else if (DOUBLES.length() == 4) {
      DoubleVector first = DoubleVector.zero(DOUBLES);
      DoubleVector second = DoubleVector.zero(DOUBLES);
      for (int i = 0; i < end; i += DOUBLE_LANES) {
        first = toDoubles(a, i).fma(toDoubles(b, i), first);
        second = toDoubles(a, i + 4).fma(toDoubles(b, i + 4), second);
      }
      first.intoArray(sums, 0);
      second.intoArray(sums, 4);
    } else {
      end = 0;
    }
    for (int i = end; i < a.length; i++) {
      sums[i % DOUBLE_LANES] += (double) a[i] * b[i];
    }
    return pairwise(sums);
  }

  private static DoubleVector toDoubles(float[] values, int index) {
    return (DoubleVector)
        FloatVector.fromArray(FLOATS, values, index).convertShape(VectorOperators.F2D, DOUBLES, 0);
  }

  @Override
  String description() {
    return "Vector API, " + SHORTS.vectorBitSize() + " bits";
  }
}
