package io.vde.store.embedded;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How a vector lies in the int8 field: symmetric codes with one scale a vector, and its two largest
 * components exactly. Image models have a component or two that are several times as large as all
 * others; the scale that these need would waste most of the codes' range.
 *
 * <p>{@code value[i] ~ scale * code[i] (+ rest, if i is a peak)}: {@code scale} is the third
 * largest |value| / 127, so codes lie in [-127, 127] (the peaks' are clipped) and a rounding error
 * is uniform in +-scale/2. A row is the codes, zeros up to a multiple of {@link #BLOCK}, the scale,
 * the peaks' rests (floats), their places (shorts), and the hash of the id, little-endian.
 *
 * @param dimension length of the vectors
 */
record Int8Row(int dimension) {
  /** Codes that a kernel takes at a time: none of them has a tail to treat. */
  static final int BLOCK = 64;

  private static final int TAIL = 3 * Float.BYTES + 2 * Short.BYTES + Long.BYTES;

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Codes in a row, padding included. */
  int codes() {
    return (dimension + BLOCK - 1) / BLOCK * BLOCK;
  }

  /** Bytes of a row. */
  int length() {
    return codes() + TAIL;
  }

  /** The row of an image with a vector and an id of this {@link IdHash}. */
  byte[] encode(float[] vector, long hash) {
    Quantised q = quantise(vector);
    byte[] row = new byte[length()];
    for (int i = 0; i < q.codes.length; i++) {
      row[i] = (byte) q.codes[i];
    }
    ByteBuffer.wrap(row)
        .order(ByteOrder.LITTLE_ENDIAN)
        .position(codes())
        .putFloat(q.scale)
        .putFloat(q.rest1)
        .putFloat(q.rest2)
        .putShort((short) q.peak1)
        .putShort((short) q.peak2)
        .putLong(hash);
    return row;
  }

  /** A vector as it is compared with rows. */
  Quantised quantise(float[] vector) {
    int peak1 = 0;
    int peak2 = vector.length - 1;
    float first = -1;
    float second = -1;
    // Never 0, so that it may be divided by.
    float third = Float.MIN_NORMAL;
    for (int i = 0; i < vector.length; i++) {
      float size = Math.abs(vector[i]);
      if (size > first) {
        third = Math.max(third, second);
        second = first;
        peak2 = first < 0 ? peak2 : peak1;
        first = size;
        peak1 = i;
      } else if (size > second) {
        third = Math.max(third, second);
        second = size;
        peak2 = i;
      } else {
        third = Math.max(third, size);
      }
    }
    float scale = third / 127;
    short[] codes = new short[codes()];
    for (int i = 0; i < vector.length; i++) {
      codes[i] = (short) Math.clamp(Math.round(vector[i] / scale), -127, 127);
    }
    float rest1 = vector[peak1] - scale * codes[peak1];
    float rest2 = peak1 == peak2 ? 0 : vector[peak2] - scale * codes[peak2];
    return new Quantised(vector, codes, scale, peak1, rest1, peak2, rest2);
  }

  /** The hash of the id in the row at an offset. */
  long hash(MemorySegment rows, long offset) {
    return rows.get(LONG, offset + codes() + 16);
  }

  /** The scale of the row at an offset. */
  float scale(MemorySegment rows, long offset) {
    return Float.intBitsToFloat((int) rows.get(LONG, offset + codes()));
  }

  /**
   * The approximate dot product of a query and the row at an offset.
   *
   * @param sum dot product of their codes
   */
  float score(MemorySegment rows, long offset, Quantised query, int sum) {
    return scale(rows, offset)
            * (query.scale * sum
                + query.rest1 * rows.get(ValueLayout.JAVA_BYTE, offset + query.peak1)
                + query.rest2 * rows.get(ValueLayout.JAVA_BYTE, offset + query.peak2))
        + rests(rows, offset, query);
  }

  /**
   * What {@link #score} and a margin are at most, whatever the row's codes are at the query's
   * peaks, which lie far from what else is read.
   */
  float ceiling(MemorySegment rows, long offset, Quantised query, int sum, Margin margin) {
    return scale(rows, offset) * (query.scale * sum + query.reach() + margin.perScale())
        + rests(rows, offset, query)
        + margin.constant();
  }

  private float rests(MemorySegment rows, long offset, Quantised query) {
    long scaleAndRest = rows.get(LONG, offset + codes());
    long restAndPeaks = rows.get(LONG, offset + codes() + 8);
    return Float.intBitsToFloat((int) (scaleAndRest >>> 32))
            * query.vector[(short) (restAndPeaks >>> 32)]
        + Float.intBitsToFloat((int) restAndPeaks) * query.vector[(short) (restAndPeaks >>> 48)];
  }

  /**
   * What the true score of a document may lie above its approximate one: the part that grows with
   * the step of the document's codes, and the part that is the same for all.
   */
  record Margin(float perScale, float constant) {
    float of(float scale) {
      return scale * perScale + constant;
    }
  }

  /**
   * A vector with its codes.
   *
   * @param codes {@link #codes()} of them
   * @param scale value of one step of the codes
   * @param peak1 place of the largest component, and {@code rest1} what its code leaves of it
   * @param peak2 place of the second largest, and {@code rest2} likewise
   */
  record Quantised(
      float[] vector, short[] codes, float scale, int peak1, float rest1, int peak2, float rest2) {
    /** The most that the rests add to a score, in steps of the row's codes. */
    float reach() {
      return 127 * (Math.abs(rest1) + Math.abs(rest2));
    }
  }
}
