package io.vde.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.Images;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Int8RowTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 63, 64, 65, 512, 4096})
  void scoresAreOffByARoundingErrorAtMostAndBelowTheirCeiling(int dimension) {
    Int8Row layout = new Int8Row(dimension);
    Random random = new Random(dimension);
    for (int round = 0; round < 50; round++) {
      float[] a = withPeaks(Images.unit(random, dimension), round % 4, random);
      float[] b = withPeaks(Images.unit(random, dimension), round % 3, random);
      MemorySegment row = MemorySegment.ofArray(layout.encode(a, 7));
      Int8Row.Quantised query = layout.quantise(b);
      int[] sums = new int[1];
      new ScalarKernel().dots(row, 0, layout.length(), 1, query.codes(), sums);
      double deviation = (layout.scale(row, 0) + query.scale()) / Math.sqrt(12);
      float score = layout.score(row, 0, query, sums[0]);
      assertEquals(Images.dot(a, b), score, 6 * deviation + 1e-6);
      Int8Row.Margin margin = new Int8Row.Margin(1.2f, .01f);
      float ceiling = layout.ceiling(row, 0, query, sums[0], margin);
      float bound = score + margin.of(layout.scale(row, 0));
      assertTrue(ceiling >= bound - 1e-6f, ceiling + " below " + bound);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void oneOrTwoLargeComponentsDoNotCoarsenTheOthers(int peaks) {
    float[] vector = withPeaks(Images.unit(new Random(1), 512), peaks, new Random(2));
    float scale = new Int8Row(512).quantise(vector).scale();
    assertTrue(scale < .2f / 127, "scale " + scale);
  }

  private static float[] withPeaks(float[] vector, int peaks, Random random) {
    for (int i = 0; i < peaks; i++) {
      vector[random.nextInt(vector.length)] = random.nextBoolean() ? 1 : -.7f;
    }
    return Images.normalised(vector);
  }
}
