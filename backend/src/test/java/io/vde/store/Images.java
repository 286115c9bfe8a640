package io.vde.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** Makes images and vectors for tests, all from a seed. */
public final class Images {
  private Images() {}

  public static Dataset dataset(String name, int dimension) {
    return new Dataset(
        name, "A test's", "test-model", dimension, Instant.parse("2026-01-02T03:04:05.678Z"));
  }

  public static ImageRecord image(String id, float[] vector) {
    return image(id, vector, Map.of());
  }

  public static ImageRecord image(String id, float[] vector, Map<String, Object> metadata) {
    String digest = String.format(Locale.ROOT, "%064x", id.hashCode() & 0xFFFFFFFFL);
    return new ImageRecord(
        id, "https://example.org/" + id.length(), 640, 480, metadata, digest, vector);
  }

  /** Images named {@code prefix000000}, … with random vectors. */
  public static List<ImageRecord> random(String prefix, int count, int dimension, long seed) {
    Random random = new Random(seed);
    List<ImageRecord> images = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      images.add(
          image(
              prefix + String.format(Locale.ROOT, "%06d", i),
              unit(random, dimension),
              Map.of("number", (long) i, "even", i % 2 == 0)));
    }
    return images;
  }

  /** A random direction. */
  public static float[] unit(Random random, int dimension) {
    float[] v = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      v[i] = (float) random.nextGaussian();
    }
    return normalised(v);
  }

  /** The vector at unit length. */
  public static float[] normalised(float... v) {
    double sum = 0;
    for (float x : v) {
      sum += (double) x * x;
    }
    float[] unit = new float[v.length];
    for (int i = 0; i < v.length; i++) {
      unit[i] = (float) (v[i] / Math.sqrt(sum));
    }
    return unit;
  }

  /** The unit vector of an axis. */
  public static float[] axis(int dimension, int index) {
    float[] v = new float[dimension];
    v[index] = 1;
    return v;
  }

  public static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
