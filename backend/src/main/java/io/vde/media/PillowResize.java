package io.vde.media;

import java.util.Arrays;
import java.util.Objects;

/**
 * Pillow's {@code Image.resize} for 8-bit RGB, bit for bit (libImaging/Resample.c, Pillow 12):
 * antialiased, a horizontal pass and then a vertical one with 8 bits between them, coefficients in
 * fixed point with 22 bits. Models are trained on images resized so; a resize that is merely good
 * gives other vectors.
 *
 * <p>Only what is asked for is computed: the columns and rows of the crop, and of the source only
 * the rows that these need. An extremely long image costs no more than its crop.
 */
public final class PillowResize {
  private static final RowPass ROW_PASS = RowPass.best();

  /** Bytes between the two passes: all rows of a photograph. */
  private static final int BLOCK_BYTES = 4 << 20;

  private PillowResize() {}

  /** The whole image at another size. */
  public static Pixels resize(Pixels source, int width, int height, ResizeFilter filter) {
    return resize(source, width, height, 0, 0, width, height, filter);
  }

  /**
   * A part of the image at another size: the same pixels as resizing to {@code width x height} and
   * then cropping.
   *
   * @param left of the part, in pixels of the resized image
   * @param top of the part
   * @param partWidth how much of it, within {@code width}
   * @param partHeight how much of it, within {@code height}
   */
  public static Pixels resize(
      Pixels source,
      int width,
      int height,
      int left,
      int top,
      int partWidth,
      int partHeight,
      ResizeFilter filter) {
    return resize(source, width, height, left, top, partWidth, partHeight, filter, ROW_PASS);
  }

  static Pixels resize(
      Pixels source,
      int width,
      int height,
      int left,
      int top,
      int partWidth,
      int partHeight,
      ResizeFilter filter,
      RowPass rowPass) {
    Objects.checkFromIndexSize(left, partWidth, width);
    Objects.checkFromIndexSize(top, partHeight, height);
    boolean horizontal = width != source.width();
    boolean vertical = height != source.height();
    Weights rows = vertical ? Weights.of(source.height(), height, top, partHeight, filter) : null;
    Weights columns =
        horizontal ? Weights.of(source.width(), width, left, partWidth, filter) : null;
    Rows resized =
        (from, to) ->
            horizontal
                ? rowPass.run(source.rgb(), 3 * source.width(), columns, from, to)
                : cut(source, left, partWidth, from, to);
    byte[] rgb =
        vertical ? downColumns(resized, 3 * partWidth, rows) : resized.of(top, top + partHeight);
    return new Pixels(partWidth, partHeight, rgb);
  }

  /** Rows of the source as wide as the target. */
  private interface Rows {
    byte[] of(int from, int to);
  }

  private static byte[] cut(Pixels source, int left, int width, int firstRow, int lastRow) {
    byte[] out = new byte[3 * width * (lastRow - firstRow)];
    for (int y = firstRow; y < lastRow; y++) {
      System.arraycopy(
          source.rgb(),
          3 * (y * source.width() + left),
          out,
          3 * width * (y - firstRow),
          3 * width);
    }
    return out;
  }

  /**
   * Row by row and not pixel by pixel, so that the inner loop runs over neighbours and the compiler
   * vectorises it; and a block of rows after the other, so that a tall image needs no more memory
   * between the passes than any other.
   */
  private static byte[] downColumns(Rows resized, int stride, Weights rows) {
    int[][] sums = new int[rows.count()][stride];
    for (int[] line : sums) {
      Arrays.fill(line, RowPass.HALF);
    }
    int block = Math.max(1, BLOCK_BYTES / stride);
    for (int from = rows.first(); from < rows.end(); from += block) {
      int to = Math.min(from + block, rows.end());
      byte[] between = resized.of(from, to);
      for (int y = 0; y < rows.count(); y++) {
        int start = rows.starts()[y];
        int weight = y * rows.size() - start;
        int last = Math.min(to, start + rows.lengths()[y]);
        for (int row = Math.max(from, start); row < last; row++) {
          add(between, stride * (row - from), rows.weights()[weight + row], sums[y]);
        }
      }
    }
    byte[] out = new byte[stride * rows.count()];
    for (int y = 0; y < sums.length; y++) {
      for (int x = 0; x < stride; x++) {
        out[y * stride + x] = RowPass.clip(sums[y][x]);
      }
    }
    return out;
  }

  private static void add(byte[] from, int offset, int weight, int[] sums) {
    for (int x = 0; x < sums.length; x++) {
      sums[x] += (from[offset + x] & 0xff) * weight;
    }
  }

  /**
   * Which source pixels make each target pixel along one axis, and by how much ({@code
   * precompute_coeffs} and {@code normalize_coeffs_8bpc}).
   *
   * @param starts the first source pixel of each target pixel
   * @param lengths how many there are
   * @param weights {@code size} places for each target pixel, in units of 2^-22
   * @param size places a target pixel
   */
  record Weights(int[] starts, int[] lengths, int[] weights, int size) {
    static Weights of(int source, int target, int from, int count, ResizeFilter filter) {
      double scale = (double) source / target;
      double stretch = Math.max(scale, 1);
      double support = filter.support() * stretch;
      int size = (int) Math.ceil(support) * 2 + 1;
      int[] starts = new int[count];
      int[] lengths = new int[count];
      int[] weights = new int[count * size];
      double[] exact = new double[size];
      double step = 1 / stretch;
      for (int i = 0; i < count; i++) {
        double center = (from + i + 0.5) * scale;
        int start = Math.max(0, (int) (center - support + 0.5));
        int length = Math.min(source, (int) (center + support + 0.5)) - start;
        double sum = 0;
        for (int j = 0; j < length; j++) {
          exact[j] = filter.weight((j + start - center + 0.5) * step);
          sum += exact[j];
        }
        for (int j = 0; j < length; j++) {
          double weight = (sum == 0 ? exact[j] : exact[j] / sum) * (1 << RowPass.PRECISION);
          weights[i * size + j] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
        }
        starts[i] = start;
        lengths[i] = length;
      }
      return new Weights(starts, lengths, weights, size);
    }

    int count() {
      return starts.length;
    }

    /** Most source pixels of a target pixel. */
    int longest() {
      return Arrays.stream(lengths).max().orElse(0);
    }

    int first() {
      return starts[0];
    }

    int end() {
      return starts[starts.length - 1] + lengths[lengths.length - 1];
    }
  }
}
