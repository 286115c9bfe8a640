package io.vde.store.embedded;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How a vector lies in the int8 field: symmetric codes with one scale a vector.
 *
 * <p>{@code value[i] ~ scale * code[i]} with {@code scale = max |value| / 127}, so codes lie in
 * [-127, 127] and a rounding error is uniform in +-scale/2. A row is the codes, zeros up to a
 * multiple of {@link #BLOCK}, and the scale as a little-endian float.
 *
 * @param dimension length of the vectors
 */
record Int8Row(int dimension) {
  /** Codes that a kernel takes at a time: none of them has a tail to treat. */
  static final int BLOCK = 64;

  /** Codes in a row, padding included. */
  int codes() {
    return (dimension + BLOCK - 1) / BLOCK * BLOCK;
  }

  /** Bytes of a row. */
  int length() {
    return codes() + Float.BYTES;
  }

  /** The row of a vector. */
  byte[] encode(float[] vector) {
    float scale = scale(vector);
    byte[] row = new byte[length()];
    for (int i = 0; i < vector.length; i++) {
      row[i] = (byte) code(vector[i], scale);
    }
    ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN).putFloat(codes(), scale);
    return row;
  }

  /** The codes of a query, widened to what the kernels take. */
  short[] query(float[] vector) {
    float scale = scale(vector);
    short[] codes = new short[codes()];
    for (int i = 0; i < vector.length; i++) {
      codes[i] = (short) code(vector[i], scale);
    }
    return codes;
  }

  /** Value of one step of a vector's codes; never 0, so that it may be divided by. */
  static float scale(float[] vector) {
    float max = Float.MIN_NORMAL;
    for (float v : vector) {
      max = Math.max(max, Math.abs(v));
    }
    return max / 127;
  }

  private static int code(float value, float scale) {
    return Math.clamp(Math.round(value / scale), -127, 127);
  }
}
