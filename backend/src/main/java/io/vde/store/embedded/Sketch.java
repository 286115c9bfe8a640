package io.vde.store.embedded;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * How a vector lies in the sketch field: three bits a component, in planes, so that a dot product
 * is a few bitwise ands and counts of bits. The score that follows from it is off by about .01
 * (standard deviation, 512 components), enough to rule out nineteen images in twenty with two
 * fifths of the bytes of an {@link Int8Row}.
 *
 * <p>A vector is {@code along * axis + y}, a query {@code alpha * axis + q}, both parts orthogonal
 * to the axis: their product is {@code along * alpha + <y, q>}, of which only the second is an
 * estimate. It is that of RaBitQ (Gao and Long, SIGMOD 2024; with more bits: Gao et al., SIGMOD
 * 2025): {@code y} is {@linkplain Rotation rotated} and coded as {@code y = factor * c + r}, the
 * factor such that {@code r} is orthogonal to {@code y}. Then {@code factor * <c, q>} is an
 * unbiased estimate of {@code <y, q>}; its error {@code <r, q>} is normal with a deviation of
 * {@code |r| |q| / sqrt(n)}, whatever the vectors are, as the rotation is random.
 *
 * <p>A row is {@link #PLANES} planes of {@link #words()} longs, the lowest bits first; the factor,
 * the estimate's deviation for a {@code q} of unit length, and {@code along} (floats); and the hash
 * of the id, little-endian.
 *
 * @param axis of unit length, or zeros: near the direction of the vectors' mean, as those of an
 *     image model lie around one, and what they have in common would waste bits
 */
record Sketch(float[] axis) {
  /** Bits of a component's code. */
  static final int PLANES = 3;

  /** Bits of a component of a query. */
  static final int QUERY_PLANES = 4;

  /** Longs of a plane that a kernel takes at a time; no plane has fewer. */
  static final int CHUNK = 8;

  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The step between codes that loses least of a normal distribution (Max 1960, 8 levels). */
  private static final double STEP = .586;

  /** The same for a query's 15 levels. */
  private static final double QUERY_STEP = .354;

  private static final float MIDDLE = ((1 << PLANES) - 1) / 2f;

  /** What the rounding of a query adds to an estimate's variance, times n: hardly ever more. */
  private static final double QUERY_VARIANCE = .0135;

  /** The same with what the codes lose, for vectors that have half their square along the axis. */
  private static final double TYPICAL_VARIANCE = .5 * (.0389 + QUERY_VARIANCE);

  /** Deviation that float arithmetic adds: all there is for the axis itself. */
  private static final float FLOAT_DEVIATION = 1e-6f;

  private static final int QUERY_TOP = (1 << (QUERY_PLANES - 1)) - 1;
  private static final int TAIL = 3 * Float.BYTES + Long.BYTES;

  /** An axis for vectors of which these are the first. */
  static float[] axis(List<float[]> vectors) {
    float[] sum = new float[vectors.getFirst().length];
    for (float[] vector : vectors) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += vector[i];
      }
    }
    double length = Math.sqrt(squares(sum));
    // Those that cancel each other out have no direction in common.
    double scale = length > 1e-3 * vectors.size() ? 1 / length : 0;
    for (int i = 0; i < sum.length; i++) {
      sum[i] *= (float) scale;
    }
    return sum;
  }

  /** Whether sketches of vectors of a length are so much shorter than int8 rows that they pay. */
  static boolean useful(int dimension) {
    return 2 * new Sketch(new float[dimension]).length() < dimension;
  }

  /** Longs in a plane. */
  int words() {
    return Math.max(CHUNK, (axis.length + Long.SIZE - 1) / Long.SIZE);
  }

  /** Bytes of a row. */
  int length() {
    return tail() + TAIL;
  }

  private int tail() {
    return PLANES * words() * Long.BYTES;
  }

  /** Length of the rotated vectors. */
  private int size() {
    return words() * Long.SIZE;
  }

  /** Deviation of an estimate, about, for vectors whose cosines are .5 and a query off the axis. */
  float deviation() {
    return (float) Math.sqrt(TYPICAL_VARIANCE / size());
  }

  /** The row of an image with a vector of unit length and an id of this {@link IdHash}. */
  byte[] encode(float[] vector, long hash) {
    double along = dot(vector, axis);
    float[] rotated = Rotation.rotate(off(vector, along), size());
    double square = squares(rotated);
    double perStep = square > 0 ? Math.sqrt(size() / square) / STEP : 0;
    int[] codes = new int[size()];
    for (int i = 0; i < codes.length; i++) {
      int code = (int) Math.floor(rotated[i] * perStep) + (1 << (PLANES - 1));
      codes[i] = Math.clamp(code, 0, (1 << PLANES) - 1);
    }
    Fit fit = Fit.of(rotated, square, codes, MIDDLE);
    double deviation = Math.sqrt((fit.lost + square * QUERY_VARIANCE) / size());
    ByteBuffer row = ByteBuffer.allocate(length()).order(ByteOrder.LITTLE_ENDIAN);
    for (long word : planes(codes, PLANES)) {
      row.putLong(word);
    }
    return row.putFloat((float) fit.factor)
        .putFloat((float) deviation)
        .putFloat((float) along)
        .putLong(hash)
        .array();
  }

  /** What a vector is off the axis. */
  private float[] off(float[] vector, double along) {
    float[] off = new float[vector.length];
    for (int i = 0; i < off.length; i++) {
      off[i] = (float) (vector[i] - along * axis[i]);
    }
    return off;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static double squares(float[] vector) {
    return dot(vector, vector);
  }

  private static long[] planes(int[] codes, int count) {
    int words = codes.length / Long.SIZE;
    long[] planes = new long[count * words];
    for (int plane = 0; plane < count; plane++) {
      for (int word = 0; word < words; word++) {
        long bits = 0;
        for (int i = 0; i < Long.SIZE; i++) {
          bits |= (codes[word * Long.SIZE + i] >>> plane & 1L) << i;
        }
        planes[plane * words + word] = bits;
      }
    }
    return planes;
  }

  /**
   * A vector of unit length as it is compared with rows.
   *
   * @param deviations standard deviations of an estimate that its upper bound lies above it
   */
  Query query(float[] vector, float deviations) {
    double along = dot(vector, axis);
    float[] rotated = Rotation.rotate(off(vector, along), size());
    double square = squares(rotated);
    double perStep = square > 0 ? Math.sqrt(size() / square) / QUERY_STEP : 0;
    int[] codes = new int[size()];
    int sum = 0;
    for (int i = 0; i < codes.length; i++) {
      codes[i] = Math.clamp(Math.round(rotated[i] * perStep), -QUERY_TOP, QUERY_TOP);
      sum += codes[i];
    }
    Fit fit = Fit.of(rotated, square, codes, 0);
    // As long as it is off the axis, and more when its rounding loses more than is expected.
    double spread = Math.sqrt(Math.max(square, fit.lost / QUERY_VARIANCE));
    return new Query(
        chunks(planes(codes, QUERY_PLANES)),
        (float) fit.factor,
        (float) (fit.factor * MIDDLE * sum),
        (float) along,
        (float) spread,
        deviations);
  }

  /**
   * The multiple of codes that leaves a rest orthogonal to their vector.
   *
   * @param lost square of the rest's length
   */
  private record Fit(double factor, double lost) {
    /** For codes less {@code middle} of a vector whose length has this square. */
    static Fit of(float[] vector, double square, int[] codes, float middle) {
      double product = 0;
      double coded = 0;
      for (int i = 0; i < codes.length; i++) {
        float value = codes[i] - middle;
        product += value * vector[i];
        coded += value * value;
      }
      double factor = product > 0 ? square / product : 0;
      return new Fit(factor, Math.max(0, factor * factor * coded - square));
    }
  }

  /**
   * Chunk by chunk, {@link #CHUNK} words of each plane. The last chunk ends where the planes do,
   * and has zeros for words that are in the one before it as well.
   */
  private long[] chunks(long[] planes) {
    int words = words();
    int count = (words + CHUNK - 1) / CHUNK;
    long[] chunks = new long[count * QUERY_PLANES * CHUNK];
    for (int word = 0; word < words; word++) {
      int chunk = word / CHUNK;
      int lane = word - chunkStart(chunk, words);
      for (int plane = 0; plane < QUERY_PLANES; plane++) {
        chunks[(chunk * QUERY_PLANES + plane) * CHUNK + lane] = planes[plane * words + word];
      }
    }
    return chunks;
  }

  /** The first word of a chunk of planes of so many words. */
  static int chunkStart(int chunk, int words) {
    return Math.min(chunk * CHUNK, words - CHUNK);
  }

  /** The hash of the id in the row at an offset. */
  long hash(MemorySegment rows, long offset) {
    return rows.get(LONG, offset + tail() + 3 * Float.BYTES);
  }

  /**
   * A vector's codes, and what makes an estimate of their product with a row's.
   *
   * @param chunks the codes in two's complement: a chunk of {@link #CHUNK} words of each of {@link
   *     #QUERY_PLANES} planes, the lowest bits first, after the other
   * @param factor value of one step of the product
   * @param surplus what the product is too large, as a row's codes are not negative
   * @param along product with the axis
   * @param spread what an estimate's deviation is in deviations of the row
   * @param deviations of an estimate that its bound lies above it
   */
  record Query(
      long[] chunks, float factor, float surplus, float along, float spread, float deviations) {

    /**
     * Makes estimates of the query's dot products with vectors, and upper bounds of the products.
     *
     * @param sums dot products of the codes
     * @param alongs what the rows have along the axis
     * @param estimates holds the rows' factors; gets the estimates
     * @param bounds holds the rows' deviations; gets what lies above the true products, most
     *     likely, by {@code allowance} more
     */
    void score(
        int[] sums, float[] alongs, float[] estimates, float[] bounds, int count, float allowance) {
      float margin = deviations * spread;
      float constant = deviations * FLOAT_DEVIATION + allowance;
      for (int i = 0; i < count; i++) {
        estimates[i] = along * alongs[i] + estimates[i] * (factor * sums[i] - surplus);
        bounds[i] = estimates[i] + margin * bounds[i] + constant;
      }
    }
  }
}
