package io.vde.store.embedded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vde.store.Images;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DotKernelTest {
  private static final int ROWS = 37;

  private final DotKernel scalar = new ScalarKernel();
  private final DotKernel simd = new SimdKernel(false);

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 512, 768, 1000, 1536, 4096})
  void bothKernelsGiveTheSameIntegers(int dimension) {
    Int8Row layout = new Int8Row(dimension);
    Random random = new Random(dimension);
    byte[] rows = new byte[ROWS * layout.length()];
    for (int i = 0; i < ROWS; i++) {
      byte[] row = layout.encode(Images.unit(random, dimension), 7);
      System.arraycopy(row, 0, rows, i * row.length, row.length);
    }
    assertSame(
        MemorySegment.ofArray(rows),
        layout,
        layout.quantise(Images.unit(random, dimension)).codes());
  }

  @ParameterizedTest
  @ValueSource(ints = {127, -127})
  void theLargestCodesDoNotOverflow(int code) {
    Int8Row layout = new Int8Row(4096);
    byte[] rows = new byte[ROWS * layout.length()];
    Arrays.fill(rows, (byte) code);
    short[] query = new short[layout.codes()];
    Arrays.fill(query, (short) 127);
    int[] sums = assertSame(MemorySegment.ofArray(rows), layout, query);
    assertEquals(4096 * 127 * code, sums[0]);
  }

  private int[] assertSame(MemorySegment rows, Int8Row layout, short[] query) {
    int[] expected = new int[ROWS];
    int[] got = new int[ROWS];
    scalar.dots(rows, 0, layout.length(), ROWS, query, expected);
    simd.dots(rows, 0, layout.length(), ROWS, query, got);
    assertArrayEquals(expected, got);
    for (int count : new int[] {1, 3}) {
      int[] odd = new int[count];
      for (DotKernel kernel : new DotKernel[] {scalar, simd}) {
        kernel.dots(rows, layout.length(), new int[] {7, 0, 36}, count, query, odd);
        assertArrayEquals(Arrays.copyOf(new int[] {got[7], got[0], got[36]}, count), odd);
      }
    }
    int[] chosen = {36, 0, 5, 5};
    int[] few = new int[chosen.length];
    simd.dots(rows, layout.length(), chosen, chosen.length, query, few);
    assertArrayEquals(new int[] {got[36], got[0], got[5], got[5]}, few);
    scalar.dots(rows, layout.length(), chosen, chosen.length, query, few);
    assertArrayEquals(new int[] {got[36], got[0], got[5], got[5]}, few);
    return expected;
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 513, 640, 768, 1000, 1152, 4096})
  void bothKernelsGiveTheSameSumsOfSketches(int dimension) {
    Random random = new Random(dimension);
    Sketch layout = new Sketch(Images.unit(random, dimension));
    byte[] rows = new byte[ROWS * layout.length()];
    for (int i = 0; i < ROWS; i++) {
      byte[] row = layout.encode(Images.unit(random, dimension), 7);
      System.arraycopy(row, 0, rows, i * row.length, row.length);
    }
    long[] query = layout.query(Images.unit(random, dimension), 1).chunks();
    MemorySegment segment = MemorySegment.ofArray(rows);
    int[][] sums = new int[2][ROWS + 1];
    float[][] factors = new float[2][ROWS + 1];
    float[][] deviations = new float[2][ROWS + 1];
    float[][] alongs = new float[2][ROWS + 1];
    for (int i = 0; i < 2; i++) {
      DotKernel kernel = i == 0 ? scalar : simd;
      // The first is left alone, the last row of all.
      kernel.bitDots(
          segment,
          layout.length(),
          layout.length(),
          ROWS - 1,
          layout.words(),
          query,
          1,
          sums[i],
          factors[i],
          deviations[i],
          alongs[i]);
    }
    assertArrayEquals(sums[0], sums[1]);
    assertArrayEquals(factors[0], factors[1]);
    assertArrayEquals(deviations[0], deviations[1]);
    assertArrayEquals(alongs[0], alongs[1]);
    assertEquals(ROWS - 1, Arrays.stream(sums[0], 1, ROWS).filter(sum -> sum != 0).count());
    for (int i : new int[] {0, ROWS}) {
      assertEquals(0, sums[0][i]);
      assertEquals(0, factors[0][i]);
      assertEquals(0, deviations[0][i]);
      assertEquals(0, alongs[0][i]);
    }
  }

  @Test
  void bothKernelsFindTheValuesThatReachAThreshold() {
    Random random = new Random(1);
    float[] values = new float[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(100) - 50;
    }
    for (DotKernel kernel : new DotKernel[] {scalar, simd}) {
      for (float threshold : new float[] {Float.NEGATIVE_INFINITY, -50, 0, 49, 50}) {
        for (int from : new int[] {0, 7, 990}) {
          for (int to : new int[] {from, from + 3, 1000}) {
            int[] places = new int[to - from];
            int found = kernel.atLeast(values, from, to, threshold, places);
            assertArrayEquals(
                IntStream.range(from, to).filter(i -> values[i] >= threshold).toArray(),
                Arrays.copyOf(places, found));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 64, 512, 515, 1536})
  void bothKernelsGiveTheSameDoubleToTheLastBit(int dimension) {
    Random random = new Random(dimension);
    float[] a = Images.unit(random, dimension);
    float[] b = Images.unit(random, dimension);
    // At an odd place, as in a file.
    MemorySegment file = MemorySegment.ofArray(new byte[3 + dimension * Float.BYTES]);
    for (int i = 0; i < dimension; i++) {
      file.set(DotKernel.FLOAT, 3 + (long) i * Float.BYTES, a[i]);
    }
    double[] query = DotKernel.widen(b);
    double expected = scalar.dot(file, 3, query);
    assertEquals(expected, simd.dot(file, 3, query), 0.0);
    assertEquals(Images.dot(a, b), expected, 1e-14);
    MemorySegment other = MemorySegment.ofArray(new byte[dimension * Float.BYTES]);
    for (DotKernel kernel : new DotKernel[] {scalar, simd}) {
      double[] group = new double[DotKernel.GROUP];
      kernel.dots(
          new MemorySegment[] {file, other, other, file}, new long[] {3, 0, 0, 3}, query, group);
      assertArrayEquals(new double[] {expected, 0, 0, expected}, group, 0.0);
    }
  }
}
