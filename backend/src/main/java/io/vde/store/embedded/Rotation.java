package io.vde.store.embedded;

/**
 * A fixed pseudo-random rotation: three rounds of random signs and a Hadamard transform (Andoni et
 * al., Practical and Optimal LSH for Angular Distance, 2015). Dot products stay as they are, and
 * whatever the vectors were, the components of a rotated one are like draws from one normal
 * distribution, and the rounding errors of their codes like noise.
 *
 * <p>The signs are part of what lies on disk: another rotation needs another field.
 */
final class Rotation {
  private static final int ROUNDS = 3;

  private Rotation() {}

  /**
   * Rotates a vector.
   *
   * @param size length of the rotated vector, a multiple of 64, at least as long as the vector,
   *     which is taken to end in zeros
   */
  static float[] rotate(float[] vector, int size) {
    float[] v = new float[size];
    System.arraycopy(vector, 0, v, 0, vector.length);
    // Two transforms that overlap reach all of a vector whose length is not a power of two; dealt
    // into two hands in between, as they may overlap by little.
    int span = Integer.highestOneBit(size);
    for (int round = 0; round < ROUNDS; round++) {
      flip(v, 2 * round);
      transform(v, 0, span);
      if (span < size) {
        flip(v, 2 * round + 1);
        transform(v, size - span, span);
        v = dealt(v);
      }
    }
    return v;
  }

  /** Components 0, 2, 4, ..., then 1, 3, 5, ... */
  private static float[] dealt(float[] v) {
    float[] hands = new float[v.length];
    for (int i = 0; i < v.length / 2; i++) {
      hands[i] = v[2 * i];
      hands[v.length / 2 + i] = v[2 * i + 1];
    }
    return hands;
  }

  /** Changes the sign of about half of the components, always the same ones. */
  private static void flip(float[] v, int turn) {
    for (int word = 0; word < v.length / Long.SIZE; word++) {
      long signs = mix(turn * 0x10000L + word + 1);
      for (int i = 0; i < Long.SIZE; i++) {
        int at = word * Long.SIZE + i;
        int sign = (int) (signs >>> i) << 31;
        v[at] = Float.intBitsToFloat(Float.floatToRawIntBits(v[at]) ^ sign);
      }
    }
  }

  /** Bits that look random (the finaliser of SplitMix64, Steele et al. 2014). */
  private static long mix(long n) {
    long z = n * 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  /** The orthonormal Walsh-Hadamard transform of {@code span} components, in place. */
  private static void transform(float[] v, int start, int span) {
    int half = 1;
    // Three rounds at once, which read and write each component once.
    for (; half * 8 <= span; half *= 8) {
      for (int block = start; block < start + span; block += 8 * half) {
        for (int i = block; i < block + half; i++) {
          eight(v, i, half);
        }
      }
    }
    for (; half < span; half *= 2) {
      for (int block = start; block < start + span; block += 2 * half) {
        for (int i = block; i < block + half; i++) {
          float a = v[i];
          float b = v[i + half];
          v[i] = a + b;
          v[i + half] = a - b;
        }
      }
    }
    float scale = (float) (1 / Math.sqrt(span));
    for (int i = start; i < start + span; i++) {
      v[i] *= scale;
    }
  }

  /** Transforms eight components at equal distances. */
  private static void eight(float[] v, int first, int distance) {
    float a0 = v[first] + v[first + distance];
    float a1 = v[first] - v[first + distance];
    float a2 = v[first + 2 * distance] + v[first + 3 * distance];
    float a3 = v[first + 2 * distance] - v[first + 3 * distance];
    float a4 = v[first + 4 * distance] + v[first + 5 * distance];
    float a5 = v[first + 4 * distance] - v[first + 5 * distance];
    float a6 = v[first + 6 * distance] + v[first + 7 * distance];
    float a7 = v[first + 6 * distance] - v[first + 7 * distance];
    float b0 = a0 + a2;
    float b1 = a1 + a3;
    float b2 = a0 - a2;
    float b3 = a1 - a3;
    float b4 = a4 + a6;
    float b5 = a5 + a7;
    float b6 = a4 - a6;
    float b7 = a5 - a7;
    v[first] = b0 + b4;
    v[first + distance] = b1 + b5;
    v[first + 2 * distance] = b2 + b6;
    v[first + 3 * distance] = b3 + b7;
    v[first + 4 * distance] = b0 - b4;
    v[first + 5 * distance] = b1 - b5;
    v[first + 6 * distance] = b2 - b6;
    v[first + 7 * distance] = b3 - b7;
  }
}
