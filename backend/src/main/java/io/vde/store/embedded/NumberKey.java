package io.vde.store.embedded;

import org.apache.lucene.util.NumericUtils;

/**
 * Ten bytes whose unsigned order is the exact order of numbers, for any mix of long and double:
 * neither type holds all of the other's values.
 *
 * <p>The first eight are the double nearest to the number, the last two what a long differs from
 * it: rounding keeps the order, and among numbers that round to one double the remainder decides.
 */
final class NumberKey {
  /** Bytes of a key. */
  static final int LENGTH = Long.BYTES + Short.BYTES;

  private NumberKey() {}

  static byte[] of(long value) {
    double nearest = value;
    // 2^63 itself is no long; a long that rounds to it lies below it.
    long remainder = nearest == 0x1p63 ? (value - Long.MAX_VALUE) - 1 : value - (long) nearest;
    return key(nearest, remainder);
  }

  /** Not for NaN, which has no place in the order. */
  static byte[] of(double value) {
    return key(value == 0 ? 0.0 : value, 0);
  }

  private static byte[] key(double nearest, long remainder) {
    byte[] key = new byte[LENGTH];
    NumericUtils.longToSortableBytes(NumericUtils.doubleToSortableLong(nearest), key, 0);
    // Doubles below 2^63 are at most 1024 apart, so a remainder lies in [-512, 512].
    int biased = (int) remainder + 0x8000;
    key[Long.BYTES] = (byte) (biased >>> 8);
    key[Long.BYTES + 1] = (byte) biased;
    return key;
  }

  /** The next key in order; no number in between. */
  static byte[] after(byte[] key) {
    return step(key, 1, (byte) 0xFF);
  }

  /** The previous key in order; no number in between. */
  static byte[] before(byte[] key) {
    return step(key, -1, (byte) 0);
  }

  private static byte[] step(byte[] key, int direction, byte carries) {
    byte[] next = key.clone();
    int i = LENGTH - 1;
    while (next[i] == carries) {
      next[i--] += (byte) direction;
    }
    next[i] += (byte) direction;
    return next;
  }
}
