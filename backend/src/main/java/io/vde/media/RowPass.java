package io.vde.media;

import io.vde.media.PillowResize.Weights;

/**
 * The horizontal pass of a resize, which nearly all of its time goes into. Every implementation
 * gives the same bytes.
 */
abstract class RowPass {
  /** Bits behind the point of {@link Weights}. */
  static final int PRECISION = 32 - 8 - 2;

  static final int HALF = 1 << (PRECISION - 1);

  /**
   * Resizes rows of RGB pixels.
   *
   * @param from the source, {@code stride} bytes a row
   * @param columns which source pixels make each target pixel
   * @param firstRow of the source
   * @param lastRow the one behind the last
   * @return {@code columns.count()} pixels for each of these rows
   */
  final byte[] run(byte[] from, int stride, Weights columns, int firstRow, int lastRow) {
    byte[] out = new byte[3 * columns.count() * (lastRow - firstRow)];
    run(from, stride, columns, firstRow, lastRow, out);
    return out;
  }

  abstract void run(
      byte[] from, int stride, Weights columns, int firstRow, int lastRow, byte[] out);

  /** A sum of bytes times weights, {@link #HALF} included, as a byte. */
  static byte clip(int sum) {
    return (byte) Math.clamp(sum >> PRECISION, 0, 255);
  }

  /** The fastest that this JVM has. */
  static RowPass best() {
    boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return vectors && SimdRowPass.worthwhile() ? new SimdRowPass() : new ScalarRowPass();
  }
}
