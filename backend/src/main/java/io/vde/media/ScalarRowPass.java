package io.vde.media;

import io.vde.media.PillowResize.Weights;

/** {@link RowPass} in plain Java, for a JVM without {@code jdk.incubator.vector}. */
final class ScalarRowPass extends RowPass {
  @Override
  void run(byte[] from, int stride, Weights columns, int firstRow, int lastRow, byte[] out) {
    int at = 0;
    for (int y = firstRow; y < lastRow; y++) {
      for (int x = 0; x < columns.count(); x++, at += 3) {
        pixel(from, y * stride, columns, x, out, at);
      }
    }
  }

  /**
   * One target pixel.
   *
   * @param row where the source's row starts
   * @param x of the target pixel
   * @param at where it goes to
   */
  static void pixel(byte[] from, int row, Weights columns, int x, byte[] out, int at) {
    int[] weights = columns.weights();
    // Red and green in the two halves of a long: one multiplication for both. What the lower sum
    // borrows from the upper half is given back when they are taken apart.
    long redGreen = 0;
    int blue = HALF;
    int pixel = row + 3 * columns.starts()[x];
    int first = x * columns.size();
    for (int i = first; i < first + columns.lengths()[x]; i++, pixel += 3) {
      int weight = weights[i];
      redGreen += ((from[pixel] & 0xffL) | ((from[pixel + 1] & 0xffL) << 32)) * weight;
      blue += (from[pixel + 2] & 0xff) * weight;
    }
    int red = (int) redGreen;
    int green = (int) ((redGreen - red) >> 32);
    out[at] = clip(red + HALF);
    out[at + 1] = clip(green + HALF);
    out[at + 2] = clip(blue);
  }
}
