package io.vde.store.embedded;

import io.vde.store.Images;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Vectors like those of image models, each a function of its number alone, so that a million of
 * them need not be held.
 */
enum BenchVectors {
  /** Random directions. */
  GAUSSIAN,

  /**
   * Around one direction with a mean cosine of .5, as CLIP's image vectors lie, with one component
   * that is large in all of them.
   */
  CONE,

  /** The cone, one vector in five in a burst of 400 nearly equal ones. */
  BURSTS;

  static final int DIMENSION = 512;

  private static final int OUTLIER = 133;
  private static final int BURST = 400;
  private static final float[] AXIS = axis();

  private static float[] axis() {
    float[] axis = Images.unit(new Random(1), DIMENSION);
    axis[OUTLIER] = 1;
    return Images.normalised(axis);
  }

  /** The vector of a number, unit length. */
  float[] vector(int number) {
    return switch (this) {
      case GAUSSIAN -> direction(number);
      case CONE -> mix(AXIS, 1, direction(number), 1);
      case BURSTS -> {
        if (number % 5 != 0) {
          yield CONE.vector(number);
        }
        yield mix(CONE.vector(-1 - number / 5 / BURST), 1, direction(number), .03f);
      }
    };
  }

  /**
   * Queries of three sorts in turn: like a text's vector, outside the cloud of the images; like an
   * image's; like a taught classifier, a text with images added and subtracted.
   */
  List<float[]> queries(int count, int size) {
    List<float[]> queries = new ArrayList<>(count);
    Random random = new Random(7);
    for (int i = 0; i < count; i++) {
      float[] image = vector(random.nextInt(size));
      float[] away = Images.unit(random, DIMENSION);
      float[] text = mix(image, .3f, away, 1);
      queries.add(
          switch (i % 3) {
            case 0 -> text;
            case 1 -> mix(image, 1, away, .5f);
            default -> {
              float[] weights = mix(text, 1, image, .5f);
              for (int label = 0; label < 10; label++) {
                weights = mix(weights, 1, vector(random.nextInt(size)), label < 5 ? .2f : -.2f);
              }
              yield weights;
            }
          });
    }
    return queries;
  }

  private static float[] direction(int number) {
    java.util.SplittableRandom random =
        new java.util.SplittableRandom(number * 0x9E3779B97F4A7C15L);
    float[] v = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      // Four uniform 16-bit numbers: near enough to a normal distribution, and fast.
      long bits = random.nextLong();
      v[i] =
          (short) bits + (short) (bits >> 16) + (short) (bits >> 32) + (float) (short) (bits >> 48);
    }
    return Images.normalised(v);
  }

  private static float[] mix(float[] a, float weightA, float[] b, float weightB) {
    float[] sum = new float[a.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = weightA * a[i] + weightB * b[i];
    }
    return Images.normalised(sum);
  }
}
