package io.vde.media;

import io.vde.media.PillowResize.Weights;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link RowPass} with the Vector API. The only class of the room that names it, so that the others
 * load in a JVM without {@code jdk.incubator.vector}.
 *
 * <p>A vector takes as many whole pixels as it has room for (five of RGB in 16 lanes, the last lane
 * idle), so a lane always has the same channel, and one sum of vectors is all that is kept.
 */
final class SimdRowPass extends RowPass {
  private static final VectorSpecies<Integer> INTS =
      IntVector.SPECIES_PREFERRED.vectorBitSize() > 512
          ? IntVector.SPECIES_512
          : IntVector.SPECIES_PREFERRED;
  private static final int LANES = INTS.length();
  private static final int PIXELS = LANES / 3;

  /** Whether a vector holds two pixels or more. */
  static boolean worthwhile() {
    return PIXELS >= 2;
  }

  @Override
  void run(byte[] from, int stride, Weights columns, int firstRow, int lastRow, byte[] out) {
    VectorSpecies<Byte> bytes =
        VectorSpecies.of(byte.class, VectorShape.forBitSize(LANES * Byte.SIZE));
    int blocks = (columns.longest() + PIXELS - 1) / PIXELS;
    int[] weights = spread(columns, blocks);
    int[] starts = columns.starts();
    // The last block of a pixel may reach beyond its last tap, with weights of 0; not beyond the
    // array.
    int reach = 3 * PIXELS * (blocks - 1) + LANES;
    int[] lanes = new int[LANES];
    int at = 0;
    for (int y = firstRow; y < lastRow; y++) {
      int row = y * stride;
      for (int x = 0; x < starts.length; x++, at += 3) {
        int pixel = row + 3 * starts[x];
        if (pixel + reach > from.length) {
          ScalarRowPass.pixel(from, row, columns, x, out, at);
          continue;
        }
        IntVector sum = IntVector.zero(INTS);
        int weight = x * blocks * LANES;
        for (int b = 0; b < blocks; b++, pixel += 3 * PIXELS, weight += LANES) {
          IntVector values =
              (IntVector)
                  ByteVector.fromArray(bytes, from, pixel)
                      .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
          sum = sum.add(values.mul(IntVector.fromArray(INTS, weights, weight)));
        }
        sum.intoArray(lanes, 0);
        int red = HALF;
        int green = HALF;
        int blue = HALF;
        for (int i = 0; i < 3 * PIXELS; i += 3) {
          red += lanes[i];
          green += lanes[i + 1];
          blue += lanes[i + 2];
        }
        out[at] = clip(red);
        out[at + 1] = clip(green);
        out[at + 2] = clip(blue);
      }
    }
  }

  /** The weights as the lanes need them: each three times, 0 where there is no tap. */
  private static int[] spread(Weights columns, int blocks) {
    int[] spread = new int[columns.count() * blocks * LANES];
    for (int x = 0; x < columns.count(); x++) {
      for (int i = 0; i < columns.lengths()[x]; i++) {
        int at = (x * blocks + i / PIXELS) * LANES + i % PIXELS * 3;
        int weight = columns.weights()[x * columns.size() + i];
        spread[at] = weight;
        spread[at + 1] = weight;
        spread[at + 2] = weight;
      }
    }
    return spread;
  }
}
