package io.vde.store.embedded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.Images;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
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
    long[] query = layout.query(Images.unit(random, dimension), 1, 0).chunks();
    MemorySegment segment = MemorySegment.ofArray(rows);
    int[] chosen = {36, 0, 5, 5};
    long[][] sums = new long[2][4];
    long[][] tails = new long[2][4];
    scalar.bitDots(segment, layout.length(), chosen, 4, layout.words(), query, sums[0], tails[0]);
    simd.bitDots(segment, layout.length(), chosen, 4, layout.words(), query, sums[1], tails[1]);
    assertArrayEquals(sums[0], sums[1]);
    assertArrayEquals(tails[0], tails[1]);
    assertTrue(sums[0][0] != sums[0][1] && sums[0][2] == sums[0][3], Arrays.toString(sums[0]));
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
