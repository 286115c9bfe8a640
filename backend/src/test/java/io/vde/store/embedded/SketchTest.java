package io.vde.store.embedded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
      for (float[] axis :
          List.of(new float[dimension], Sketch.axis(vectors.subList(0, 50)), vectors.get(7))) {
        assertDeviations(kind, new Sketch(axis), vectors, kind.vector(random, dimension));
        double variance =
            assertDeviations(kind, new Sketch(axis), vectors, Images.unit(random, dimension));
        assertTrue(kind != Kind.RANDOM || variance > .8, "variance " + variance);
        assertDeviations(kind, new Sketch(axis), vectors, vectors.get(9));
      }
    }
  }

  private static double assertDeviations(
      Kind kind, Sketch sketch, List<float[]> vectors, float[] query) {
    Sketch.Query sketched = sketch.query(query, 1);
    double squares = 0;
    double sum = 0;
    double largest = 0;
    for (float[] vector : vectors) {
      Row row = new Row(sketch, vector, sketched);
      double off = (Images.dot(vector, query) - row.estimate) / row.deviation;
      squares += off * off;
      sum += off;
      largest = Math.max(largest, Math.abs(off));
    }
    double mean = sum / vectors.size();
    double variance = squares / vectors.size() - mean * mean;
    String text = "mean %.3f, variance %.3f, largest %.3f".formatted(mean, variance, largest);
    // The mean is no less random: vectors that are alike share their error.
    assertTrue(variance < 1.15 && largest < 5.5, text);
    // Of random vectors it is none.
    assertTrue(kind != Kind.RANDOM || Math.abs(mean) < .1, text);
    return variance;
  }

  @Test
  void anEstimateOfTheAxisItselfIsExact() {
    float[] axis = Images.unit(new Random(1), 512);
    Sketch sketch = new Sketch(axis);
    float[] query = Images.unit(new Random(2), 512);
    Row row = new Row(sketch, axis, sketch.query(query, 1));
    assertEquals(Images.dot(axis, query), row.estimate, 1e-6);
  }

  @Test
  void aQueryNearTheAxisIsToldMoreExactly() {
    Random random = new Random(1);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      vectors.add(Kind.CONE.vector(random, 512));
    }
    Sketch sketch = new Sketch(Sketch.axis(vectors));
    float[] query = vectors.get(9);
    double along = Images.dot(sketch.axis(), query);
    double off = Math.sqrt(1 - along * along);
    assertTrue(off < .8, "off " + off);
    assertEquals(off, sketch.query(query, 1).spread(), .02);
    assertEquals(1, sketch.query(Images.unit(random, 512), 1).spread(), .02);
    assertTrue(sketch.query(sketch.axis(), 1).spread() < .02);
  }

  @Test
  void theAxisLiesAlongTheMeanUnlessThereIsNone() {
    float[] vector = Images.unit(new Random(1), 512);
    float[] opposite = new float[512];
    for (int i = 0; i < opposite.length; i++) {
      opposite[i] = -vector[i];
    }
    assertEquals(1, Images.dot(Sketch.axis(List.of(vector)), vector), 1e-6);
    assertEquals(1, Images.dot(Sketch.axis(Collections.nCopies(1000, vector)), vector), 1e-5);
    assertArrayEquals(new float[512], Sketch.axis(List.of(vector, opposite)));
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
      float[] alongs = new float[1];
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
              bounds,
              alongs);
      float[] factors = estimates.clone();
      float[] deviations = bounds.clone();
      query.score(sums, alongs, estimates, bounds, 1, 0);
      query.score(sums, alongs, factors, deviations, 1, .5f);
      estimate = estimates[0];
      deviation = bounds[0] - estimate;
      assertTrue(deviation > 0);
      assertEquals(estimate, factors[0]);
      assertEquals(bounds[0] + .5f, deviations[0], 1e-6f);
      assertEquals(7, sketch.hash(row, 0));
    }
  }
}
