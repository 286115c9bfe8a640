package io.vde.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.Images;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SketchTest {
  private static final int VECTORS = 3000;

  /** Vectors of unit length, each kind an embarrassment to some way of rounding. */
  private enum Kind {
    RANDOM,
    /** Around one direction. */
    CONE,
    /** A few components only. */
    SPARSE,
    /** Components of two values. */
    TWO_VALUES,
    /** Nearly the same. */
    CLOUD;

    float[] vector(Random random, int dimension) {
      float[] v = Images.unit(random, dimension);
      for (int i = 0; i < dimension; i++) {
        v[i] =
            switch (this) {
              case RANDOM -> v[i];
              case CONE -> v[i] + 1 / (float) Math.sqrt(dimension);
              case SPARSE -> random.nextInt(100) == 0 ? v[i] : 0;
              case TWO_VALUES -> random.nextInt(8) == 0 ? 1 : .3f;
              case CLOUD -> .01f * v[i] + 1 / (float) Math.sqrt(dimension);
            };
      }
      v[0] += 1e-6f;
      return Images.normalised(v);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void anEstimateIsOffByItsDeviationWhateverTheVectorsAre(Kind kind) {
    for (int dimension : new int[] {512, 768, 1000}) {
      Random random = new Random(dimension);
      List<float[]> vectors = new ArrayList<>();
      for (int i = 0; i < VECTORS; i++) {
        vectors.add(kind.vector(random, dimension));
      }
      for (float[] centre :
          List.of(new float[dimension], Sketch.centre(vectors.subList(0, 50)), vectors.get(7))) {
        assertDeviations(new Sketch(centre), vectors, kind.vector(random, dimension));
        double variance =
            assertDeviations(new Sketch(centre), vectors, Images.unit(random, dimension));
        assertTrue(kind != Kind.RANDOM || variance > .8, "variance " + variance);
        assertDeviations(new Sketch(centre), vectors, vectors.get(9));
      }
    }
  }

  private static double assertDeviations(Sketch sketch, List<float[]> vectors, float[] query) {
    Sketch.Query sketched = sketch.query(query, 1);
    double squares = 0;
    double sum = 0;
    double largest = 0;
    for (float[] vector : vectors) {
      Row row = new Row(sketch, vector, sketched);
      double off = (Images.dot(vector, query) - row.estimate) / (row.deviation + 1e-7);
      squares += off * off;
      sum += off;
      largest = Math.max(largest, Math.abs(off));
    }
    double mean = sum / vectors.size();
    double variance = squares / vectors.size() - mean * mean;
    String text = "mean %.3f, variance %.3f, largest %.3f".formatted(mean, variance, largest);
    // The mean is no less random: vectors that are alike share their error.
    assertTrue(variance < 1.15 && largest < 5.5, text);
    return variance;
  }

  @Test
  void anEstimateOfTheCentreItselfIsExact() {
    float[] centre = Images.unit(new Random(1), 512);
    Sketch sketch = new Sketch(centre);
    float[] query = Images.unit(new Random(2), 512);
    Row row = new Row(sketch, centre, sketch.query(query, 1));
    assertEquals(Images.dot(centre, query), row.estimate, 1e-6);
    assertTrue(row.deviation > 0);
  }

  @Test
  void aFewFirstVectorsMoveTheCentreLess() {
    float[] vector = Images.unit(new Random(1), 512);
    float[] one = Sketch.centre(List.of(vector));
    float[] many = Sketch.centre(Collections.nCopies(1000, vector));
    assertEquals(1 / 9.0, Images.dot(one, vector), 1e-6);
    assertEquals(1000 / 1008.0, Images.dot(many, vector), 1e-5);
  }

  @Test
  void onlySketchesFarShorterThanInt8RowsAreOfUse() {
    assertTrue(Sketch.useful(512) && Sketch.useful(640) && Sketch.useful(4096));
    assertFalse(Sketch.useful(64) || Sketch.useful(384));
  }

  /** A vector's row, and what a query makes of it. */
  private static final class Row {
    final float estimate;
    final float deviation;

    Row(Sketch sketch, float[] vector, Sketch.Query query) {
      MemorySegment row = MemorySegment.ofArray(sketch.encode(vector, 7));
      int[] sums = new int[1];
      float[] estimates = new float[1];
      float[] bounds = new float[1];
      new ScalarKernel()
          .bitDots(
              row,
              0,
              sketch.length(),
              1,
              sketch.words(),
              query.chunks(),
              0,
              sums,
              estimates,
              bounds);
      float spread = bounds[0];
      query.score(sums, estimates, bounds, 1, .5f);
      estimate = estimates[0];
      deviation = spread * query.deviations();
      assertEquals(estimate + deviation + .5f, bounds[0], 1e-6f);
      assertEquals(7, sketch.hash(row, 0));
    }
  }
}
