package io.vde.media;

import java.awt.image.Raster;
import java.util.function.IntFunction;

/**
 * From the four inks of a JPEG to RGB as Pillow does it, without colour management
 * (libImaging/Convert.c, {@code cmyk2rgb}). The samples are taken to be stored as Adobe stores
 * them: 255 is no ink.
 */
final class Inks {
  private static final int BITS = 16;
  private static final int HALF = 1 << (BITS - 1);

  private Inks() {}

  /**
   * Converts a picture.
   *
   * @param rows gives the cyan, magenta, yellow and black of a row's pixels
   */
  static Pixels pixels(int width, int height, IntFunction<byte[]> rows) {
    byte[] rgb = new byte[3 * width * height];
    int at = 0;
    for (int y = 0; y < height; y++) {
      byte[] row = rows.apply(y);
      for (int i = 0; i < 4 * width; i += 4) {
        int light = row[i + 3] & 0xff;
        for (int ink = 0; ink < 3; ink++) {
          int sum = (255 - (row[i + ink] & 0xff)) * light + 128;
          rgb[at++] = (byte) (light - (((sum >> 8) + sum) >> 8));
        }
      }
    }
    return new Pixels(width, height, rgb);
  }

  /**
   * Converts what the JDK's reader hands out raw.
   *
   * @param luma whether the first three bands are luma and chroma (YCCK)
   */
  static Pixels of(Raster raster, boolean luma) {
    int width = raster.getWidth();
    byte[] row = new byte[4 * width];
    return pixels(
        width,
        raster.getHeight(),
        y -> {
          raster.getDataElements(raster.getMinX(), raster.getMinY() + y, width, 1, row);
          for (int i = 0; luma && i < row.length; i += 4) {
            fromLuma(row, i);
          }
          return row;
        });
  }

  /** As libjpeg's {@code ycck_cmyk_convert} does it, in fixed point. */
  private static void fromLuma(byte[] row, int i) {
    int y = row[i] & 0xff;
    int blue = (row[i + 1] & 0xff) - 128;
    int red = (row[i + 2] & 0xff) - 128;
    row[i] = clip(255 - (y + ((fixed(1.402) * red + HALF) >> BITS)));
    row[i + 1] = clip(255 - (y + ((-fixed(0.34414) * blue - fixed(0.71414) * red + HALF) >> BITS)));
    row[i + 2] = clip(255 - (y + ((fixed(1.772) * blue + HALF) >> BITS)));
  }

  private static int fixed(double factor) {
    return (int) (factor * (1 << BITS) + .5);
  }

  private static byte clip(int value) {
    return (byte) Math.clamp(value, 0, 255);
  }
}
